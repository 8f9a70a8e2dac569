using System.Collections.Generic;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// New settings over a running state. A backend is who it was by upstream and address: it keeps its slot, what the operator said, and its health unless the check itself
/// changed. Only what changed starts anew.
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
                backends.Add(known.Find(new BackendId(upstream.Name, backend.Address)).Case is Member before
                    ? Carry(before, upstream, backend, reach, now, ref supply)
                    : Begin(upstream, backend, slots.Dequeue(), isEnabled: true, reach, now, ref supply));
            }

            upstreams.Add(new UpstreamState(upstream, backends.ToArray().ToStrictSeq()));
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

    private static BackendState Carry(Member before, UpstreamSettings upstream, BackendSettings backend, Reach reach, Instant now, ref Supply supply)
    {
        if (!IsSameCheck(before.Upstream.Health, upstream.Health))
            return Begin(upstream, backend, before.State.Slot, before.State.IsEnabled, reach, now, ref supply);

        // A shorter interval takes effect now, a longer one with the next check.
        var next = upstream.Health.Case is HealthSettings health && before.Upstream.Health != upstream.Health
            ? Instant.Min(before.State.NextProbeAt, now + Probing.Interval(health, ref supply))
            : before.State.NextProbeAt;
        return before.State with { Settings = backend, Reach = reach, NextProbeAt = next };
    }

    private static BackendState Begin(
        UpstreamSettings upstream, BackendSettings backend, Slot slot, bool isEnabled, Reach reach, Instant now, ref Supply supply) =>
        upstream.Health.Case is HealthSettings health
            ? new BackendState(backend, slot, isEnabled, reach, BackendHealth.Before(health.Initial), Probing.FirstAt(health, now, ref supply), Running: None)
            : new BackendState(backend, slot, isEnabled, reach, Health: None, Instant.Never, Running: None);

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

    private sealed record Member(UpstreamSettings Upstream, BackendState State);
}
