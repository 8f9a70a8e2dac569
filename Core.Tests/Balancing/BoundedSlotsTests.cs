using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class BoundedSlotsTests
{
    [Theory]
    [InlineData(0, 125, new[] { 1, 1, 1 }, new long[] { 1, 1, 1 })]   // two slots are dealt, but everybody may have one
    [InlineData(9, 125, new[] { 1, 1, 1 }, new long[] { 4, 4, 5 })]
    [InlineData(19, 150, new[] { 1, 2, 1 }, new long[] { 7, 15, 8 })]
    [InlineData(49, 120, new[] { 1, 1, 2, 4 }, new long[] { 7, 8, 15, 30 })]
    public void Slots_are_those_of_HAProxy(long served, int percent, int[] weights, long[] slots) =>
        Assert.Equal(slots, SlotsOf(served, percent, weights));

    [Fact]
    public void A_factor_below_the_average_counts_as_the_average() =>
        Assert.Equal(SlotsOf(99, 100, [1, 1, 1]), SlotsOf(99, -5, [1, 1, 1]));

    [Fact]
    public void The_largest_numbers_do_not_overflow()
    {
        var slots = SlotsOf(long.MaxValue, int.MaxValue, [.. Enumerable.Repeat(65_535, 70_000)]);
        Assert.All(slots, static own => Assert.True(own > 0));
        Assert.InRange(slots.Max() - slots.Min(), 0, 1);
    }

    private static long[] SlotsOf(long served, int percent, int[] weights)
    {
        var dealt = new BoundedSlots(served, percent, weights.Sum(static weight => (long)weight));
        var slots = new long[weights.Length];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = dealt.Next(weights[i]);
        return slots;
    }
}
