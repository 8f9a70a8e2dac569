using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Control;
using Fairlead.Primitives;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Control;

/// <summary>A life in moves: kind 0 asks for a stop, 1–5 count, 6–8 tick, 9 hands over; times pass between.</summary>
public sealed record LifeMove(int Kind, int AfterMilliseconds, int Exchanges, int Sessions);

public static class LifeMoves
{
    public static Arbitrary<LifeMove> Arbitrary() => (
        from kind in Gen.Choose(0, 9)
        from after in Gen.Choose(0, 900)
        from exchanges in Gen.Choose(0, 2)
        from idle in Gen.Choose(0, 2)
        select new LifeMove(kind, after, exchanges, exchanges + idle)).ToArbitrary();
}

[Properties(Arbitrary = [typeof(LifeMoves)], MaxTest = 300)]
public class LifecycleLaws
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(3);

    [Property]
    public void It_ends_once_and_says_nothing_after(LifeMove[] moves)
    {
        var effects = Live(moves).SelectMany(static step => step.Effects).ToArray();
        Assert.InRange(effects.Count(static effect => effect is LifecycleEffect.Exit), 0, 1);
        Assert.InRange(effects.Count(static effect => effect is LifecycleEffect.CloseListeners or LifecycleEffect.LeaveListeners), 0, 1);
        if (effects.Any(static effect => effect is LifecycleEffect.Exit))
            Assert.IsType<LifecycleEffect.Exit>(effects[^1]);
    }

    [Property]
    public void Exit_is_graceful_exactly_when_no_exchange_was_cut_off(LifeMove[] moves)
    {
        var lastCount = -1;                                           // exchanges last counted while draining
        var (stops, isLeaving) = (0, false);
        foreach (var (_, move, effects) in Live(moves))
        {
            stops += move.Kind == 0 ? 1 : 0;
            isLeaving |= move.Kind is 0 or 9;
            if (isLeaving && move.Kind is >= 1 and <= 5)
                lastCount = move.Exchanges;
            foreach (var exit in effects.OfType<LifecycleEffect.Exit>())
                Assert.Equal(stops <= 1 && lastCount == 0 ? 0 : 4, exit.Code);
        }
    }

    [Property]
    public void It_ends_no_later_than_the_limit(LifeMove[] moves)
    {
        var state = LifecycleState.Initial(_limit);
        Instant? stopped = null;
        var now = Instant.Zero;
        foreach (var move in moves.Append(new LifeMove(6, 3000, 1, 1)))
        {
            now += TimeSpan.FromMilliseconds(move.AfterMilliseconds);
            stopped ??= move.Kind is 0 or 9 ? now : null;
            (state, _) = Lifecycle.Step(state, now, Event(move));
        }

        if (stopped is { } at && now - at >= _limit)
            Assert.Empty(Lifecycle.Step(state, now, new LifecycleEvent.StopRequested()).Effects);
    }

    [Property]
    public void The_next_deadline_is_later_than_the_tick(LifeMove[] moves)
    {
        var (state, now) = (LifecycleState.Initial(_limit), Instant.Zero);
        foreach (var move in moves)
        {
            now += TimeSpan.FromMilliseconds(move.AfterMilliseconds);
            (state, _) = Lifecycle.Step(state, now, Event(move));
            var (ticked, _) = Lifecycle.Step(state, now, new LifecycleEvent.ClockTicked());
            Assert.True(Lifecycle.NextDeadline(ticked).ForAll(next => next > now));
        }
    }

    [Property]
    public void Once_handed_over_no_idle_connection_is_closed_before_its_time_unless_a_stop_is_asked_for(LifeMove[] moves)
    {
        var (handed, now) = (Instant.Never, Instant.Zero);
        foreach (var (_, move, effects) in Live([new LifeMove(9, 0, 0, 0), .. moves.Where(static move => move.Kind != 0)]))
        {
            now += TimeSpan.FromMilliseconds(move.AfterMilliseconds);
            handed = Instant.Min(handed, now);
            if (effects.Any(static effect => effect is LifecycleEffect.CloseIdleConnections or LifecycleEffect.AbortConnections))
                Assert.True(now - handed >= _limit);
        }
    }

    [Property]
    public void Equal_lives_are_equal_values(LifeMove[] moves) =>
        Assert.Equal(Live(moves).Select(static step => step.After), Live(moves).Select(static step => step.After));

    private static List<(LifecycleState After, LifeMove Move, LifecycleEffect[] Effects)> Live(LifeMove[] moves)
    {
        var (state, now) = (LifecycleState.Initial(_limit), Instant.Zero);
        var steps = new List<(LifecycleState, LifeMove, LifecycleEffect[])>();
        foreach (var move in moves)
        {
            now += TimeSpan.FromMilliseconds(move.AfterMilliseconds);
            (state, var effects) = Lifecycle.Step(state, now, Event(move));
            steps.Add((state, move, [.. effects]));
        }

        return steps;
    }

    private static LifecycleEvent Event(LifeMove move) => move.Kind switch
    {
        0 => new LifecycleEvent.StopRequested(),
        <= 5 => new LifecycleEvent.SessionsChanged(move.Exchanges, move.Sessions),
        9 => new LifecycleEvent.HandedOver(),
        _ => new LifecycleEvent.ClockTicked(),
    };
}
