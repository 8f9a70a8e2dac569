using System;
using System.Collections.Immutable;
using System.Linq;

namespace Fairlead.Balancing;

/// <summary>
/// A policy with everything around it (sticky cookies, tiers and panic, limits, bounded loads, the queue's decision), ready for one set of candidates and their standings.
/// Immutable; a selection is a pure function of its input and allocates nothing.
/// </summary>
public sealed class Selector
{
    private Selector(PolicySettings policy, SelectionSettings settings, ImmutableArray<Standing> standings, Picker picker) =>
        (Policy, Settings, Standings, Picker) = (policy, settings, standings, picker);

    /// <summary>The policy inside.</summary>
    public PolicySettings Policy { get; }

    /// <summary>What is around it.</summary>
    public SelectionSettings Settings { get; }

    /// <summary>All members in the caller's order: indexes refer to it.</summary>
    public ImmutableArray<Candidate> Candidates => Picker.Candidates;

    /// <summary>How much each member may be used.</summary>
    public ImmutableArray<Standing> Standings { get; }

    /// <summary>The pick for new work: tiers, panic, limits and bounded loads applied.</summary>
    public Picker Picker { get; }

    /// <summary>The selector of <paramref name="policy"/>; a standing that is missing counts as <see cref="Standing.Out"/>.</summary>
    public static Selector Of(PolicySettings policy, SelectionSettings settings, ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings) =>
        new(policy, settings, standings, Pickers.Of(policy, candidates, Ready(standings)));

    /// <summary>The same with other standings; rings and tables are not built again.</summary>
    public Selector WithStandings(ImmutableArray<Standing> standings) => new(Policy, Settings, standings, Picker.WithAvailable(Ready(standings)));

    /// <summary>What to do with a request whose sticky cookie is <paramref name="stickyToken"/> (empty for none) while <paramref name="waiting"/> requests wait already.</summary>
    public Selection Select(in PickInput input, ReadOnlySpan<byte> stickyToken, int waiting) => throw new NotImplementedException();

    /// <summary>The same decision for a request that nothing waits before, told.</summary>
    public Explanation Explain(in PickInput input, ReadOnlySpan<byte> stickyToken) => throw new NotImplementedException();

    private static ImmutableArray<bool> Ready(ImmutableArray<Standing> standings) => standings.IsDefault ? [] : [.. standings.Select(static standing => standing == Standing.Ready)];
}
