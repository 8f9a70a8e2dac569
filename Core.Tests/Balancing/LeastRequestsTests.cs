using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class LeastRequestsTests
{
    [Theory]
    [InlineData(1, new[] { 1, 1, 1 }, new[] { 3, 2, 4 })]
    [InlineData(0, new[] { 4, 1, 1 }, new[] { 7, 2, 3 })]            // 7/4 against 2 and 3
    [InlineData(2, new[] { 1, 1, 65_535 }, new[] { 1, 1, 65_534 })]
    [InlineData(1, new[] { 65_534, 65_535 }, new[] { int.MaxValue, int.MaxValue })]
    public void The_fewest_requests_by_weight_win(int expected, int[] weights, int[] inFlight)
    {
        for (ulong ticket = 0; ticket < 20; ticket++)
            Assert.Equal(expected, Pick(weights, inFlight, ticket));
    }

    [Theory]
    [InlineData("aabacaa", new[] { 5, 1, 1 }, new[] { 0, 0, 0 })]
    [InlineData("aabacaa", new[] { 5, 1, 1 }, new[] { 15, 3, 3 })]
    [InlineData("abacaba", new[] { 4, 2, 1 }, new[] { 4, 2, 1 })]
    [InlineData("abc", new[] { 1, 1, 1 }, new[] { 9, 9, 9 })]
    public void Equal_loads_are_served_in_the_sequence_of_nginx(string sequence, int[] weights, int[] inFlight) =>
        Assert.Equal(sequence + sequence, string.Concat(Enumerable.Range(0, 2 * sequence.Length).Select(t => (char)('a' + Pick(weights, inFlight, (ulong)t)))));

    [Fact]
    public void A_busy_one_does_not_leave_its_turns_to_its_neighbour()
    {
        var picks = Enumerable.Range(0, 30_000).Select(static t => Pick([1, 1, 1], [0, 0, 1], (ulong)t)).CountBy(static i => i).ToDictionary();
        Assert.InRange(picks[0], 14_800, 15_200);                     // the next in the cycle would have 20,000
        Assert.Equal(30_000, picks[0] + picks[1]);
    }

    [Fact]
    public void Loads_unknown_count_as_none() => Assert.Equal(2, Pick([1, 1, 1], [1, 1], 0));

    [Fact]
    public void Nobody_left_is_none()
    {
        Assert.Equal(Picker.None, Pick([1, 1], [0, 0], 5, tried: [0, 1]));
        Assert.Equal(Picker.None, Pick([0], [0], 5));
        Assert.Equal(Picker.None, Pick([], [], 5));
    }

    [Fact]
    public void An_explanation_tells_the_load_and_the_tie()
    {
        Assert.Equal<PickStep>([new PickStep.LeastLoaded(2, 1, 7)], Ready([1, 1, 1]).Explain(new PickInput { Ticket = 7, InFlight = [3, 2, 4] }).Steps);
        Assert.Equal<PickStep>([new PickStep.LeastLoaded(4, 2, 0)], Ready([2, 1, 1]).Explain(new PickInput { Ticket = 0, InFlight = [4, 2, 4] }).Steps);
    }

    private static int Pick(int[] weights, int[] inFlight, ulong ticket, params int[] tried) =>
        Ready(weights).Pick(new PickInput { Ticket = ticket, InFlight = inFlight, Tried = Members.Tried(tried) });

    private static Picker Ready(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.LeastRequests(), candidates, Members.AllOf(candidates));
    }
}
