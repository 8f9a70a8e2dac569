using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class RoundRobinLaws : PolicyLaws<RoundRobinModel>
{
    [Property]
    public void Caddy_weighted_round_robin_any_whole_cycle_has_the_exact_shares_of_those_eligible(PickCase given)   // Caddy: 5:1:1 without the first gave the equal survivors 6:1
    {
        var picks = Picks(given, given.Ticket / 2, TotalOf(given));   // half, so that the ticket does not wrap within the cycle
        foreach (var index in given.Eligible)
            Assert.Equal(given.Candidates[index].Weight.Value, picks.Count(p => p == index));
    }

    [Property]
    public void Nobody_is_ahead_of_its_share_by_a_whole_pick(PickCase given)
    {
        var total = TotalOf(given);
        var counts = new int[given.Candidates.Length];
        var picks = Picks(given, 0, total);
        for (var k = 1; k <= total; k++)
        {
            counts[picks[k - 1]]++;
            foreach (var index in given.Eligible)
            {
                var ahead = counts[index] - k * given.Candidates[index].Weight.Value / (double)total;
                Assert.True(ahead <= 1 - 1.0 / given.Eligible.Length + 1e-9, $"{index} is ahead by {ahead} after {k}");
            }
        }
    }

    [Property]
    public void Traefik_12306_every_eligible_backend_is_picked_again_within_one_cycle(PickCase given)  // Traefik leasttime: starvation
    {
        Assert.Equal(given.Eligible, Picks(given, given.Ticket / 2, TotalOf(given)).Distinct().Order());
    }

    [Property]
    public void Multiplying_all_weights_changes_nothing(PickCase given)
    {
        var multiplied = given with { Candidates = [.. given.Candidates.Select(static c => c with { Weight = PickCases.WeightOf(c.Weight.Value * 3_000) })] };
        Assert.Equal(Of(given).Pick(given.Input), Of(multiplied).Pick(given.Input));
    }

    [Property(MaxTest = 12)]
    public void Large_sets_with_many_equals_keep_the_sequence(uint seed)
    {
        var weights = Enumerable.Range(0, 60).Select(i => 1 + (int)(Fairlead.Primitives.Entropy.Mix((ulong)seed << 8 | (uint)i) % 10)).ToArray();
        var given = new PickCase([.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i))], [.. weights.Select(static _ => true)], [], 0, 0, []);
        Assert.Equal(RoundRobinModel.Sequence(given).Take(TotalOf(given)), Picks(given, 0, TotalOf(given)));
    }

    [Property]
    public void Envoy_10063_rebuilding_keeps_the_position_in_the_rotation(PickCase given)           // Envoy #10063: every refresh restarted at the heavy hosts, light ones starved
    {
        var picker = Of(given);
        var rebuilt = Enumerable.Range(0, TotalOf(given)).Select(k =>
        {
            picker = picker.WithAvailable([]).WithAvailable(given.Available);
            return picker.Pick(new PickInput { Ticket = given.Ticket / 2 + (ulong)k });
        });
        Assert.Equal(Picks(given, given.Ticket / 2, TotalOf(given)), rebuilt);
    }

    [Property(MaxTest = 12)]
    public void Scaled_periods_keep_every_share_within_a_thousandth(PickCase given, int seed)
    {
        var large = given with
        {
            Candidates = [.. given.Candidates.Select((c, i) => c with { Weight = PickCases.WeightOf(1 + (int)(Fairlead.Primitives.Entropy.Mix((ulong)(uint)seed << 8 | (uint)i) % 65_535)) })],
        };
        var total = TotalOf(large);
        if (total <= 65_536)
            return;
        var length = 65_536 + 1;                                      // the scaled period is not known here: one of at most this length repeats in it
        var counts = Picks(large, 0, 4 * length).CountBy(static p => p).ToDictionary();
        foreach (var index in large.Eligible)
        {
            var share = counts.GetValueOrDefault(index) / (4.0 * length);
            Assert.InRange(Math.Abs(share - large.Candidates[index].Weight.Value / (double)total), 0, 0.001);
        }
    }

    private static int TotalOf(PickCase given) => given.Eligible.Sum(i => given.Candidates[i].Weight.Value);

    private static int[] Picks(PickCase given, ulong from, int count)
    {
        var picker = Of(given);
        return [.. Enumerable.Range(0, count).Select(k => picker.Pick(new PickInput { Ticket = from + (ulong)k }))];
    }
}
