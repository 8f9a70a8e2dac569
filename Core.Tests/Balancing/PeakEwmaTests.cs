using System;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

public sealed class PeakEwmaTests
{
    private static readonly TimeSpan Decay = PolicySettings.PeakEwma.DefaultDecay;
    private static readonly Instant Now = new(987_654_321_000);

    [Theory]
    [InlineData(1, new[] { 1, 1, 1 }, new[] { 30, 20, 90 }, new[] { 0, 0, 0 })]
    [InlineData(0, new[] { 1, 1, 1 }, new[] { 30, 20, 90 }, new[] { 0, 1, 0 })]      // 30·1 against 20·2
    [InlineData(2, new[] { 1, 1, 9 }, new[] { 30, 20, 90 }, new[] { 0, 0, 0 })]      // 90/9
    [InlineData(1, new[] { 1, 1 }, new[] { 3, 1 }, new[] { 0, 1 })]
    public void The_least_latency_times_requests_by_weight_wins(int expected, int[] weights, int[] milliseconds, int[] inFlight)
    {
        for (ulong ticket = 0; ticket < 20; ticket++)
            Assert.Equal(expected, Pick(weights, Known(milliseconds), inFlight, ticket));
    }

    [Theory]
    [InlineData("abcabc", 1, 1, 1)]
    [InlineData("abacba", 3, 2, 1)]
    public void Latencies_in_one_step_tie_and_nginx_decides(string sequence, params int[] weights)
    {
        Assert.Equal(sequence, Sequence(weights, Known(0, 0, 1), [.. weights.Select(static w => w - 1)]));     // below a millisecond all are equal
        Assert.Equal(sequence, Sequence(weights, Known(66, 67, 68), [.. weights.Select(static w => w - 1)]));  // 65.536 to 73.728 ms
    }

    [Fact]
    public void One_never_measured_gets_one_request_and_no_second_before_it_answers()
    {
        Assert.Equal(1, Pick([1, 1], [Milliseconds(1), default], [0, 0], 0));
        Assert.Equal(0, Pick([1, 1], [Milliseconds(60_000), default], [100, 1], 1));
        Assert.Equal(0, Pick([1, 65_535], [Milliseconds(60_000), default], [1_000, 1], 1));
    }

    [Fact]
    public void When_none_was_measured_the_pending_ones_count()
    {
        Assert.Equal(2, Pick([1, 1, 1], [], [2, 3, 1], 0));
        Assert.Equal("abcabc", Sequence([1, 1, 1], [], [0, 0, 0]));
    }

    [Fact]
    public void Slowness_is_forgiven_with_time()
    {
        var picker = Ready([1, 1]);
        PeakLatency[] latencies = [Milliseconds(20), Milliseconds(1_000)];
        bool PicksSlow(TimeSpan after)
        {
            var now = Now + after;
            latencies[0] = latencies[0].Observe(TimeSpan.FromMilliseconds(20), now, Decay);
            return picker.Pick(new PickInput { Ticket = 1, Latencies = latencies, Now = now }) == 1;
        }

        Assert.False(PicksSlow(Decay));
        Assert.False(PicksSlow(3 * Decay));
        Assert.True(PicksSlow(4 * Decay));                            // ln(1,000 / 20) is 3.9
    }

    [Fact]
    public void An_explanation_tells_the_cost_and_the_tie()
    {
        var told = Ready([2, 1, 1]).Explain(new PickInput { Ticket = 3, Latencies = Known(64, 64, 200), InFlight = [1, 0, 0], Now = Now });
        Assert.Equal<PickStep>([new PickStep.LowestCost(61_440, true, 2, 3)], told.Steps);                                     // 64,000 µs stand for the step from 61,440 to 65,536
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 5, 7)]                                             // all are busy: whoever has the fewest
    public void An_explanation_does_not_take_the_unknown_for_a_latency(int chosen, params int[] inFlight)
    {
        var told = Ready([1, 1]).Explain(new PickInput { InFlight = inFlight, Now = Now });
        Assert.Equal(chosen, told.Chosen);
        Assert.False(Assert.IsType<PickStep.LowestCost>(Assert.Single(told.Steps)).IsMeasured);
    }

    private static int Pick(int[] weights, PeakLatency[] latencies, int[] inFlight, ulong ticket) =>
        Ready(weights).Pick(new PickInput { Ticket = ticket, Latencies = latencies, InFlight = inFlight, Now = Now });

    private static string Sequence(int[] weights, PeakLatency[] latencies, int[] inFlight) =>
        string.Concat(Enumerable.Range(0, 6).Select(ticket => (char)('a' + Pick(weights, latencies, inFlight, (ulong)ticket))));

    private static PeakLatency[] Known(params int[] milliseconds) => [.. milliseconds.Select(static ms => Milliseconds(ms))];

    private static PeakLatency Milliseconds(int milliseconds) => default(PeakLatency).Observe(TimeSpan.FromMilliseconds(milliseconds), Now, Decay);

    private static Picker Ready(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.PeakEwma(Decay), candidates, Members.AllOf(candidates));
    }
}
