using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class FirstTests
{
    [Fact]
    public void The_first_that_is_available_and_untried_is_picked_whatever_the_rest()
    {
        var picker = Ready([0, 1, 9, 1]);
        Assert.Equal(1, picker.Pick(ticket: 77, entropy: ulong.MaxValue));
        Assert.Equal(2, picker.Pick(tried: 1));
        Assert.Equal(3, picker.Pick(tried: [1, 2]));
        Assert.Equal(Picker.None, picker.Pick(tried: [1, 2, 3]));
        Assert.Equal(2, picker.WithAvailable([true, false, true, true]).Pick());
    }

    [Fact]
    public void An_explanation_says_that_order_decided()
    {
        var told = Ready([0, 1, 1]).WithAvailable([true, false, true]).Explain(new PickInput());
        Assert.Equal(2, told.Chosen);
        Assert.Equal<PickStep>([new PickStep.FirstInOrder()], told.Steps);
        Assert.Equal<Exclusion>([new Exclusion.WeightZero(), new Exclusion.Unavailable(), new Exclusion.No()], told.Excluded);
    }

    private static Picker Ready(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.First(), candidates, Members.AllOf(candidates));
    }
}
