using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Control;

/// <summary>One step of a walk.</summary>
public sealed record Footprint(ControlState Before, Instant Now, ControlEvent Happened, ControlState After, Seq<ControlEffect> Effects);

/// <summary>Plays moves against the control plane as a truthful shell would, and keeps every step.</summary>
public sealed class Walk
{
    private readonly List<Footprint> _steps = [];
    private readonly List<(BackendId Backend, long Probe)> _running = [];
    private readonly List<string> _resolving = [];
    private Instant _now;

    private Walk() { }

    public IReadOnlyList<Footprint> Steps => _steps;

    /// <summary>Probes started and neither answered nor cancelled.</summary>
    public IReadOnlyList<(BackendId Backend, long Probe)> Running => _running;

    public ControlState State { get; private set; } = ControlState.Initial(new Entropy(7));

    public Instant Now => _now;

    /// <summary>Loads the plan, then does the moves.</summary>
    public static Walk Of(Plan plan, IEnumerable<Move> moves)
    {
        var walk = new Walk();
        walk.Happen(new ControlEvent.SettingsLoaded(plan.Build()));
        foreach (var move in moves)
            walk.Do(move);
        return walk;
    }

    public void Wait(TimeSpan time) => _now += time;

    /// <summary>Every deadline in turn until <paramref name="end"/>, nobody answering.</summary>
    public void TickUntil(Instant end)
    {
        while (ControlPlane.NextDeadline(State).Case is Instant next && next <= end)
        {
            _now = next > _now ? next : _now;
            Happen(new ControlEvent.ClockTicked());
        }

        _now = end;
    }

    public Footprint Happen(ControlEvent happened)
    {
        var before = State;
        (State, var effects) = ControlPlane.Step(before, _now, happened);
        if (happened is ControlEvent.ProbeCompleted answer)
            _running.Remove((answer.Backend, answer.Probe));
        if (happened is ControlEvent.NameResolved or ControlEvent.NameNotResolved)
            _resolving.Remove(happened is ControlEvent.NameResolved yes ? yes.Host : ((ControlEvent.NameNotResolved)happened).Host);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ControlEffect.StartProbe started:
                    _running.Add((started.Backend, started.Probe));
                    break;
                case ControlEffect.CancelProbe cancelled:
                    Assert.True(_running.Remove((cancelled.Backend, cancelled.Probe)), "cancels what does not run");
                    break;
                case ControlEffect.ResolveName resolve:
                    Assert.DoesNotContain(resolve.Host, _resolving);
                    _resolving.Add(resolve.Host);
                    break;
                default:
                    break;
            }
        }

        _steps.Add(new Footprint(before, _now, happened, State, effects));
        return _steps[^1];
    }

    private void Do(Move move)
    {
        _now += TimeSpan.FromMilliseconds(move.AfterMilliseconds);
        if (move.Kind == MoveKind.TickAtDeadline && ControlPlane.NextDeadline(State).Case is Instant next && next > _now)
            _now = next;
        Happen(Event(move));
    }

    private ControlEvent Event(Move move) => move.Kind switch
    {
        MoveKind.Load => new ControlEvent.SettingsLoaded(new Plan(move.Value).Build()),
        MoveKind.Pass => Answer(move, new ProbeResult.Passed()),
        MoveKind.Fail => Answer(move, new ProbeResult.Failed("reason " + (move.Value % 3))),
        MoveKind.CancelledByShell => Answer(move, new ProbeResult.Cancelled()),
        MoveKind.AnswerNeverAsked => new ControlEvent.ProbeCompleted(Someone(move), -1 - move.Value, new ProbeResult.Failed("never asked")),
        MoveKind.Resolve when _resolving.Count > 0 => new ControlEvent.NameResolved(_resolving[move.Choice % _resolving.Count], Addresses(move.Value)),
        MoveKind.DoNotResolve when _resolving.Count > 0 => new ControlEvent.NameNotResolved(_resolving[move.Choice % _resolving.Count], "reason " + (move.Value % 2)),
        MoveKind.Enable => new ControlEvent.BackendAdministered(Someone(move), AdminState.Ready),
        MoveKind.Drain => new ControlEvent.BackendAdministered(Someone(move), AdminState.Drain),
        MoveKind.Disable => new ControlEvent.BackendAdministered(Someone(move), AdminState.Maintenance),
        MoveKind.Tally => new ControlEvent.OutcomesTallied(Tallies(move)),
        MoveKind.Streak => new ControlEvent.StreakReached(Someone(move), (StreakCauses)(1 + (move.Value % 7))),
        MoveKind.BreakerOpens => new ControlEvent.BreakerOpened(Someone(move), _now + TimeSpan.FromMilliseconds(100 * (move.Value - 2))),
        _ => new ControlEvent.ClockTicked(),
    };

    private ControlEvent Answer(Move move, ProbeResult result)
    {
        if (_running.Count == 0)
            return new ControlEvent.ClockTicked();
        var (backend, probe) = _running[move.Choice % _running.Count];
        return new ControlEvent.ProbeCompleted(backend, probe, result);
    }

    // All backends of one upstream at once, one of them worse than the others.
    private static Seq<(BackendId, OutcomeTally)> Tallies(Move move) => toSeq(Plan.Everyone
        .Where(one => one.Upstream == Someone(move).Upstream)
        .Select(one => (one, one == Someone(move) ? new OutcomeTally(1, move.Value % 20, 0, 1) : new OutcomeTally(10, 1, 0, 0))).ToArray()).Strict();

    private static BackendId Someone(Move move) => Plan.Everyone[move.Choice % Plan.Everyone.Count];

    private static Seq<IPAddress> Addresses(int value) =>
        toSeq(Enumerable.Range(1, 1 + (value % 3)).Select(i => IPAddress.Parse("10.1.0." + (1 + ((i * value) % 4)))).ToArray()).Strict();
}
