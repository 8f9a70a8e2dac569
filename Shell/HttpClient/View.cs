using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.HttpClients;

/// <summary>A backend and its numbers; <paramref name="ReturnedAt"/> is when its last ejection ended, while it starts slowly.</summary>
internal readonly record struct Member(HttpBackend Backend, BackendState State, Instant? ReturnedAt);

/// <summary>All that a pick reads: immutable, replaced whole. A member's slot is its index here, for its numbers are copied for each pick anyway.</summary>
internal sealed class View
{
    private View(ImmutableArray<Member> members, Selector selector, PassiveHealth? health, Instant now)
    {
        (Members, Selector, Health) = (members, selector, health);
        NextDue = Instant.Min(health?.NextDue ?? Instant.Never, NextStep(selector.Settings, members, now));
    }

    public ImmutableArray<Member> Members { get; }

    public Selector Selector { get; }

    public PassiveHealth? Health { get; }

    /// <summary>When time alone changes it.</summary>
    public Instant NextDue { get; }

    /// <summary>Each backend as it is then.</summary>
    public IReadOnlyList<BackendStatus> StatusAt(Instant now) =>
    [
        .. Members.Select((member, index) => new BackendStatus(
            member.Backend, member.State.InFlight, Health?.Backends[index].Ejection.Case is Ejection ejection ? ejection.Until - now : TimeSpan.Zero)),
    ];

    /// <summary>Those backends with nothing known of them.</summary>
    public static View Of(IEnumerable<HttpBackend> backends, PolicySettings policy, SelectionSettings selection, OutlierSettings? outliers, Instant now, Entropy entropy)
    {
        ImmutableArray<Member> members = [.. backends.Select(static backend => new Member(backend, new BackendState(), null))];
        var health = outliers is null ? null : PassiveHealth.Start(outliers, members.Length, now, entropy);
        return new View(members, SelectorOf(policy, selection, members, health, now), health, now);
    }

    /// <summary>Other backends; who was there before keeps its numbers and its health.</summary>
    public View With(IEnumerable<HttpBackend> backends, Instant now)
    {
        var before = Members.Select(static (member, index) => (member.Backend.Address, index)).ToDictionary(static known => known.Address, static known => known.index);
        var known = backends.Select(backend => (Backend: backend, Index: before.GetValueOrDefault(backend.Address, -1))).ToArray();
        ImmutableArray<Member> members = [.. known.Select(one => one.Index < 0 ? new Member(one.Backend, new BackendState(), null) : Members[one.Index] with { Backend = one.Backend })];
        var health = Health?.With(known.Select(one => one.Index < 0 ? OutlierHealth.Clear : Health.Backends[one.Index]));
        return new View(members, SelectorOf(Selector.Policy, Selector.Settings, members, health, now), health, now);
    }

    /// <summary>The same backends, as health has them now: rings are not built again, and only slow start changes weights.</summary>
    public View With(PassiveHealth health, Instant now)
    {
        ImmutableArray<Member> members = [.. Members.Select((member, index) => (Health?.Backends[index].Ejection.Case, health.Backends[index].Ejection.IsSome) switch
        {
            (Ejection over, false) => member with { ReturnedAt = over.Until },
            (_, true) => member with { ReturnedAt = null },
            _ => member,
        })];
        var (weights, standings) = (WeightsOf(Selector.Settings, members, now), StandingsOf(members, health));
        var selector = !weights.SequenceEqual(Selector.Candidates.Select(static candidate => candidate.Weight)) ? SelectorOf(Selector.Policy, Selector.Settings, members, health, now)
            : standings.SequenceEqual(Selector.Standings) ? Selector
            : Selector.WithStandings(standings);
        return new View(members, selector, health, now);
    }

    private static Selector SelectorOf(PolicySettings policy, SelectionSettings selection, ImmutableArray<Member> members, PassiveHealth? health, Instant now)
    {
        var weights = WeightsOf(selection, members, now);
        return Selector.Of(
            policy,
            selection,
            [.. members.Select((member, index) => new Candidate(new Slot(index), member.Backend.Address, weights[index], member.Backend.Tier, member.Backend.InFlightMax))],
            StandingsOf(members, health));
    }

    private static ImmutableArray<Standing> StandingsOf(ImmutableArray<Member> members, PassiveHealth? health) =>
        [.. members.Select((member, index) => member.Backend.Weight.Drains ? Standing.Draining : health?.StandingOf(index) ?? Standing.Ready)];

    private static Weight[] WeightsOf(SelectionSettings selection, ImmutableArray<Member> members, Instant now)
    {
        Weight[] weights = [.. members.Select(static member => member.Backend.Weight)];
        return selection.SlowStart.Case is SlowStartSettings slow
            ? SlowStart.Weights(weights, members.Select(member => member.ReturnedAt is { } since ? SlowStart.Factor(StepOf(slow, since, now) * StepTime(slow), slow) : 1).ToArray())
            : weights;
    }

    /// <summary>When a weight grows next.</summary>
    private static Instant NextStep(SelectionSettings selection, ImmutableArray<Member> members, Instant now) => selection.SlowStart.Case is not SlowStartSettings slow
        ? Instant.Never
        : members.Select(member => member.ReturnedAt is { } since && now - since < slow.Window ? since + (StepOf(slow, since, now) + 1) * StepTime(slow) : Instant.Never)
            .DefaultIfEmpty(Instant.Never).Min();

    private static long StepOf(SlowStartSettings slow, Instant since, Instant now) => Math.Max(0, (now - since).Ticks / StepTime(slow).Ticks);

    private static TimeSpan StepTime(SlowStartSettings slow) => new(Math.Max(1, slow.Window.Ticks / SlowStart.Steps));
}
