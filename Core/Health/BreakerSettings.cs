using System;

namespace Fairlead.Health;

/// <summary>
/// A circuit breaker: opens when at least <paramref name="RequestsMin"/> requests within <paramref name="Window"/> failed at a rate of <paramref name="FailurePercent"/> per cent or
/// more, lets nothing through for <paramref name="OpenFor"/>, then <paramref name="Trials"/> requests; if they pass, a share that grows over <paramref name="Recovery"/>.
/// </summary>
public sealed record BreakerSettings(int FailurePercent, int RequestsMin, TimeSpan Window, TimeSpan OpenFor, int Trials, TimeSpan Recovery)
{
    /// <summary>30 % of at least 20 (Traefik's example) in 10 s; open for 10 s, three trials, recovering for 10 s (Traefik).</summary>
    public static BreakerSettings Default { get; } = new(30, 20, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), 3, TimeSpan.FromSeconds(10));
}
