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

    [Fact]
    public void Handed_over_it_leaves_the_listeners_and_closes_nothing()
    {
        Assert.Equal("LeaveListeners", HandOver(0));
        Assert.Equal("", Left(0, exchanges: 1, sessions: 3));
        Assert.Equal("", Left(5, exchanges: 0, sessions: 2));
        Assert.Equal("", Tick(9.9));
        Assert.Equal("CloseIdleConnections", Tick(10));
        Assert.Equal("Exit 0", Left(10, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void A_connection_accepted_in_the_last_moment_may_still_show_up_after_the_handover()
    {
        HandOver(0);
        Assert.Equal("", Left(0, exchanges: 0, sessions: 0));
        Assert.Equal(Some(At(0.2)), Lifecycle.NextDeadline(_state));
        Assert.Equal("", Left(0.1, exchanges: 0, sessions: 1));
        Assert.Equal("", Tick(0.2));
        Assert.Equal(Some(At(10)), Lifecycle.NextDeadline(_state));
        Assert.Equal("Exit 0", Left(1, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void With_nothing_open_a_process_that_handed_over_ends_when_that_is_certain()
    {
        HandOver(0);
        Left(0, exchanges: 0, sessions: 0);
        Assert.Equal("Exit 0", Tick(0.2));
    }

    [Fact]
    public void Exchanges_that_outlive_the_drain_limit_are_cut_off_after_a_handover_too()
    {
        _state = LifecycleState.Initial(TimeSpan.FromSeconds(3));
        HandOver(0);
        Left(0, exchanges: 1, sessions: 2);
        Assert.Equal(Some(At(0.2)), Lifecycle.NextDeadline(_state));
        Assert.Equal("", Tick(0.2));
        Assert.Equal("AbortConnections, Exit 4", Tick(3));
    }

    [Fact]
    public void A_stop_during_the_handover_closes_idle_connections_at_once()
    {
        HandOver(0);
        Left(0, exchanges: 1, sessions: 2);
        Assert.Equal("CloseIdleConnections", Stop(1));
        Assert.Equal("AbortConnections, Exit 4", Stop(2));
    }

    [Fact]
    public void A_handover_while_it_stops_changes_nothing()
    {
        Stop(0);
        Assert.Equal("", HandOver(1));
        Assert.Equal("Exit 0", Left(1, exchanges: 0, sessions: 0));
    }

    [Fact]
    public void Another_limit_holds_for_a_stop_that_begins_later()
    {
        Assert.Equal("", Send(0, new LifecycleEvent.DrainLimitChanged(TimeSpan.FromSeconds(2))));
        Stop(1);
        Left(1, exchanges: 1, sessions: 1);
        Assert.Equal("", Send(2, new LifecycleEvent.DrainLimitChanged(TimeSpan.FromSeconds(50))));
        Assert.Equal("AbortConnections, Exit 4", Tick(3));
    }

    private string HandOver(double second) => Send(second, new LifecycleEvent.HandedOver());

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
