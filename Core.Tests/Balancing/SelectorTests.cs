using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Balancing;

public sealed class SelectorTests
{
    private static readonly PolicySettings RoundRobin = new PolicySettings.RoundRobin();
    private static readonly PolicySettings Random = new PolicySettings.Random();
    private static readonly PolicySettings Ketama = new PolicySettings.Ketama(new KeySource.Uri());
    private static readonly TierSettings Spill = new(Some(TierSettings.EnvoySpillPercent), 0);
    private static readonly TierSettings SpillAndPanic = new(Some(TierSettings.EnvoySpillPercent), TierSettings.EnvoyPanicPercent);
    private static readonly StickySettings Sticky = new("lb", "secret", StickyFailure.Redistribute, "/", None, Secure: true, HttpOnly: true, SameSite.Lax, None);

    [Fact]
    public void With_nothing_around_it_the_picker_is_the_policy_itself()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, Members.Weighted(1, 2), Ready(2));
        Assert.IsType<SmoothWeightedRoundRobin>(selector.Picker);
        Assert.IsType<SmoothWeightedRoundRobin>(selector.WithStandings([Standing.Failed, Standing.Ready]).Picker);
    }

    [Fact]
    public void Other_standings_share_the_ring()
    {
        var selector = Selector.Of(Ketama, SelectionSettings.Default, Members.Weighted(1, 1), Ready(2));
        Assert.Same(Assert.IsType<Ketama>(selector.Picker).Ring, Assert.IsType<Ketama>(selector.WithStandings([Standing.Failed, Standing.Ready]).Picker).Ring);
    }

    [Fact]
    public void Missing_arrays_are_nobody()
    {
        foreach (var settings in (SelectionSettings[])[SelectionSettings.Default, Everything])
        {
            var empty = Selector.Of(Ketama, settings, default, default);
            Assert.Equal(new Selection(SelectionKind.NoneAvailable, Picker.None), Select(empty));
            Assert.Equal(SelectionKind.NoneAvailable, Select(empty.WithStandings(default)).Kind);
            Assert.Equal(SelectionKind.NoneAvailable, Select(Selector.Of(Ketama, settings, Members.Weighted(1, 1), default)).Kind);
            Assert.Equal(1, Select(Selector.Of(Ketama, settings, Members.Weighted(1, 1), [Standing.Out, Standing.Ready, Standing.Ready])).Index);
        }
    }

    // Limits and the queue

    [Fact]
    public void A_full_candidate_is_passed_over()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, Limited(2, 2, 0), Ready(3));
        Assert.Equal("abc", Sequence(selector, 3, [1, 1, 50]));
        Assert.Equal("bbc", Sequence(selector, 3, [2, 1, 50]));
        Assert.Equal("ccc", Sequence(selector, 3, [2, 7, 50]));
    }

    [Fact]
    public void Requests_wait_while_all_are_full_and_the_queue_has_room()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Queue = new QueueSettings(2, TimeSpan.FromSeconds(1)) }, Limited(1, 1), Ready(2));
        Assert.Equal(SelectionKind.Wait, Select(selector, inFlight: [1, 1], waiting: 1).Kind);
        Assert.Equal(SelectionKind.QueueFull, Select(selector, inFlight: [1, 1], waiting: 2).Kind);
        Assert.Equal(SelectionKind.Wait, Select(selector, inFlight: [1, 1], tried: [0]).Kind);
        Assert.Equal(SelectionKind.AllTried, Select(selector, inFlight: [1, 1], tried: [0, 1]).Kind);
        Assert.Equal(SelectionKind.NoneAvailable, Select(selector.WithStandings([Standing.Failed, Standing.Draining]), inFlight: [1, 1]).Kind);
    }

    [Fact]
    public void Without_a_queue_nobody_waits() =>
        Assert.Equal(SelectionKind.QueueFull, Select(Selector.Of(RoundRobin, SelectionSettings.Default with { Queue = new QueueSettings(0, default) }, Limited(1), Ready(1)), inFlight: [1]).Kind);

    [Fact]
    public void The_requests_of_a_full_one_are_spread_over_all_others_at_random()    // one draw for both choices would send them all to the next
    {
        var selector = Selector.Of(Random, SelectionSettings.Default, Limited(1, 0, 0, 0, 0, 0, 0, 0), Ready(8));
        var free = Selector.Of(Random, SelectionSettings.Default, Members.Weighted(1, 1, 1, 1, 1, 1, 1, 1), Ready(8)).Picker;
        var moved = Enumerable.Range(0, 16_000).Select(static i => Entropy.Mix((ulong)i)).Where(entropy => free.Pick(entropy: entropy) == 0)
            .CountBy(entropy => Select(selector, entropy: entropy, inFlight: [1]).Index).ToDictionary();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], moved.Keys.Order());
        Assert.All(moved.Values, static count => Assert.InRange(count, 220, 350));    // 2,000 / 7 = 286, standard deviation 16; the draws are fixed
    }

    [Fact]
    public void More_candidates_than_the_stack_holds_are_passed_over_too()
    {
        ImmutableArray<Candidate> candidates = [.. Enumerable.Range(0, 65_537).Select(static i => Limited(1)[0] with { Slot = new Slot(i) })];
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, candidates, Ready(65_537));
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
        var plain = Pickers.Of(Ketama, candidates, Members.AllOf(candidates));
        var selector = Selector.Of(Ketama, Bounded(BoundedOrder.Next), candidates, Ready(4));
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
        var selector = Selector.Of(Ketama, Bounded(BoundedOrder.Next), Members.Weighted(1, 1, 1), Ready(3));
        Assert.Equal(0, Select(selector, inFlight: [100, 0, 0], tried: [1, 2]).Index);
    }

    [Fact]
    public void Bounds_do_not_concern_policies_without_a_key() =>
        Assert.IsType<SmoothWeightedRoundRobin>(Selector.Of(RoundRobin, Bounded(BoundedOrder.Next), Members.Weighted(1, 1), Ready(2)).Picker);

    // Tiers

    [Fact]
    public void A_backup_is_used_when_nobody_of_the_first_tier_is_ready()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, Tiered(0, 0, 1), Ready(3));
        Assert.Equal("abab", Sequence(selector, 4));
        Assert.Equal("bbbb", Sequence(selector.WithStandings([Standing.Failed, Standing.Ready, Standing.Ready]), 4));
        Assert.Equal("cccc", Sequence(selector.WithStandings([Standing.Failed, Standing.Draining, Standing.Ready]), 4));
    }

    [Fact]
    public void A_backup_is_used_when_the_first_tier_is_tried_or_full()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, Tiered(0, 0, 1).SetItem(1, Tiered(0, 0, 1)[1] with { InFlightMax = 5 }), Ready(3));
        Assert.Equal(2, Select(selector, tried: [0, 1]).Index);
        Assert.Equal(2, Select(selector, tried: [0], inFlight: [0, 5]).Index);
        Assert.Equal(SelectionKind.AllTried, Select(selector, tried: [0, 1, 2]).Kind);
    }

    [Fact]
    public void Requests_spill_in_proportion_and_reach_everybody_of_a_tier()
    {
        var selector = Selector.Of(Random, SelectionSettings.Default with { Tiers = Spill }, Tiered(0, 0, 0, 0, 1, 1, 1), [.. Ready(2), Standing.Failed, Standing.Failed, .. Ready(3)]);
        var counts = Enumerable.Range(0, 20_000).CountBy(i => Select(selector, entropy: Entropy.Mix((ulong)i)).Index).ToDictionary();
        Assert.Equal([0, 1, 4, 5, 6], counts.Keys.Order());
        Assert.All((int[])[0, 1], index => Assert.InRange(counts[index], 6_700, 7_300));        // 70 % in two halves
        Assert.All((int[])[4, 5, 6], index => Assert.InRange(counts[index], 1_850, 2_150));     // 30 % in three thirds
    }

    [Fact]
    public void A_key_keeps_its_tier_while_the_shares_stay_and_moves_one_way_when_they_change()
    {
        var all = Selector.Of(Ketama, SelectionSettings.Default with { Tiers = Spill }, Tiered(0, 0, 0, 0, 1, 1), Ready(6));
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
        var calm = Selector.Of(RoundRobin, SelectionSettings.Default, Members.Weighted(1, 1, 1, 1, 1), standings);
        var panic = Selector.Of(RoundRobin, SelectionSettings.Default with { Tiers = SpillAndPanic }, Members.Weighted(1, 1, 1, 1, 1), standings);
        Assert.Equal("aaa", Sequence(calm, 3));
        Assert.Equal("abc", Sequence(panic, 3));
        Assert.Equal("abc", Sequence(calm.WithStandings(Ready(3)), 3));
    }

    // Sticky clients

    [Theory]
    [InlineData(Standing.Ready, SelectionKind.Stuck, 1)]
    [InlineData(Standing.Draining, SelectionKind.Stuck, 1)]
    [InlineData(Standing.Failed, SelectionKind.Chosen, 0)]
    [InlineData(Standing.Out, SelectionKind.Chosen, 0)]
    public void A_client_stays_while_its_backend_is_ready_or_draining(Standing standing, SelectionKind kind, int index)
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), [Standing.Ready, standing]);
        Assert.Equal(new Selection(kind, index), Select(selector, token: TokenOf(selector, 1)));
        var refusing = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky with { WhenGone = StickyFailure.Refuse } }, Members.Weighted(1, 1), [Standing.Ready, standing]);
        Assert.Equal(kind == SelectionKind.Stuck ? new Selection(kind, index) : new Selection(SelectionKind.StickyGone, Picker.None), Select(refusing, token: TokenOf(selector, 1)));
    }

    [Fact]
    public void A_client_stays_with_a_backend_of_weight_zero_that_gets_no_new_work()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 0), Ready(2));
        Assert.Equal(new Selection(SelectionKind.Stuck, 1), Select(selector, token: TokenOf(selector, 1)));
        Assert.Equal("aaaa", Sequence(selector, 4));
    }

    [Fact]
    public void A_client_moves_on_from_a_backend_it_tried_and_gets_a_cookie_for_the_other()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), Ready(2));
        var moved = Select(selector, token: TokenOf(selector, 1), tried: [1]);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), moved);
        Assert.Equal("lb=" + TokenOf(selector, 0) + "; Path=/; Secure; HttpOnly; SameSite=Lax", Encoding.ASCII.GetString(selector.SetCookieFor(moved)));
        Assert.True(selector.SetCookieFor(Select(selector, token: TokenOf(selector, 1))).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_client_without_a_known_cookie_is_new(string token)
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), Ready(2));
        var chosen = Select(selector, token: token);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), chosen);
        Assert.False(selector.SetCookieFor(chosen).IsEmpty);
    }

    [Fact]
    public void A_client_waits_for_its_backend_while_that_is_full_and_the_queue_has_room()
    {
        var settings = SelectionSettings.Default with { Sticky = Sticky, Queue = new QueueSettings(1, TimeSpan.FromSeconds(1)) };
        var selector = Selector.Of(RoundRobin, settings, Limited(0, 3), Ready(2));
        Assert.Equal(SelectionKind.Stuck, Select(selector, token: TokenOf(selector, 1), inFlight: [0, 2]).Kind);
        Assert.Equal(SelectionKind.Wait, Select(selector, token: TokenOf(selector, 1), inFlight: [0, 3]).Kind);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), Select(selector, token: TokenOf(selector, 1), inFlight: [0, 3], waiting: 1));
    }

    [Fact]
    public void Cookies_mean_nothing_when_they_are_not_asked_for()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default, Members.Weighted(1, 1), Ready(2));
        var chosen = Select(selector, token: TokenOf(selector, 1));
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), chosen);
        Assert.True(selector.SetCookieFor(chosen).IsEmpty);
    }

    // Explanations

    [Fact]
    public void An_explanation_names_who_is_full_and_what_was_decided_from_the_outside_in()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Limited(1, 0, 0).SetItem(2, Tiered(0, 0, 7)[2]), Ready(3));
        var told = selector.Explain(new PickInput { InFlight = [1] }, []);
        Assert.Equal(1, told.Chosen);
        Assert.Equal([new Exclusion.Full(1, 1), new Exclusion.No(), new Exclusion.OtherTier(0)], told.Excluded.ToArray());
        Assert.True(told.Steps is [PickStep.TierChosen(0, 100, _, 0, false), PickStep.Limited(0, 1, 1), PickStep.Turn]);
    }

    [Fact]
    public void An_explanation_names_the_bound()
    {
        var selector = Selector.Of(Ketama, Bounded(BoundedOrder.Next), Members.Weighted(1, 1, 1), Ready(3));
        var first = selector.Picker.Pick(key: "a");
        var busy = new int[3];
        busy[first] = 9;
        var told = selector.Explain(new PickInput { Key = "a"u8, InFlight = busy }, []);
        Assert.Equal(new Exclusion.OverBound(9, first == 2 ? 5 : 4), told.Excluded[first]);
        Assert.Equal(new PickStep.Bounded(first, 9, first == 2 ? 5 : 4), told.Steps[0]);
        Assert.Equal(2, told.Excluded.Count(static excluded => excluded is Exclusion.No));
    }

    [Fact]
    public void An_explanation_names_the_candidate_of_the_cookie_whether_it_is_used_or_not()
    {
        var selector = Selector.Of(RoundRobin, SelectionSettings.Default with { Sticky = Sticky }, Limited(0, 3), [Standing.Ready, Standing.Draining]);
        var token = Encoding.ASCII.GetBytes(TokenOf(selector, 1));

        var stuck = selector.Explain(default, token);
        Assert.Equal((1, true), (stuck.Chosen, stuck.Steps is [PickStep.Stuck(1)]));
        Assert.Equal([new Exclusion.No(), new Exclusion.No()], stuck.Excluded.ToArray());

        var waits = selector.Explain(new PickInput { InFlight = [0, 3] }, token);
        Assert.Equal((Picker.None, true), (waits.Chosen, waits.Steps is [PickStep.Stuck(1)]));
        Assert.Equal(new Exclusion.Full(3, 3), waits.Excluded[1]);

        var gone = selector.WithStandings([Standing.Ready, Standing.Failed]).Explain(default, token);
        Assert.Equal((0, true), (gone.Chosen, gone.Steps is [PickStep.Stuck(1), PickStep.Turn]));
        Assert.Equal(new Exclusion.Unavailable(), gone.Excluded[1]);
    }

    [Fact]
    public void A_selection_with_everything_around_it_allocates_nothing()
    {
        var candidates = Members.Weighted([.. Enumerable.Range(0, 1_000).Select(static i => i % 7)]).Select(static (candidate, i) => candidate with { Tier = i % 3, InFlightMax = i % 5 });
        ImmutableArray<Standing> standings = [.. Enumerable.Range(0, 1_000).Select(static i => (Standing)(i / 3 % 4))];
        foreach (var policy in (PolicySettings[])[RoundRobin, Random, Ketama, new PolicySettings.Rendezvous(new KeySource.Uri())])
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

    private static SelectionSettings Bounded(BoundedOrder order) => SelectionSettings.Default with { BoundedLoad = new BoundedLoadSettings(125, order) };

    private static ImmutableArray<Standing> Ready(int count) => [.. Enumerable.Repeat(Standing.Ready, count)];

    private static ImmutableArray<Candidate> Limited(params int[] inFlightMax) =>
        [.. Members.Weighted([.. inFlightMax.Select(static _ => 1)]).Select((candidate, i) => candidate with { InFlightMax = inFlightMax[i] })];

    private static ImmutableArray<Candidate> Tiered(params int[] tiers) =>
        [.. Members.Weighted([.. tiers.Select(static _ => 1)]).Select((candidate, i) => candidate with { Tier = tiers[i] })];

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));

    private static string TokenOf(Selector selector, int index) => StickyTokens.TokenOf("secret", selector.Candidates[index].Address);

    private static string Sequence(Selector selector, int count, params int[] inFlight) =>
        string.Concat(Enumerable.Range(0, count).Select(ticket => (char)('a' + Select(selector, ticket: (ulong)ticket, inFlight: inFlight).Index)));

    private static Selection Select(Selector selector, ulong ticket = 0, ulong entropy = 0, string key = "", string token = "", int waiting = 0, int[]? inFlight = null, params int[] tried) => selector.Select(
        new PickInput { Ticket = ticket, Entropy = entropy, Key = Encoding.UTF8.GetBytes(key), InFlight = inFlight, Tried = Members.Tried(tried) },
        Encoding.ASCII.GetBytes(token),
        waiting);
}
