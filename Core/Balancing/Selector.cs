using System;
using System.Collections.Immutable;
using System.Linq;

namespace Fairlead.Balancing;

/// <summary>
/// A policy with everything around it (sticky cookies, tiers and panic, limits, bounded loads, the queue's decision), ready for one set of candidates and their standings.
/// Immutable; a selection is a pure function of its input and allocates nothing (up to 65,536 candidates).
/// </summary>
public sealed class Selector
{
    private readonly ImmutableArray<Picker> _byTier;          // in the order of Tiers; none when there are no candidates
    private readonly ImmutableArray<bool> _stays;             // whether a sticky client may stay there
    private readonly StickyTokens? _tokens;
    private readonly bool _refusesWhenGone;
    private readonly int _queueLengthMax;

    private Selector(
        PolicySettings policy, SelectionSettings settings, ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings,
        TierPlan plan, ImmutableArray<Picker> byTier, StickyTokens? tokens)
    {
        (Policy, Settings, Standings, Tiers, _byTier, _tokens) = (policy, settings, standings, plan, byTier, tokens);
        _refusesWhenGone = settings.Sticky.Exists(static sticky => sticky.WhenGone == StickyFailure.Refuse);
        _queueLengthMax = settings.Queue.LengthMax;

        var available = UsableOf(candidates, standings, plan);
        Picker = byTier.IsEmpty ? Pickers.Of(policy, candidates, available)
            : byTier.Length == 1 && !plan.Tiers[0].IsPanic ? byTier[0]
            : new TieredPicker(plan, byTier, policy.IsHash, candidates, available);
        _stays = [.. available.Select((isAvailable, i) => isAvailable || standings[i] is Standing.Ready or Standing.Draining)];
    }

    /// <summary>The policy inside.</summary>
    public PolicySettings Policy { get; }

    /// <summary>What is around it.</summary>
    public SelectionSettings Settings { get; }

    /// <summary>All members in the caller's order: indexes refer to it.</summary>
    public ImmutableArray<Candidate> Candidates => Picker.Candidates;

    /// <summary>How much each member may be used; as many as there are candidates.</summary>
    public ImmutableArray<Standing> Standings { get; }

    /// <summary>Which tier gets how much.</summary>
    public TierPlan Tiers { get; }

    /// <summary>The pick for new work: tiers, panic, limits and bounded loads applied.</summary>
    public Picker Picker { get; }

    /// <summary>The selector of <paramref name="policy"/>; a standing that is missing counts as <see cref="Standing.Out"/>.</summary>
    public static Selector Of(PolicySettings policy, SelectionSettings settings, ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings)
    {
        candidates = Availability.OrEmpty(candidates);
        standings = OneEach(candidates, standings);
        var plan = TierPlan.Of(candidates, standings, settings.Tiers);
        var available = UsableOf(candidates, standings, plan);
        var byTier = plan.Tiers.Select(tier => Decorated(policy, settings, OnlyOf(tier.Tier, candidates), available)).ToImmutableArray();
        var tokens = settings.Sticky.Map(sticky => StickyTokens.Of(sticky, candidates)).MatchUnsafe<StickyTokens?>(static made => made, static () => null);
        return new Selector(policy, settings, candidates, standings, plan, byTier, tokens);
    }

    /// <summary>The same with other standings; rings, tables and tokens are not made again.</summary>
    public Selector WithStandings(ImmutableArray<Standing> standings)
    {
        standings = OneEach(Candidates, standings);
        var plan = TierPlan.Of(Candidates, standings, Settings.Tiers);
        var available = UsableOf(Candidates, standings, plan);
        return new Selector(Policy, Settings, Candidates, standings, plan, [.. _byTier.Select(tier => tier.WithAvailable(available))], _tokens);
    }

    /// <summary>What to do with a request whose sticky cookie is <paramref name="stickyToken"/> (empty for none) while <paramref name="waiting"/> requests wait already.</summary>
    public Selection Select(in PickInput input, ReadOnlySpan<byte> stickyToken, int waiting)
    {
        if (_tokens is not null && !stickyToken.IsEmpty)
        {
            var stuck = Stick(_tokens.IndexOf(stickyToken), input, waiting);
            if (stuck.Kind != SelectionKind.StickyGone || _refusesWhenGone)
                return stuck;
        }

        var chosen = Picker.Pick(input);
        return chosen != Picker.None ? new Selection(SelectionKind.Chosen, chosen) : Unchosen(input, waiting);
    }

