using System;

namespace Fairlead.Control;

/// <summary>What the world told the life cycle of the process.</summary>
public abstract record LifecycleEvent
{
    private LifecycleEvent() { }

    /// <summary>A stop was asked for: by a signal, or by the program.</summary>
    public sealed record StopRequested : LifecycleEvent;

    /// <summary>Another process accepts on our listeners from now on.</summary>
    public sealed record HandedOver : LifecycleEvent;

    /// <summary>A stop that begins later may take this long; one under way keeps its limit.</summary>
    public sealed record DrainLimitChanged(TimeSpan Limit) : LifecycleEvent;

    /// <summary>How many exchanges are under way and how many client connections are open now.</summary>
    public sealed record SessionsChanged(int Exchanges, int Sessions) : LifecycleEvent;

    /// <summary>The deadline of <see cref="Lifecycle.NextDeadline"/> was reached (early and late calls do no harm).</summary>
    public sealed record ClockTicked : LifecycleEvent;
}

/// <summary>What the life cycle wants done.</summary>
public abstract record LifecycleEffect
{
    private LifecycleEffect() { }

    /// <summary>Accept no more connections.</summary>
    public sealed record CloseListeners : LifecycleEffect;

    /// <summary>Accept no more connections, and leave the listeners to the process that has them too; then say with <see cref="LifecycleEvent.SessionsChanged"/> what is left.</summary>
    public sealed record LeaveListeners : LifecycleEffect;

    /// <summary>Close connections without an exchange, the others after theirs; then say with <see cref="LifecycleEvent.SessionsChanged"/> what is left.</summary>
    public sealed record CloseIdleConnections : LifecycleEffect;

    /// <summary>Cut off every connection.</summary>
    public sealed record AbortConnections : LifecycleEffect;

    /// <summary>End the process with this exit code: 0 after a graceful stop, 4 after a forced one. The last effect there is.</summary>
    public sealed record Exit(int Code) : LifecycleEffect;
}
