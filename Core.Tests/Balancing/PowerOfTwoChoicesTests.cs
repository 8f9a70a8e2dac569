using System;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

public sealed class PowerOfTwoChoicesTests
{
    [Fact]
    public void Fewer_requests_by_weight_win()
    {
        Assert.All(Draws(200), static entropy => Assert.Equal(1, Pick([1, 1], [3, 2], entropy)));
        Assert.All(Draws(200), static entropy => Assert.Equal(0, Pick([2, 1], [3, 2], entropy)));       // 3/2 against 2/1
        Assert.All(Draws(200), static entropy => Assert.Equal(1, Pick([65_535, 65_534], [int.MaxValue, int.MaxValue - 32_769], entropy)));
    }

    [Fact]
    public void Equal_loads_are_decided_by_weight()
    {
        var heavy = Draws(10_000).Count(static entropy => Pick([3, 1], [6, 2], entropy) == 0);
        Assert.InRange(heavy, 7_350, 7_650);                          // 7,500 ± 3.5 standard deviations; the draws are fixed
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void One_left_is_that_one(ulong entropy)
    {
        Assert.Equal(0, Pick([1], [9], entropy));
        Assert.Equal(2, Pick([1, 1, 1], [0, 0, 9], entropy, tried: [0, 1]));
        Assert.Equal(Picker.None, Pick([1, 1], [0, 0], entropy, tried: [0, 1]));
        Assert.Equal(Picker.None, Pick([], [], entropy));
    }

    [Fact]
    public void Tried_ones_are_not_drawn() =>
        Assert.All(Draws(200), static entropy => Assert.Contains(Pick([1, 1, 1, 1], [0, 5, 0, 5], entropy, tried: [0, 2]), new[] { 1, 3 }));

    [Fact]
    public void Caddy_7873_down_down_up_always_picks_the_one_that_is_up()       // Caddy 2.11.4 random_choose: none in a third of all picks
    {
        var candidates = Members.Weighted(1, 1, 1);
        var picker = PowerOfTwoChoices.Of(candidates, [false, false, true]);
        Assert.All(Draws(1_000), entropy => Assert.Equal(2, picker.Pick(entropy: entropy)));
    }

    [Fact]
    public void An_explanation_names_both_and_their_loads()
    {
        var told = Ready([1, 1, 1]).Explain(new PickInput { Entropy = 0, InFlight = [4, 7, 0] });
        Assert.Equal(0, told.Chosen);
        Assert.Equal<PickStep>([new PickStep.TwoDrawn(0, 4, 1, 7)], told.Steps);

        told = Ready([1, 1, 1]).Explain(new PickInput { Entropy = ulong.MaxValue, InFlight = [4, 7, 9], Tried = Members.Tried(0, 2) });
        Assert.Equal<PickStep>([new PickStep.TwoDrawn(1, 7, Picker.None, 0)], told.Steps);
        Assert.Equal<Exclusion>([new Exclusion.Tried(), new Exclusion.No(), new Exclusion.Tried()], told.Excluded);
    }

    private static int Pick(int[] weights, int[] inFlight, ulong entropy, params int[] tried) =>
        Ready(weights).Pick(new PickInput { Entropy = entropy, InFlight = inFlight, Tried = Members.Tried(tried) });

    private static ulong[] Draws(int count) => [.. Enumerable.Range(0, count).Select(static i => Entropy.Mix((ulong)i))];

    private static Picker Ready(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.PowerOfTwoChoices(), candidates, Members.AllOf(candidates));
    }
}
