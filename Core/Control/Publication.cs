using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>
/// What requests see, made from the state: published when it differs from the last one, with a report for each verdict that changed. What did not change is the same object as
/// before; where only standings changed, the selector keeps its ring.
/// </summary>
internal static class Publication
{
    /// <summary>The state with its snapshot renewed, the publication if there is one, and the reports.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) PublishChanges(ControlState before, ControlState state)
    {
        var last = state.Published.Snapshot;
        var upstreams = Upstreams(before, state, last);
        var routes = Routes(before, state, last);
        if (ReferenceEquals(routes, last.Routes) && IsSame(upstreams, last.Upstreams) && before.Settings.IsSome)
            return (state, default);

        var snapshot = new RoutingSnapshot(upstreams, routes, last.Generation + 1);
        var effects = new List<ControlEffect> { new ControlEffect.Publish(snapshot) };
        foreach (var upstream in upstreams)
            Report(Find(last.Upstreams, upstream.Settings.Name), upstream, effects);
        return (state with { Published = new Published(snapshot) }, effects.ToArray().ToStrictSeq());
    }

    private static ImmutableArray<UpstreamSnapshot> Upstreams(ControlState before, ControlState state, RoutingSnapshot last)
    {
        var upstreams = ImmutableArray.CreateBuilder<UpstreamSnapshot>(state.Upstreams.Count);
        for (var i = 0; i < state.Upstreams.Count; i++)
        {
            var upstream = state.Upstreams[i];
            var isUntouched = i < before.Upstreams.Count && ReferenceEquals(before.Upstreams[i], upstream);
            upstreams.Add(isUntouched ? last.Upstreams[i] : UpstreamOf(upstream, Find(last.Upstreams, upstream.Settings.Name)));
        }

        return upstreams.MoveToImmutable();
    }

    private static RouteTable Routes(ControlState before, ControlState state, RoutingSnapshot last)
    {
        var routes = state.Settings.Map(static settings => settings.Routes);
        return routes == before.Settings.Map(static settings => settings.Routes) ? last.Routes : RouteTable.Of([.. routes.IfNone(default(Seq<RouteSettings>))]);
    }

    private static UpstreamSnapshot UpstreamOf(UpstreamState upstream, UpstreamSnapshot? last)
    {
        var backends = BackendsOf(upstream, last);
        var selector = SelectorOf(upstream, backends, last);
        return last is not null && last.Settings == upstream.Settings && IsSame(backends, last.Backends) && ReferenceEquals(selector, last.Selector)
            ? last
            : new UpstreamSnapshot(upstream.Settings, backends, selector);
    }

    private static ImmutableArray<BackendSnapshot> BackendsOf(UpstreamState upstream, UpstreamSnapshot? last)
    {
        var backends = ImmutableArray.CreateBuilder<BackendSnapshot>(upstream.Backends.Count);
        var i = 0;
        foreach (var backend in upstream.Backends)
        {
            var same = last is not null && i < last.Backends.Length && Shows(last.Backends[i], backend) ? last.Backends[i] : null;
            backends.Add(same ?? new BackendSnapshot(
                backend.Slot, backend.Settings.Address, backend.Settings.Weight, backend.Verdict, [.. backend.Reach.DialTargets]));
            i++;
        }

        return backends.MoveToImmutable();
    }

    private static bool Shows(BackendSnapshot shown, BackendState backend) =>
        shown.Slot == backend.Slot
        && shown.Address == backend.Settings.Address
        && shown.Weight == backend.Settings.Weight
        && shown.Verdict == backend.Verdict
        && shown.DialTargets.SequenceEqual(backend.Reach.DialTargets);

    private static Selector SelectorOf(UpstreamState upstream, ImmutableArray<BackendSnapshot> backends, UpstreamSnapshot? last)
    {
        var (policy, selection) = (upstream.Settings.Policy, upstream.Settings.Selection);
        var candidates = CandidatesOf(upstream);
        var standings = ImmutableArray.CreateRange(backends, static backend => backend.Standing);
        if (last is null || last.Settings.Policy != policy || last.Settings.Selection != selection || !last.Selector.Candidates.AsSpan().SequenceEqual(candidates.AsSpan()))
            return Selector.Of(policy, selection, candidates, standings);
        return last.Selector.Standings.AsSpan().SequenceEqual(standings.AsSpan()) ? last.Selector : last.Selector.WithStandings(standings);
    }

    private static ImmutableArray<Candidate> CandidatesOf(UpstreamState upstream)
    {
        var weights = SlowStart.Weights(
            [.. upstream.Backends.Map(static backend => backend.Settings.Weight)], [.. upstream.Backends.Map(backend => Ramping.FactorOf(backend, upstream.Settings.Selection))]);
        return [.. upstream.Backends.AsEnumerable().Select((backend, i) =>
            new Candidate(backend.Slot, backend.Settings.Address, weights[i], backend.Settings.Tier, backend.Settings.InFlightMax))];
    }

    private static void Report(UpstreamSnapshot? last, UpstreamSnapshot upstream, List<ControlEffect> effects)
    {
        if (last is null || ReferenceEquals(last, upstream))
            return;
        var verdicts = new Dictionary<BackendAddress, Verdict>();
        foreach (var backend in last.Backends)
            verdicts.TryAdd(backend.Address, backend.Verdict);
        foreach (var backend in upstream.Backends)
        {
            if (verdicts.TryGetValue(backend.Address, out var before) && before != backend.Verdict)
            {
                effects.Add(new ControlEffect.ReportVerdict(
                    new BackendId(upstream.Settings.Name, backend.Address), before, backend.Verdict, upstream.Backends.Count(static one => one.Standing == Standing.Ready), upstream.Backends.Length));
            }
        }
    }

    private static UpstreamSnapshot? Find(ImmutableArray<UpstreamSnapshot> upstreams, string name)
    {
        foreach (var upstream in upstreams)
        {
            if (string.Equals(upstream.Settings.Name, name, StringComparison.Ordinal))
                return upstream;
        }

        return null;
    }

    private static bool IsSame<T>(ImmutableArray<T> left, ImmutableArray<T> right)
        where T : class
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (!ReferenceEquals(left[i], right[i]))
                return false;
        }

        return true;
    }
}
