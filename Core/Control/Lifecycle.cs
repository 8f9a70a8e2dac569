using System;
using System.Diagnostics;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>Where the process is in its life: serving, leaving its clients to another process, draining until the limit, or ended. An immutable value.</summary>
public sealed record LifecycleState
{
    private LifecycleState() { }

    /// <summary>Serving. A stop may take <paramref name="drainLimit"/> before what is left is cut off.</summary>
    public static LifecycleState Initial(TimeSpan drainLimit) => new() { DrainLimit = NotNegative(drainLimit) };

    internal enum Phase : byte { Serving = 0, HandingOver, Draining, Ended }

    internal Phase Now { get; init; }

    internal TimeSpan DrainLimit { get; init; }

    /// <summary>When what is left is cut off.</summary>
    internal Instant DrainDeadline { get; init; } = Instant.Never;

    /// <summary>Unknown until the shell counted after the listeners closed: what was said before may be old.</summary>
    internal Option<int> Exchanges { get; init; }

    /// <summary>When connections that only linger are cut off; <see cref="Instant.Never"/> while exchanges run.</summary>
    internal Instant LingerDeadline { get; init; } = Instant.Never;

    /// <summary>Connections of either kind; unknown until the shell counted after it left the listeners.</summary>
    internal Option<int> Sessions { get; init; }

    /// <summary>Until then a connection accepted in the last moment may still show up; <see cref="Instant.Never"/> once that is over.</summary>
    internal Instant SettleDeadline { get; init; } = Instant.Never;

    /// <summary>When connections that asked for nothing since the other process serves are closed.</summary>
    internal Instant IdleDeadline { get; init; } = Instant.Never;

    internal static TimeSpan NotNegative(TimeSpan limit) => limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
}

/// <summary>
/// A graceful stop: listeners close, idle connections close, the process ends with 0 when the last exchange ended. The drain limit, or a second request to stop, cuts off what
/// still runs and ends with 4. When another process took the listeners, idle connections close after their next exchange, so that no request meets a closed connection.
/// Deterministic and total; timers are derived.
/// </summary>
public static class Lifecycle
{
    /// <summary>How long connections without an exchange may take to close once the last exchange ended; they hold nothing anyone waits for.</summary>
    public static readonly TimeSpan LingerLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long connections may stay idle once another process has the listeners (HAProxy's <c>idle-close-on-response</c>: until the client's idle timeout). At most the drain limit.</summary>
    public static readonly TimeSpan IdleGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long after leaving the listeners an accepted connection may take to be counted.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    /// <summary>The exit code of a graceful stop.</summary>
    public const int Graceful = 0;

    /// <summary>The exit code when exchanges were cut off.</summary>
    public const int Forced = 4;

    /// <summary>The state after <paramref name="happened"/>, and what to do about it.</summary>
    public static (LifecycleState Next, Seq<LifecycleEffect> Effects) Step(LifecycleState state, Instant now, LifecycleEvent happened) =>
        (state.Now, happened) switch
        {
            (LifecycleState.Phase.Serving, LifecycleEvent.StopRequested) => BeginDrain(state, now),
            (LifecycleState.Phase.Serving, LifecycleEvent.HandedOver) => BeginHandover(state, now),
            (LifecycleState.Phase.Serving, LifecycleEvent.DrainLimitChanged changed) => (state with { DrainLimit = LifecycleState.NotNegative(changed.Limit) }, default),
            (LifecycleState.Phase.Serving, LifecycleEvent.SessionsChanged or LifecycleEvent.ClockTicked) => (state, default),
            (LifecycleState.Phase.HandingOver, LifecycleEvent.StopRequested) => CloseIdle(state),
            (LifecycleState.Phase.HandingOver, LifecycleEvent.SessionsChanged left) => Leave(state with { Exchanges = left.Exchanges, Sessions = left.Sessions }, now),
            (LifecycleState.Phase.HandingOver, LifecycleEvent.ClockTicked) => Leave(state, now),
            (LifecycleState.Phase.HandingOver, LifecycleEvent.HandedOver or LifecycleEvent.DrainLimitChanged) => (state, default),
            (LifecycleState.Phase.Draining, LifecycleEvent.StopRequested) => CutOff(state, Forced),
            (LifecycleState.Phase.Draining, LifecycleEvent.SessionsChanged left) => Count(state, now, left.Exchanges, left.Sessions),
            (LifecycleState.Phase.Draining, LifecycleEvent.ClockTicked) => Expire(state, now),
            (LifecycleState.Phase.Draining, LifecycleEvent.HandedOver or LifecycleEvent.DrainLimitChanged) => (state, default),
            (LifecycleState.Phase.Ended, _) => (state, default),
            _ => throw new UnreachableException(),                    // closed unions; a test drives every case
        };

