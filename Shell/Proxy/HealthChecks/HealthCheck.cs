using System;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Proxy;

/// <summary>How a <see cref="LoadBalancer"/> finds out whether a backend works. How often is <see cref="LoadBalancer.HealthCheckFrequency"/>.</summary>
public abstract class HealthCheck
{
    private protected HealthCheck()
    {
    }

    /// <summary>Passes in a row that bring a down backend up.</summary>
    public int ConsecutiveSuccess { get; init; } = 1;

    /// <summary>Failures in a row that take an up backend down.</summary>
    public int ConsecutiveFailure { get; init; } = 1;

    /// <summary>Within which one check must end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What a backend is before its first check.</summary>
    public InitialHealth Initial { get; init; } = InitialHealth.Up;

    /// <summary>By how much the time between checks varies: a share of it, 0 to 0.5.</summary>
    public double Jitter { get; init; }

    /// <summary>Replaces the backend's port.</summary>
    public int? Port { get; init; }

    /// <summary>TLS for the check, or none.</summary>
    public Option<UpstreamTls> Tls { get; init; }

    private protected Option<int> PortOption => Port is { } port ? Some(port) : None;

    internal HealthSettings SettingsFor(TimeSpan frequency) => new(Probe(), frequency, Timeout, ConsecutiveSuccess, ConsecutiveFailure, Initial, Jitter);

    internal virtual Option<UpstreamTls> EffectiveTls => Tls;

    private protected abstract ProbeSettings Probe();

    private protected static Option<UpstreamTls> TlsFor(string sni) => Some(new UpstreamTls(sni.Length == 0 ? None : Some(sni), Verify: true, default, None, None));
}

/// <summary>Good when a connection can be made; with TLS, when the handshake succeeds too.</summary>
public sealed class TcpHealthCheck : HealthCheck
{
    /// <summary>A check whose TLS handshake asks for, and verifies, <paramref name="sni"/>.</summary>
    public static TcpHealthCheck NewTls(string sni) => new() { Tls = TlsFor(sni) };

    private protected override ProbeSettings Probe() => new ProbeSettings.Tcp(Tls.IsSome, PortOption);
}

/// <summary>Good when a request is answered with one of the expected statuses.</summary>
public sealed class HttpHealthCheck(string host, bool tls = false) : HealthCheck
{
    private readonly string _host = host;

    /// <summary>The method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path, with a query if there is one.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Statuses that are good.</summary>
    public StatusSet Expect { get; init; } = StatusSet.Ok;

    private protected override ProbeSettings Probe() => new ProbeSettings.Http(Method, Path, _host.Length == 0 ? None : Some(_host), Expect, PortOption, tls || Tls.IsSome);

    internal override Option<UpstreamTls> EffectiveTls => Tls.IsNone && tls ? TlsFor(_host) : Tls;
}