    /// <summary>The same decision for a request that nothing waits before, told.</summary>
    public Explanation Explain(in PickInput input, ReadOnlySpan<byte> stickyToken)
    {
        var told = Picker.Explain(input);
        if (_tokens is null || stickyToken.IsEmpty)
            return told;

        var named = _tokens.IndexOf(stickyToken);
        var step = new PickStep.Stuck(named);
        return Stick(named, input, waiting: 0).Kind switch
        {
            SelectionKind.Stuck => new Explanation(named, told.Excluded.SetItem(named, new Exclusion.No()), [step]),
            SelectionKind.Wait => new Explanation(Picker.None, told.Excluded.SetItem(named, InFlightLimits.FullOf(Candidates[named], input)), [step]),
            _ when _refusesWhenGone => new Explanation(Picker.None, told.Excluded, [step]),
            _ => told with { Steps = [step, .. told.Steps] },
        };
    }

    /// <summary>The value of the <c>Set-Cookie</c> field to send with the response: a client the policy chose for is to stay; empty for any other.</summary>
    public ReadOnlySpan<byte> SetCookieFor(Selection selection) => selection.Kind == SelectionKind.Chosen && _tokens is not null ? _tokens.SetCookieOf(selection.Index) : [];

    /// <summary>
    /// A client stays with a backend that is ready, draining, or used in panic. While it is full the request waits for it (HAProxy queues there too); without room to wait, or when it was tried
    /// already or nobody is named, it is gone.
    /// </summary>
    private Selection Stick(int named, in PickInput input, int waiting)
    {
        if (named == Picker.None || !_stays[named] || input.IsTried(named))
            return new Selection(SelectionKind.StickyGone, Picker.None);
        if (!InFlightLimits.IsFull(Candidates.ItemRef(named), input))
            return new Selection(SelectionKind.Stuck, named);
        return new Selection(waiting < _queueLengthMax ? SelectionKind.Wait : SelectionKind.StickyGone, Picker.None);
    }

    // Nobody was picked, so whoever is available and not tried is full.
    private Selection Unchosen(in PickInput input, int waiting)
    {
        var kind = SelectionKind.NoneAvailable;
        for (var i = 0; i < Picker.Available.Length; i++)
        {
            if (!Picker.Available[i])
                continue;
            kind = SelectionKind.AllTried;
            if (!input.IsTried(i))
                return new Selection(waiting < _queueLengthMax ? SelectionKind.Wait : SelectionKind.QueueFull, Picker.None);
        }

        return new Selection(kind, Picker.None);
    }

    private static Picker Decorated(PolicySettings policy, SelectionSettings settings, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        var picker = Pickers.Of(policy, candidates, available);
        picker = settings.BoundedLoad.Filter(_ => policy.IsHash).Match(bounded => BoundedLoads.Of(bounded, picker), picker);
        return candidates.Any(static candidate => candidate is { InFlightMax: > 0, Weight.Drains: false }) ? new InFlightLimits(picker) : picker;
    }

    /// <summary>The candidates of other tiers stay where they are, with weight 0, so that they have no share of rings and tables.</summary>
    private static ImmutableArray<Candidate> OnlyOf(int tier, ImmutableArray<Candidate> candidates) =>
        candidates.All(candidate => candidate.Tier == tier)
            ? candidates
            : [.. candidates.Select(candidate => candidate.Tier == tier ? candidate : candidate with { Weight = default })];

    private static ImmutableArray<Standing> OneEach(ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings) =>
        [.. candidates.Select((_, i) => !standings.IsDefault && i < standings.Length ? standings[i] : Standing.Out)];

    private static ImmutableArray<bool> UsableOf(ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings, TierPlan plan) =>
        [.. candidates.Select((candidate, i) => plan.IsUsable(candidate, standings[i]))];
}
