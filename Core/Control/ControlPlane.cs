using System.Diagnostics;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>
/// The one state machine behind the proxy: settings, health, names and what requests see. <see cref="Step"/> is deterministic and total; time is an argument and every timer
/// is derived from the state, so a recorded trace of (instant, event) replays exactly. Each probe started ends with an answer, its deadline or a cancellation.
/// </summary>
public static class ControlPlane
{
    /// <summary>
    /// The state after <paramref name="happened"/>, and what to do about it, in this order: publish, report, cancel, start. Whatever is due at <paramref name="now"/> is
    /// done along with any event; only equal settings loaded again do nothing at all.
    /// </summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) Step(ControlState state, Instant now, ControlEvent happened)
    {
        if (happened is ControlEvent.SettingsLoaded again && state.Settings == again.Settings)
            return (state, default);

        var (moved, told) = happened switch
        {
            ControlEvent.SettingsLoaded loaded => SettingsChange.Apply(state, now, loaded.Settings),
            ControlEvent.ProbeCompleted probe => (Probing.Observe(state, now, probe), default),
            ControlEvent.NameResolved resolved => (Resolving.Observe(state, now, resolved.Host, resolved.Addresses), default),
            ControlEvent.NameNotResolved failed => (Resolving.ObserveFailure(state, now, failed.Host, failed.Reason), default),
            ControlEvent.BackendAdministered said => (Administer(state, said), default),
            ControlEvent.OutcomesTallied tallied => (Passive.Count(state, tallied.Tallies), default),
            ControlEvent.StreakReached streak => Passive.Observe(state, now, streak),
            ControlEvent.BreakerOpened opened => (Passive.Observe(state, now, opened), default),
            ControlEvent.ClockTicked => (state, default(Seq<ControlEffect>)),
            _ => throw new UnreachableException(),                    // closed union; a test drives every case
        };
        var (resolving, lookUps) = Resolving.StartDue(moved, now);
        var (probing, probes) = Probing.ExpireAndStartDue(resolving, now);
        var (looking, reports) = Passive.ExpireAndLook(probing, now);
        var (published, news) = Publication.PublishChanges(state, Ramping.Advance(looking, now));
        return (published, news.Then(told).Then(reports).Then(probes).Then(lookUps));
    }

    /// <summary>When <see cref="Step"/> wants a <see cref="ControlEvent.ClockTicked"/> next; none while nothing is awaited. After a step that did what was due it is later than its instant.</summary>
    public static Option<Instant> NextDeadline(ControlState state)
    {
        var active = Instant.Min(Probing.NextDeadline(state), Resolving.NextDeadline(state));
        var earliest = Instant.Min(active, Instant.Min(Passive.NextDeadline(state), Ramping.NextDeadline(state)));
        return earliest == Instant.Never ? Option<Instant>.None : Option<Instant>.Some(earliest);
    }

    /// <summary>What requests see now: the last one published; generation 0, without routes, before the first.</summary>
    public static RoutingSnapshot Snapshot(ControlState state) => state.Published.Snapshot;

    private static ControlState Administer(ControlState state, ControlEvent.BackendAdministered said) =>
        state.WithBackend(said.Backend, (_, backend) => backend with { Admin = said.State });
}
