using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

public sealed class WeightedRandomTests
{
    [Fact]
    public void Eight_to_one_to_one_gives_the_heavy_one_about_eight_thousand_of_ten_thousand()
    {
        var picks = new int[3];
        var picker = Picker([8, 1, 1]);
        var stream = new Entropy(20_240_607);
        for (var i = 0; i < 10_000; i++)
        {
            (var draw, stream) = stream.Draw();
            picks[picker.Pick(entropy: draw)]++;
        }

        Assert.InRange(picks[0], 7_000, 9_000);                       // Pingora's own bounds
        Assert.All(picks, static count => Assert.InRange(count, 1, 9_000));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void The_extreme_draws_pick_somebody(ulong entropy)
    {
        Assert.InRange(Picker([8, 1, 1]).Pick(entropy: entropy), 0, 2);
        Assert.Equal(2, Picker([8, 1, 1]).Pick(entropy: entropy, tried: [0, 1]));
    }

    [Fact]
    public void Caddy_7873_down_down_up_always_picks_the_one_that_is_up()
    {
        var picker = Picker([1, 1, 1]).WithAvailable([false, false, true]);
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal(2, picker.Pick(entropy: Entropy.Mix((ulong)i))));
    }

    [Fact]
    public void The_largest_weights_do_not_overflow()
    {
        var picker = Picker([.. Enumerable.Repeat(65_535, 300)]);
        Assert.Equal(0, picker.Pick(entropy: 0));
        Assert.Equal(299, picker.Pick(entropy: ulong.MaxValue));
    }

    [Fact]
    public void An_explanation_tells_the_draw()
    {
        var told = Picker([8, 1, 1]).Explain(new PickInput { Entropy = 1UL << 63 });
        Assert.Equal(Picker([8, 1, 1]).Pick(entropy: 1UL << 63), told.Chosen);
        Assert.Equal<PickStep>([new PickStep.Drawn(1UL << 63, 15, 30)], told.Steps);       // three columns of ten

        told = Picker([8, 1, 1]).Explain(new PickInput { Entropy = 1UL << 63, Tried = Members.Tried(0) });
        Assert.Equal(2, told.Chosen);
        Assert.Equal<PickStep>([new PickStep.Drawn(1UL << 63, 1, 2)], told.Steps);
        Assert.Equal<Exclusion>([new Exclusion.Tried(), new Exclusion.No(), new Exclusion.No()], told.Excluded);
    }

    private static Picker Picker(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.Random(), candidates, Members.AllOf(candidates));
    }
}
