using System;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Upstreams;

namespace Fairlead.Tests.Health;

public class SlowStartTests
{
    private static readonly SlowStartSettings Minute = new(TimeSpan.FromSeconds(60));

    // Envoy's known answers for a window of 60 s.
    [Theory]
    [InlineData(0, 1, 0.10)]
    [InlineData(1, 1, 0.10)]
    [InlineData(6, 1, 0.10)]
    [InlineData(15, 1, 0.25)]
    [InlineData(30, 1, 0.50)]
    [InlineData(45, 1, 0.75)]
    [InlineData(60, 1, 1)]
    [InlineData(1, 2, 0.129)]
    [InlineData(15, 2, 0.5)]
    [InlineData(30, 2, 0.707)]
    public void The_factor_is_envoys(int second, double aggression, double factor) =>
        Assert.Equal(factor, SlowStart.Factor(TimeSpan.FromSeconds(second), Minute with { Aggression = aggression }), precision: 3);

    [Theory]
    [InlineData(-5, 60, 1, 10, 0.1)]
    [InlineData(90, 60, 1, 10, 1)]
    [InlineData(0, 0, 1, 10, 1)]
    [InlineData(0.1, 0.5, 1, 10, 1)]                                  // a window below one second is over at once
    [InlineData(1, 60, 0, 0, 0.0167)]
    [InlineData(1, 60, -1, 200, 1)]
    public void The_factor_lies_between_the_minimum_and_one(double second, double window, double aggression, int minimum, double factor) =>
        Assert.Equal(factor, SlowStart.Factor(TimeSpan.FromSeconds(second), new SlowStartSettings(TimeSpan.FromSeconds(window), aggression, minimum)), precision: 4);

    [Fact]
    public void A_backend_of_weight_1_can_have_a_tenth_of_another() => Assert.Equal([10, 100, 100], Weights([1, 1, 1], [0.1, 1, 1]));

    [Fact]
    public void Without_a_ramp_the_weights_stay_as_they_are() => Assert.Equal([1, 0, 65_535], Weights([1, 0, 65_535], [1, 1, 1]));

    [Fact]
    public void Zero_drains_and_stays_zero() => Assert.Equal([0, 10], Weights([0, 1], [0.1, 0.1]));

    [Fact]
    public void Nothing_that_had_a_share_is_left_without_one() => Assert.Equal([1, 65_535], Weights([1, 65_535], [0.1, 1]));

    [Fact]
    public void Large_weights_are_scaled_no_further_than_there_is_room() => Assert.Equal([65_500, 6_550], Weights([6_550, 6_550], [1, 0.1]));

    [Fact]
    public void A_missing_factor_is_one_and_no_weights_are_none()
    {
        Assert.Equal([10, 100], Weights([1, 1], [0.1]));
        Assert.Empty(Weights([], [0.1]));
    }

    private static int[] Weights(int[] weights, double[] factors) =>
        [.. SlowStart.Weights([.. weights.Select(static weight => Weight.From(weight).IfNone(Weight.One))], factors).Select(static weight => weight.Value)];
}
