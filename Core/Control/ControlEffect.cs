using System;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>What the control plane wants done. The shell starts each one and reports its end as a <see cref="ControlEvent"/>.</summary>
public abstract record ControlEffect
{
    private ControlEffect() { }

    /// <summary>
    /// Probe a backend at <paramref name="Target"/> (an IP address or a Unix path, never a name; the health check's own port is already in it) and answer with
    /// <see cref="ControlEvent.ProbeCompleted"/> carrying the same number, within <paramref name="Timeout"/>.
    /// </summary>
    public sealed record StartProbe(
        BackendId Backend, long Probe, BackendAddress Target, ProbeSettings Check, Option<UpstreamTls> Tls, TimeSpan Timeout) : ControlEffect
    {
        /// <summary>The PROXY header that says "this is the proxy itself", when the backend's own port is probed and expects one.</summary>
        public ProxyProtocolVersion ProxyProtocol { get; init; }
    }

    /// <summary>The probe's result is no longer wanted. It still ends with <see cref="ControlEvent.ProbeCompleted"/>, which is then ignored.</summary>
    public sealed record CancelProbe(BackendId Backend, long Probe) : ControlEffect;

    /// <summary>Resolve a host name and answer with <see cref="ControlEvent.NameResolved"/> or <see cref="ControlEvent.NameNotResolved"/>.</summary>
    public sealed record ResolveName(string Host) : ControlEffect;

    /// <summary>Requests that begin from now on see this.</summary>
    public sealed record Publish(RoutingSnapshot Snapshot) : ControlEffect;

    /// <summary>A backend's verdict changed: for log and metrics. <paramref name="Usable"/> of <paramref name="Total"/> backends of its upstream may be used now.</summary>
    public sealed record ReportVerdict(BackendId Backend, Verdict Before, Verdict After, int Usable, int Total) : ControlEffect;

    /// <summary>A backend fell under a rule of outlier detection and was not ejected: the rule only reports, or too many are out. For log and metrics.</summary>
    public sealed record ReportOutlier(BackendId Backend, EjectionCause Cause, OutlierVerdict Verdict) : ControlEffect;
}
