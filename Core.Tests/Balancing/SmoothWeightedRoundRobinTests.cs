using System;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class SmoothWeightedRoundRobinTests
{
    [Theory]
    [InlineData("abc", 1, 1, 1)]
    [InlineData("abacba", 3, 2, 1)]
    [InlineData("aba", 2, 1)]
    [InlineData("abacaba", 4, 2, 1)]
    [InlineData("aaba", 3, 1)]
    [InlineData("aabacaa", 5, 1, 1)]
    [InlineData("aaabaacaaa", 8, 1, 1)]
    [InlineData("dcbdacdbcd", 1, 2, 3, 4)]
    public void Tickets_in_turn_give_the_sequence_of_nginx(string sequence, params int[] weights) =>
        Assert.Equal(sequence + sequence, Sequence(Picker(weights), 2 * sequence.Length));

    [Theory]
    [InlineData("aabacaa", 500, 100, 100)]
    [InlineData("aba", 65_534, 32_767)]
    public void Weights_with_a_common_divisor_have_the_short_period(string sequence, params int[] weights) =>
        Assert.Equal(sequence + sequence, Sequence(Picker(weights), 2 * sequence.Length));

    [Fact]
    public void Without_the_heavy_one_the_light_ones_take_turns() =>
        Assert.Equal("bcbcbc", Sequence(Picker([5, 1, 1]).WithAvailable([false, true, true]), 6));

    [Fact]
    public void Two_equal_backends_get_fifteen_of_thirty_requests_each() =>
        Assert.Equal(15, Sequence(Picker([1, 1]), 30).Count(static c => c == 'a'));

    [Fact]
    public void A_backend_of_weight_zero_gets_nothing() =>
        Assert.Equal("acac", Sequence(Picker([1, 0, 1]), 4));

    [Fact]
    public void The_ticket_may_start_and_wrap_anywhere() =>
        Assert.Equal("abcaa", string.Concat(Enumerable.Range(0, 5).Select(i => NameOf(Picker([1, 1, 1]).Pick(ulong.MaxValue - 3 + (ulong)i)))));

    [Theory]
    [InlineData(0UL, 'b')]      // a a b a c a a: from step 0 on, the next that is not a is b,
    [InlineData(3UL, 'c')]      // from step 3 on it is c,
    [InlineData(5UL, 'b')]      // and from step 5 on it is b again, in the next period
    public void A_tried_candidate_gives_way_to_the_next_in_the_cycle(ulong ticket, char expected) =>
        Assert.Equal(expected, NameOf(Picker([5, 1, 1]).Pick(ticket, tried: 0)));

    [Fact]
    public void Nobody_left_is_none()
    {
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker([2, 1]).Pick(7, tried: [0, 1]));
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker([0]).Pick(7));
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker([]).Pick(7));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(65_535, 1)]
    public void The_largest_tickets_stand_where_they_leave_a_remainder(params int[] weights)
    {
        var (picker, period) = (Picker(weights), (ulong)weights.Sum());
        for (ulong back = 0; back < 2 * period && back < 1_000; back++)
        {
            Assert.Equal(picker.Pick((ulong.MaxValue - back) % period), picker.Pick(ulong.MaxValue - back));
            Assert.Equal(picker.Pick(((1UL << 63) - back) % period), picker.Pick((1UL << 63) - back));
        }
    }

    [Fact]
    public void An_explanation_tells_the_step_of_the_ticket()
    {
        var told = Picker([5, 1, 1]).Explain(new PickInput { Ticket = 9 });
        Assert.Equal(1, told.Chosen);
        Assert.Equal<PickStep>([new PickStep.Turn(9, 2, 7)], told.Steps);

        told = Picker([5, 0, 1]).WithAvailable([true, true, true]).Explain(new PickInput { Ticket = 9, Tried = Members.Tried(0) });
        Assert.Equal(2, told.Chosen);
        Assert.Equal<Exclusion>([new Exclusion.Tried(), new Exclusion.WeightZero(), new Exclusion.No()], told.Excluded);
    }

    [Fact]
    public void Periods_beyond_the_limit_keep_every_share_within_a_thousandth_and_everybody_in_turn()
    {
        int[] weights = [1, 65_535, 65_534, 17, 32_771];              // no common divisor: the exact period has 163,858 steps
        var picks = new long[weights.Length];
        const int Period = 65_537;                                    // 65,536, and one for the first, whose share of it is below a step
        var picker = Picker(weights);
        for (ulong ticket = 0; ticket < Period; ticket++)
            picks[picker.Pick(ticket)]++;

        for (var i = 0; i < weights.Length; i++)
        {
            Assert.True(picks[i] >= 1);
            Assert.InRange(Math.Abs(picks[i] / (double)Period - weights[i] / (double)weights.Sum()), 0, 0.001);
        }
    }

    private static Picker Picker(int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.RoundRobin(), candidates, Members.AllOf(candidates));
    }

    private static string Sequence(Picker picker, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(ticket => NameOf(picker.Pick((ulong)ticket))));

    private static char NameOf(int index) => (char)('a' + index);
}
