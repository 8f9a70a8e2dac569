using System.Collections.Generic;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// New settings over a running state. A backend is who it was by upstream and address: it keeps its slot, what the operator said, what requests told while they are listened to,
/// and its health unless the check itself changed. Only what changed starts anew.
/// </summary>
internal static class SettingsChange
{
    /// <summary>The state under <paramref name="settings"/>, and the cancellation of each probe nobody wants any more.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) Apply(ControlState state, Instant now, ProxySettings settings)
    {
        var hosts = Resolving.Carry(state.Hosts, settings.Upstreams, now);
        var known = Known(state);
        var slots = FreeSlots(known, settings);
        var supply = state.Supply;
        var upstreams = new List<UpstreamState>();
        foreach (var upstream in settings.Upstreams)
        {
            var backends = new List<BackendState>();
            foreach (var backend in upstream.Backends)
            {
                var reach = Resolving.ReachOf(backend.Address, hosts);
                var place = new Place(upstream, backend, backends.Count, reach);
                backends.Add(known.Find(new BackendId(upstream.Name, backend.Address)).Case is Member before
                    ? Carry(before, place, now, ref supply)
                    : Begin(place, slots.Dequeue(), now));
            }

            upstreams.Add(new UpstreamState(upstream, backends.ToArray().ToStrictSeq()) { NextLookAt = Passive.CarryLook(state, upstream, now) });
        }

        var next = state with
        {
            Settings = settings,
            Upstreams = upstreams.ToArray().ToStrictSeq(),
            Hosts = hosts,
            Entropy = supply.Entropy,
        };
        return (next, Cancelled(state, next));
    }

    private static BackendState Carry(Member before, Place place, Instant now, ref Supply supply)
    {
        var (was, settings) = (before.State, place.Upstream);
        var kept = was with
        {
            Settings = place.Backend,
            Reach = place.Reach,
            Outlier = settings.Outlier.IsSome ? was.Outlier : OutlierHealth.Clear,
            Breaker = settings.Breaker.IsSome ? was.Breaker : None,
        };
        if (!IsSameCheck(before.Upstream.Health, settings.Health))
            return WithCheck(kept, place, now);

        // A shorter interval takes effect now, a longer one with the next check.
        return settings.Health.Case is HealthSettings health && before.Upstream.Health != settings.Health
            ? kept with { NextProbeAt = Instant.Min(was.NextProbeAt, now + Probing.Interval(health, was.Health, Probing.Stretch(health, ref supply))) }
            : kept;
    }

    private static BackendState Begin(Place place, Slot slot, Instant now) =>
        WithCheck(new BackendState(place.Backend, slot, AdminState.Ready, place.Reach, Health: None, Instant.Never, Running: None, now), place, now);

    private static BackendState WithCheck(BackendState backend, Place place, Instant now) => place.Upstream.Health.Case is HealthSettings health
        ? backend with
        {
            Health = BackendHealth.Before(health.Initial, now),
            NextProbeAt = Probing.FirstAt(health, place.Position, place.Upstream.Backends.Count, now),
            Running = None,
        }
        : backend with { Health = None, NextProbeAt = Instant.Never, Running = None };

    private static bool IsSameCheck(Option<HealthSettings> before, Option<HealthSettings> after) =>
        before.Map(static health => health.Probe) == after.Map(static health => health.Probe);

    /// <summary>Numbers no backend has, smallest first, one for each that may need one. What is freed by these settings is not among them: its requests may still run.</summary>
    private static Queue<Slot> FreeSlots(HashMap<BackendId, Member> known, ProxySettings settings)
    {
        var wanted = settings.Upstreams.Sum(static upstream => upstream.Backends.Count);
        var isTaken = new bool[known.Count + wanted];
        foreach (var member in known.Values)
        {
            if (member.State.Slot.Value < isTaken.Length)
                isTaken[member.State.Slot.Value] = true;
        }

        var free = new Queue<Slot>(wanted);
        for (var i = 0; i < isTaken.Length && free.Count < wanted; i++)
        {
            if (!isTaken[i])
                free.Enqueue(new Slot(i));
        }

        return free;
    }

    private static Seq<ControlEffect> Cancelled(ControlState before, ControlState after)
    {
        var known = Known(after);
        var effects = new List<ControlEffect>();
        foreach (var upstream in before.Upstreams)
        {
            foreach (var backend in upstream.Backends)
            {
                var id = new BackendId(upstream.Settings.Name, backend.Settings.Address);
                if (backend.Running.Case is RunningProbe running && !Runs(known.Find(id), running))
                    effects.Add(new ControlEffect.CancelProbe(id, running.Number));
            }
        }

        return effects.ToArray().ToStrictSeq();
    }

    private static bool Runs(Option<Member> member, RunningProbe probe) =>
        member.Case is Member still && still.State.Running.Case is RunningProbe running && running.Number == probe.Number;

    // Only looked up in, or counted: its order shows nowhere.
    private static HashMap<BackendId, Member> Known(ControlState state)
    {
        var known = HashMap<BackendId, Member>();
        foreach (var upstream in state.Upstreams)
        {
            foreach (var backend in upstream.Backends)
                known = known.AddOrUpdate(new BackendId(upstream.Settings.Name, backend.Settings.Address), new Member(upstream.Settings, backend));
        }

        return known;
    }

    private sealed record Place(UpstreamSettings Upstream, BackendSettings Backend, int Position, Reach Reach);

    private sealed record Member(UpstreamSettings Upstream, BackendState State);
}
