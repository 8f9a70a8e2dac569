using System;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Health;

/// <summary>
/// What the checks of one backend have told so far. <paramref name="FirstDecides"/>: the next result alone sets the verdict (nothing was known before it).
/// <paramref name="LastFailure"/> is the reason of the last failed check, forgotten once the backend is up and passes. <paramref name="Turn"/> is when and how it became what it is.
/// </summary>
public sealed record BackendHealth(RiseFall Counter, bool FirstDecides, Option<string> LastFailure, HealthTurn Turn)
{
    private static readonly Verdict _up = new Verdict.Up();
    private static readonly DownReason _awaiting = new DownReason.Awaiting();

    /// <summary>Before the first check.</summary>
    public static BackendHealth Before(InitialHealth initial, Instant now) =>
        new(new RiseFall(IsUp: initial == InitialHealth.Up, Streak: 0), FirstDecides: initial == InitialHealth.FirstProbe, None, new HealthTurn(now, 0, 0));

    /// <summary>Up, down with the last failure's reason, or still waiting when no check has failed yet.</summary>
    public Verdict Verdict =>
        Counter.IsUp ? _up
        : LastFailure.Case is string reason ? new Verdict.Down(new DownReason.ProbeFailed(reason, Turn.Failures, Turn.Needed), Turn.At)
        : new Verdict.Down(_awaiting, Turn.At);

    /// <summary>The time between checks now: shorter while the verdict is about to change, another one while it is down (HAProxy's fastinter and downinter).</summary>
    public TimeSpan Interval(HealthSettings settings) =>
        Counter.Streak > 0 ? settings.EveryChanging.IfNone(settings.Every)
        : Counter.IsUp ? settings.Every
        : settings.EveryDown.IfNone(settings.Every);

    /// <summary>After one more result; a cancelled check told nothing and changes nothing.</summary>
    public BackendHealth Observe(ProbeResult result, int rise, int fall, Instant now) => result switch
    {
        ProbeResult.Passed => Passed(rise, fall, now),
        ProbeResult.Failed failed => Failed(failed.Reason, rise, fall, now),
        ProbeResult.Cancelled => this,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private BackendHealth Passed(int rise, int fall, Instant now)
    {
        var counter = FirstDecides ? new RiseFall(IsUp: true, Streak: 0) : Counter.Observe(passed: true, rise, fall);
        return new BackendHealth(counter, FirstDecides: false, counter.IsUp ? None : LastFailure, counter.IsUp == Counter.IsUp ? Turn : new HealthTurn(now, 0, 0));
    }

    private BackendHealth Failed(string reason, int rise, int fall, Instant now)
    {
        var counter = FirstDecides ? default : Counter.Observe(passed: false, rise, fall);
        var turn =
            Counter.IsUp && !counter.IsUp ? new HealthTurn(now, Counter.Streak + 1, Math.Max(fall, 1))
            : !Counter.IsUp && LastFailure.IsNone ? new HealthTurn(now, 1, 1)              // what waits is down by its first failure
            : Turn;
        return new BackendHealth(counter, FirstDecides: false, Some(reason), turn);
    }
}

/// <summary>When a backend became what it is, and the failures in a row that took it down, of those that do (0 of 0 when up or waiting).</summary>
public readonly record struct HealthTurn(Instant At, int Failures, int Needed);
