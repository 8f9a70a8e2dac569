using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.HttpClients;

/// <summary>A backend and its numbers.</summary>
internal readonly record struct Member(HttpBackend Backend, BackendState State);

/// <summary>All that a pick reads: immutable, replaced whole. A member's slot is its index here, for its numbers are copied for each pick anyway.</summary>
internal sealed record View(ImmutableArray<Member> Members, Selector Selector, PassiveHealth? Health)
{
    /// <summary>When time alone changes it.</summary>
    public Instant NextDue => Health?.NextDue ?? Instant.Never;

    /// <summary>Those backends with nothing known of them.</summary>
    public static View Of(IEnumerable<HttpBackend> backends, PolicySettings policy, SelectionSettings selection)
    {
        ImmutableArray<Member> members = [.. backends.Select(static backend => new Member(backend, new BackendState()))];
        return new View(members, SelectorOf(policy, selection, members, null), null);
    }

    /// <summary>Other backends; who was there before keeps its numbers and its health.</summary>
    public View With(IEnumerable<HttpBackend> backends)
    {
        var before = Members.Select(static (member, index) => (member.Backend.Address, index)).ToDictionary(static known => known.Address, static known => known.index);
        var known = backends.Select(backend => (Backend: backend, Index: before.GetValueOrDefault(backend.Address, -1))).ToArray();
        ImmutableArray<Member> members = [.. known.Select(one => new Member(one.Backend, one.Index < 0 ? new BackendState() : Members[one.Index].State))];
        var health = Health?.With(known.Select(one => one.Index < 0 ? OutlierHealth.Clear : Health.Backends[one.Index]));
        return new View(members, SelectorOf(Selector.Policy, Selector.Settings, members, health), health);
    }

    /// <summary>The same backends, as health has them now.</summary>
    public View With(PassiveHealth health)
    {
        var standings = StandingsOf(Members, health);
        return this with { Health = health, Selector = standings.SequenceEqual(Selector.Standings) ? Selector : Selector.WithStandings(standings) };
    }

    private static Selector SelectorOf(PolicySettings policy, SelectionSettings selection, ImmutableArray<Member> members, PassiveHealth? health) => Selector.Of(
        policy,
        selection,
        [.. members.Select(static (member, index) => new Candidate(new Slot(index), member.Backend.Address, member.Backend.Weight, member.Backend.Tier, member.Backend.InFlightMax))],
        StandingsOf(members, health));

    private static ImmutableArray<Standing> StandingsOf(ImmutableArray<Member> members, PassiveHealth? health) =>
        [.. members.Select((member, index) => member.Backend.Weight.Drains ? Standing.Draining : health?.StandingOf(index) ?? Standing.Ready)];
}
