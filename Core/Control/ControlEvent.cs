using System.Net;
using Fairlead.Configuration;
using Fairlead.Health;
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

    /// <summary>The operator took a backend out of service, or put it back.</summary>
    public sealed record BackendEnabled(BackendId Backend, bool IsEnabled) : ControlEvent;

    /// <summary>The deadline of <c>ControlPlane.NextDeadline</c> was reached (early and late calls do no harm).</summary>
    public sealed record ClockTicked : ControlEvent;
}