    /// <summary>When <see cref="Step"/> wants a <see cref="LifecycleEvent.ClockTicked"/> next; none while serving and after the end.</summary>
    public static Option<Instant> NextDeadline(LifecycleState state)
    {
        var earliest = state.Now switch
        {
            LifecycleState.Phase.HandingOver => Instant.Min(state.SettleDeadline, state.IdleDeadline),
            LifecycleState.Phase.Draining => Instant.Min(state.DrainDeadline, state.LingerDeadline),
            _ => Instant.Never,
        };
        return earliest == Instant.Never ? None : Some(earliest);
    }

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) BeginHandover(LifecycleState state, Instant now)
    {
        var idle = state.DrainLimit < IdleGrace ? state.DrainLimit : IdleGrace;
        return (
            state with
            {
                Now = LifecycleState.Phase.HandingOver,
                DrainDeadline = now + state.DrainLimit,
                SettleDeadline = now + SettleTime,
                IdleDeadline = now + (idle < SettleTime ? SettleTime : idle),
            },
            Seq1<LifecycleEffect>(new LifecycleEffect.LeaveListeners()));
    }

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) Leave(LifecycleState state, Instant now)
    {
        var settled = now >= state.SettleDeadline ? state with { SettleDeadline = Instant.Never } : state;
        if (settled.SettleDeadline == Instant.Never && settled.Sessions.Exists(static left => left <= 0))
            return (Ended(settled), Seq1<LifecycleEffect>(new LifecycleEffect.Exit(Graceful)));
        if (now < settled.IdleDeadline)
            return (settled, default);
        var (next, effects) = CloseIdle(settled);
        return now >= next.DrainDeadline ? Expire(next, now) : (next, effects);
    }

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) CloseIdle(LifecycleState state) =>
        (state with { Now = LifecycleState.Phase.Draining }, Seq1<LifecycleEffect>(new LifecycleEffect.CloseIdleConnections()));

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) BeginDrain(LifecycleState state, Instant now) => (
        state with { Now = LifecycleState.Phase.Draining, DrainDeadline = now + state.DrainLimit },
        Seq<LifecycleEffect>(new LifecycleEffect.CloseListeners(), new LifecycleEffect.CloseIdleConnections()));

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) Count(LifecycleState state, Instant now, int exchanges, int sessions)
    {
        if (exchanges <= 0 && sessions <= 0)
            return (Ended(state), Seq1<LifecycleEffect>(new LifecycleEffect.Exit(Graceful)));
        var linger = exchanges > 0 ? Instant.Never : Instant.Min(state.LingerDeadline, now + LingerLimit);
        return Expire(state with { Exchanges = exchanges, LingerDeadline = linger }, now);
    }

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) Expire(LifecycleState state, Instant now) =>
        now >= state.LingerDeadline ? CutOff(state, Graceful)
        : now >= state.DrainDeadline ? CutOff(state, state.Exchanges.Exists(static left => left <= 0) ? Graceful : Forced)
        : (state, default);

    private static (LifecycleState Next, Seq<LifecycleEffect> Effects) CutOff(LifecycleState state, int code) =>
        (Ended(state), Seq<LifecycleEffect>(new LifecycleEffect.AbortConnections(), new LifecycleEffect.Exit(code)));

    private static LifecycleState Ended(LifecycleState state) => state with { Now = LifecycleState.Phase.Ended };
}
