using System;
using Fairlead.Http;
using LanguageExt;

namespace Fairlead.Health;

/// <summary>What a backend is before its first probe.</summary>
public enum InitialHealth : byte
{
    /// <summary>Usable until `fall` probes fail (nginx, Pingora, Traefik).</summary>
    Up = 0,

    /// <summary>Not usable until `rise` probes pass.</summary>
    Down,

    /// <summary>Not usable until the first probe, whose single result decides (Envoy).</summary>
    FirstProbe,
}

/// <summary>What one active check does.</summary>
public abstract record ProbeSettings
{
    private ProbeSettings() { }

    /// <summary>Connect; with <paramref name="Handshake"/> also a TLS handshake with the upstream's TLS settings. <paramref name="Port"/> replaces the backend's own.</summary>
    public sealed record Tcp(bool Handshake, Option<int> Port) : ProbeSettings;

    /// <summary>
    /// One HTTP/1.1 request; good when the status is in <paramref name="Expect"/>. <paramref name="Tls"/> says whether to speak HTTPS with the upstream's TLS settings.
    /// <paramref name="Host"/> replaces the Host field (default: the TLS server name, else the backend's address), <paramref name="Port"/> the backend's port.
    /// </summary>
    public sealed record Http(string Method, string Path, Option<string> Host, StatusSet Expect, Option<int> Port, bool Tls) : ProbeSettings;
}

/// <summary>
/// Active health checking of one upstream: a probe each <paramref name="Every"/> (shortened or lengthened by up to <paramref name="Jitter"/>, a share 0–0.5), which must
/// end within <paramref name="Timeout"/>; <paramref name="Rise"/> passes in a row bring up, <paramref name="Fall"/> failures in a row take down (both ≥ 1).
/// </summary>
public sealed record HealthSettings(
    ProbeSettings Probe, TimeSpan Every, TimeSpan Timeout, int Rise, int Fall, InitialHealth Initial, double Jitter)
{
    /// <summary>The interval while the verdict is about to change, between the first dissenting result and the flip (HAProxy's fastinter); none is <see cref="Every"/>.</summary>
    public Option<TimeSpan> EveryChanging { get; init; }

    /// <summary>The interval while it is down (HAProxy's downinter); none is <see cref="Every"/>.</summary>
    public Option<TimeSpan> EveryDown { get; init; }
}

/// <summary>How one probe ended.</summary>
public abstract record ProbeResult
{
    private ProbeResult() { }

    /// <summary>The check was good.</summary>
    public sealed record Passed : ProbeResult;

    /// <summary>The check was bad, in one phrase for people ("connection refused", "status 500, expected 200", "no answer within 1 s").</summary>
    public sealed record Failed(string Reason) : ProbeResult;

    /// <summary>The check was cancelled before it told anything.</summary>
    public sealed record Cancelled : ProbeResult;
}
