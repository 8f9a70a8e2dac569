using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using static Fairlead.Tests.Balancing.Selecting;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Balancing;

public sealed class SelectorTests
{
    [Fact]
    public void With_nothing_around_it_the_picker_is_the_policy_itself()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, Members.Weighted(1, 2), Ready(2));
        Assert.IsType<SmoothWeightedRoundRobin>(selector.Picker);
        Assert.IsType<SmoothWeightedRoundRobin>(selector.WithStandings([Standing.Failed, Standing.Ready]).Picker);
    }

    [Fact]
    public void Other_standings_share_the_ring()
    {
        var selector = Selector.Of(OnRing, SelectionSettings.Default, Members.Weighted(1, 1), Ready(2));
        Assert.Same(Assert.IsType<Ketama>(selector.Picker).Ring, Assert.IsType<Ketama>(selector.WithStandings([Standing.Failed, Standing.Ready]).Picker).Ring);
    }

    [Fact]
    public void Missing_arrays_are_nobody()
    {
        foreach (var settings in (SelectionSettings[])[SelectionSettings.Default, Everything])
        {
            var empty = Selector.Of(OnRing, settings, default, default);
            Assert.Equal(new Selection(SelectionKind.NoneAvailable, Picker.None), Select(empty));
            Assert.Equal(SelectionKind.NoneAvailable, Select(empty.WithStandings(default)).Kind);
            Assert.Equal(SelectionKind.NoneAvailable, Select(Selector.Of(OnRing, settings, Members.Weighted(1, 1), default)).Kind);
            Assert.Equal(1, Select(Selector.Of(OnRing, settings, Members.Weighted(1, 1), [Standing.Out, Standing.Ready, Standing.Ready])).Index);
        }
    }

    // Limits and the queue

    [Fact]
    public void A_full_candidate_is_passed_over()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, Limited(2, 2, 0), Ready(3));
        Assert.Equal("abc", Sequence(selector, 3, [1, 1, 50]));
        Assert.Equal("bbc", Sequence(selector, 3, [2, 1, 50]));
        Assert.Equal("ccc", Sequence(selector, 3, [2, 7, 50]));
    }

    [Fact]
    public void Requests_wait_while_all_are_full_and_the_queue_has_room()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Queue = new QueueSettings(2, TimeSpan.FromSeconds(1)) }, Limited(1, 1), Ready(2));
        Assert.Equal(SelectionKind.Wait, Select(selector, inFlight: [1, 1], waiting: 1).Kind);
        Assert.Equal(SelectionKind.QueueFull, Select(selector, inFlight: [1, 1], waiting: 2).Kind);
        Assert.Equal(SelectionKind.Wait, Select(selector, inFlight: [1, 1], tried: [0]).Kind);
        Assert.Equal(SelectionKind.AllTried, Select(selector, inFlight: [1, 1], tried: [0, 1]).Kind);
        Assert.Equal(SelectionKind.NoneAvailable, Select(selector.WithStandings([Standing.Failed, Standing.Draining]), inFlight: [1, 1]).Kind);
    }

    [Fact]
    public void Without_a_queue_nobody_waits() =>
        Assert.Equal(SelectionKind.QueueFull, Select(Selector.Of(ByTurns, SelectionSettings.Default with { Queue = new QueueSettings(0, default) }, Limited(1), Ready(1)), inFlight: [1]).Kind);

    [Fact]
    public void The_requests_of_a_full_one_are_spread_over_all_others_at_random()    // one draw for both choices would send them all to the next
    {
        var selector = Selector.Of(AtRandom, SelectionSettings.Default, Limited(1, 0, 0, 0, 0, 0, 0, 0), Ready(8));
        var free = Selector.Of(AtRandom, SelectionSettings.Default, Members.Weighted(1, 1, 1, 1, 1, 1, 1, 1), Ready(8)).Picker;
        var moved = Enumerable.Range(0, 16_000).Select(static i => Entropy.Mix((ulong)i)).Where(entropy => free.Pick(entropy: entropy) == 0)
            .CountBy(entropy => Select(selector, entropy: entropy, inFlight: [1]).Index).ToDictionary();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], moved.Keys.Order());
        Assert.All(moved.Values, static count => Assert.InRange(count, 220, 350));    // 2,000 / 7 = 286, standard deviation 16; the draws are fixed
    }

    [Fact]
    public void More_candidates_than_the_stack_holds_are_passed_over_too()
    {
        ImmutableArray<Candidate> candidates = [.. Enumerable.Range(0, 65_537).Select(static i => Limited(1)[0] with { Slot = new Slot(i) })];
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, candidates, Ready(65_537));
        var inFlight = Enumerable.Repeat(1, 65_537).ToArray();
        Assert.Equal(SelectionKind.Wait, Select(selector, inFlight: inFlight).Kind);
        inFlight[65_536] = 0;
        Assert.Equal(new Selection(SelectionKind.Chosen, 65_536), Select(selector, inFlight: inFlight));
    }

    // Bounded loads

    [Fact]
    public void Who_is_over_its_bound_gives_way_to_the_next_on_the_ring()
    {
        var candidates = Members.Weighted(1, 1, 1, 1);
        var plain = Pickers.Of(OnRing, candidates, Members.AllOf(candidates));
        var selector = Selector.Of(OnRing, Bounded(BoundedOrder.Next), candidates, Ready(4));
        foreach (var key in Keys(200))
        {
            var first = plain.Pick(key: key);
            var busy = new int[4];
            busy[first] = 10;                                         // of ⌈11 · 1.25⌉ = 14 slots three or four are its own
            Assert.Equal(first, Select(selector, key: key).Index);
            Assert.Equal(plain.Pick(key: key, tried: first), Select(selector, key: key, inFlight: busy).Index);
        }
    }

    [Fact]
    public void The_overflow_of_one_goes_to_all_others_when_the_order_is_the_keys_own()
    {
        var candidates = Members.Weighted(1, 1, 1, 1, 1, 1, 1, 1);
        var plain = Pickers.Of(new PolicySettings.Hash(new KeySource.Uri()), candidates, Members.AllOf(candidates));
        var selector = Selector.Of(new PolicySettings.Hash(new KeySource.Uri()), Bounded(BoundedOrder.Seeded), candidates, Ready(8));
        var keys = Keys(8_000).Where(key => plain.Pick(key: key) == 0).ToList();
        var moved = keys.CountBy(key => Select(selector, key: key, inFlight: [100]).Index).ToDictionary();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], moved.Keys.Order());
        Assert.All(moved.Values, count => Assert.InRange(count / (double)keys.Count, 0.1, 0.19));
        Assert.All(keys, key => Assert.Equal(Select(selector, key: key, inFlight: [100]), Select(selector, key: key, inFlight: [100])));
    }

    [Fact]
    public void When_all_that_are_left_are_over_their_bound_the_choice_of_the_policy_stands()
    {
        var selector = Selector.Of(OnRing, Bounded(BoundedOrder.Next), Members.Weighted(1, 1, 1), Ready(3));
        Assert.Equal(0, Select(selector, inFlight: [100, 0, 0], tried: [1, 2]).Index);
    }

    [Fact]
    public void Bounds_do_not_concern_policies_without_a_key() =>
        Assert.IsType<SmoothWeightedRoundRobin>(Selector.Of(ByTurns, Bounded(BoundedOrder.Next), Members.Weighted(1, 1), Ready(2)).Picker);

    // Tiers

    [Fact]
    public void A_backup_is_used_when_nobody_of_the_first_tier_is_ready()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, Tiered(0, 0, 1), Ready(3));
        Assert.Equal("abab", Sequence(selector, 4));
        Assert.Equal("bbbb", Sequence(selector.WithStandings([Standing.Failed, Standing.Ready, Standing.Ready]), 4));
        Assert.Equal("cccc", Sequence(selector.WithStandings([Standing.Failed, Standing.Draining, Standing.Ready]), 4));
    }

    [Fact]
    public void A_backup_is_used_when_the_first_tier_is_tried_or_full()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, Tiered(0, 0, 1).SetItem(1, Tiered(0, 0, 1)[1] with { InFlightMax = 5 }), Ready(3));
        Assert.Equal(2, Select(selector, tried: [0, 1]).Index);
        Assert.Equal(2, Select(selector, tried: [0], inFlight: [0, 5]).Index);
        Assert.Equal(SelectionKind.AllTried, Select(selector, tried: [0, 1, 2]).Kind);
    }

    [Fact]
    public void Requests_spill_in_proportion_and_reach_everybody_of_a_tier()
    {
        var selector = Selector.Of(AtRandom, SelectionSettings.Default with { Tiers = Spill }, Tiered(0, 0, 0, 0, 1, 1, 1), [.. Ready(2), Standing.Failed, Standing.Failed, .. Ready(3)]);
        var counts = Enumerable.Range(0, 20_000).CountBy(i => Select(selector, entropy: Entropy.Mix((ulong)i)).Index).ToDictionary();
        Assert.Equal([0, 1, 4, 5, 6], counts.Keys.Order());
        Assert.All((int[])[0, 1], index => Assert.InRange(counts[index], 6_700, 7_300));        // 70 % in two halves
        Assert.All((int[])[4, 5, 6], index => Assert.InRange(counts[index], 1_850, 2_150));     // 30 % in three thirds
    }

    [Fact]
    public void A_key_keeps_its_tier_while_the_shares_stay_and_moves_one_way_when_they_change()
    {
        var all = Selector.Of(OnRing, SelectionSettings.Default with { Tiers = Spill }, Tiered(0, 0, 0, 0, 1, 1), Ready(6));
        var half = all.WithStandings([Standing.Ready, Standing.Ready, Standing.Failed, Standing.Failed, Standing.Ready, Standing.Ready]);
        var quarter = all.WithStandings([Standing.Ready, Standing.Failed, Standing.Failed, Standing.Failed, Standing.Ready, Standing.Ready]);
        var spilt = Keys(2_000).Where(key => Select(half, key: key).Index >= 4).ToList();
        Assert.InRange(spilt.Count, 500, 700);
        Assert.All(spilt, key => Assert.Equal(Select(half, key: key).Index, Select(half, key: key, entropy: 99, ticket: 7).Index));
        Assert.All(spilt, key => Assert.Equal(Select(half, key: key).Index, Select(quarter, key: key).Index));
    }

    [Fact]
    public void A_tier_in_panic_uses_its_failed_members_too_but_nobody_who_is_out()
    {
        var standings = ImmutableArray.Create(Standing.Ready, Standing.Failed, Standing.Failed, Standing.Out, Standing.Draining);
        var calm = Selector.Of(ByTurns, SelectionSettings.Default, Members.Weighted(1, 1, 1, 1, 1), standings);
        var panic = Selector.Of(ByTurns, SelectionSettings.Default with { Tiers = SpillAndPanic }, Members.Weighted(1, 1, 1, 1, 1), standings);
        Assert.Equal("aaa", Sequence(calm, 3));
        Assert.Equal("abc", Sequence(panic, 3));
        Assert.Equal("abc", Sequence(calm.WithStandings(Ready(3)), 3));
    }

    // Cost

    [Fact]
    public void A_selection_with_everything_around_it_allocates_nothing()
    {
        var candidates = Members.Weighted([.. Enumerable.Range(0, 1_000).Select(static i => i % 7)]).Select(static (candidate, i) => candidate with { Tier = i % 3, InFlightMax = i % 5 });
        ImmutableArray<Standing> standings = [.. Enumerable.Range(0, 1_000).Select(static i => (Standing)(i / 3 % 4))];
        foreach (var policy in (PolicySettings[])[ByTurns, AtRandom, OnRing, new PolicySettings.Rendezvous(new KeySource.Uri())])
        {
            var selector = Selector.Of(policy, Everything, [.. candidates], standings);
            var inFlight = Enumerable.Range(0, 1_000).Select(static i => i % 6).ToArray();
            var token = Encoding.ASCII.GetBytes(TokenOf(selector, 9));
            SelectMany(selector, inFlight, token);                    // first calls compile
            var before = GC.GetAllocatedBytesForCurrentThread();
            var kinds = SelectMany(selector, inFlight, token);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal((1 << (int)SelectionKind.Stuck) | (1 << (int)SelectionKind.Chosen), kinds);
        }
    }

    private static int SelectMany(Selector selector, int[] inFlight, byte[] token)
    {
        Span<byte> key = stackalloc byte[8];
        var kinds = 0;
        for (ulong i = 0; i < 400; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(key, i);
            var selection = selector.Select(new PickInput { Ticket = i, Entropy = Entropy.Mix(i), Key = key, InFlight = inFlight }, i % 2 == 0 ? token : default, waiting: 3);
            kinds |= 1 << (int)selection.Kind;
        }

        return kinds;
    }

    private static SelectionSettings Everything => new()
    {
        BoundedLoad = new BoundedLoadSettings(125, BoundedOrder.Seeded),
        Tiers = SpillAndPanic,
        Sticky = Sticky,
        Queue = new QueueSettings(10, TimeSpan.FromSeconds(1)),
    };
}
