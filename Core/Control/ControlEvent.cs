using System.Net;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>What the world told the control plane.</summary>
public abstract record ControlEvent
{
    private ControlEvent() { }

    /// <summary>The settings to run by from now on: at start, and at each reload.</summary>
    public sealed record SettingsLoaded(ProxySettings Settings) : ControlEvent;

    /// <summary>A probe ended; <paramref name="Probe"/> is the number its <see cref="ControlEffect.StartProbe"/> carried.</summary>
    public sealed record ProbeCompleted(BackendId Backend, long Probe, ProbeResult Result) : ControlEvent;

    /// <summary>A host name has these addresses at present (never empty; any order).</summary>
    public sealed record NameResolved(string Host, Seq<IPAddress> Addresses) : ControlEvent;

    /// <summary>A host name could not be resolved, in one phrase for people.</summary>
    public sealed record NameNotResolved(string Host, string Reason) : ControlEvent;

    /// <summary>The operator said what is to be with a backend.</summary>
    public sealed record BackendAdministered(BackendId Backend, AdminState State) : ControlEvent;

    /// <summary>What requests told since the last tally.</summary>
    public sealed record OutcomesTallied(Seq<(BackendId Backend, OutcomeTally Tally)> Tallies) : ControlEvent;

    /// <summary>A backend failed as often in a row as <see cref="FailureStreaks"/> was told to look for.</summary>
    public sealed record StreakReached(BackendId Backend, StreakCauses Causes) : ControlEvent;

    /// <summary>A backend's <see cref="CircuitBreaker"/> opened; it is half-open at <paramref name="Until"/> by time alone.</summary>
    public sealed record BreakerOpened(BackendId Backend, Instant Until) : ControlEvent;

    /// <summary>The deadline of <c>ControlPlane.NextDeadline</c> was reached (early and late calls do no harm).</summary>
    public sealed record ClockTicked : ControlEvent;
}
