using System;
using Fairlead.Control;
using Fairlead.Primitives;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

public class LifecycleTests
{
    private LifecycleState _state = LifecycleState.Initial(TimeSpan.FromSeconds(30));

    [Fact]
    public void Until_asked_to_stop_nothing_happens()
    {
        Assert.Equal("", Left(1, exchanges: 0, sessions: 0));
        Assert.Equal("", Tick(2));
        Assert.Equal(None, Lifecycle.NextDeadline(_state));
    }

    [Fact]
    public void A_stop_closes_listeners_and_idle_connections() => Assert.Equal("CloseListeners, CloseIdleConnections", Stop(0));

    [Fact]
    public void With_nothing_open_the_process_ends_at_once()
    {
        Stop(0);
        Assert.Equal("Exit 0", Left(0, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void What_was_counted_before_the_stop_does_not_end_it()
    {
        Left(0, exchanges: 0, sessions: 0);
        Assert.Equal("CloseListeners, CloseIdleConnections", Stop(1));
        Assert.Equal("", Left(1, exchanges: 1, sessions: 1));
        Assert.Equal("Exit 0", Left(2, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void Exchanges_may_end_within_the_limit()
    {
        Stop(0);
        Assert.Equal("", Left(0, exchanges: 2, sessions: 3));
        Assert.Equal("", Left(20, exchanges: 1, sessions: 1));
        Assert.Equal("", Tick(29.9));
        Assert.Equal("Exit 0", Left(29.9, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void Exchanges_running_at_the_limit_are_cut_off()
    {
        Stop(5);
        Left(5, exchanges: 1, sessions: 1);
        Assert.Equal(Some(At(35)), Lifecycle.NextDeadline(_state));
        Assert.Equal("AbortConnections, Exit 4", Tick(35));
    }

    [Fact]
    public void Asked_again_it_ends_at_once()
    {
        Stop(0);
        Left(0, exchanges: 1, sessions: 1);
        Assert.Equal("AbortConnections, Exit 4", Stop(1));
    }

    [Fact]
    public void Connections_that_linger_after_the_last_exchange_are_cut_off_without_blame()
    {
        Stop(0);
        Left(0, exchanges: 1, sessions: 2);
        Assert.Equal("", Left(10, exchanges: 0, sessions: 1));
        Assert.Equal(Some(At(11)), Lifecycle.NextDeadline(_state));
        Assert.Equal("", Left(10.5, exchanges: 0, sessions: 1));
        Assert.Equal("AbortConnections, Exit 0", Tick(11));
    }

    [Fact]
    public void An_exchange_that_begins_on_a_lingering_connection_may_end()
    {
        Stop(0);
        Left(0, exchanges: 0, sessions: 1);
        Left(0.5, exchanges: 1, sessions: 1);
        Assert.Equal("", Tick(5));
        Assert.Equal("Exit 0", Left(6, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void A_limit_of_zero_cuts_off_what_runs_and_nothing_else()
    {
        _state = LifecycleState.Initial(TimeSpan.Zero);
        Stop(1);
        Assert.Equal("AbortConnections, Exit 4", Left(1, exchanges: 1, sessions: 1));

        _state = LifecycleState.Initial(TimeSpan.Zero);
        Stop(1);
        Assert.Equal("Exit 0", Left(1, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void After_the_end_nothing_happens()
    {
        Stop(0);
        Left(0, exchanges: 0, sessions: 0);
        Assert.Equal("", Stop(1));
        Assert.Equal("", Left(1, exchanges: 5, sessions: 5));
        Assert.Equal("", Tick(100));
        Assert.Equal(None, Lifecycle.NextDeadline(_state));
    }

    private string Stop(double second) => Send(second, new LifecycleEvent.StopRequested());

    private string Left(double second, int exchanges, int sessions) => Send(second, new LifecycleEvent.SessionsChanged(exchanges, sessions));

    private string Tick(double second) => Send(second, new LifecycleEvent.ClockTicked());

    private string Send(double second, LifecycleEvent happened)
    {
        (_state, var effects) = Lifecycle.Step(_state, At(second), happened);
        return string.Join(", ", effects.Map(static effect => effect is LifecycleEffect.Exit exit ? $"Exit {exit.Code}" : effect.GetType().Name));
    }

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
