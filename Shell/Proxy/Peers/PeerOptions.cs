using System;
using Fairlead.Configuration;

namespace Fairlead.Proxy;

/// <summary>Deadlines towards one peer, and how many idle connections to it are kept.</summary>
public sealed record PeerOptions
{
    /// <summary>Every default: 5 s to connect, 5 s for TLS, 60 s for a response head, 60 s for each gap in a body, no total, 1 h for an idle tunnel, 128 idle connections for 50 s each.</summary>
    public static PeerOptions Default { get; } = new();

    /// <summary>Resolving the name and connecting, in all.</summary>
    public TimeSpan ConnectTimeout { get; init; } = UpstreamTimeouts.Default.Connect;

    /// <summary>The TLS handshake.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init; } = UpstreamTimeouts.Default.TlsHandshake;

    /// <summary>From the request being sent to its response's head.</summary>
    public TimeSpan ResponseHeadTimeout { get; init; } = UpstreamTimeouts.Default.ResponseHead;

    /// <summary>From sending to the response's head, the upload included; null leaves it to the others.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>Each gap while a body is received or sent.</summary>
    public TimeSpan BodyGapTimeout { get; init; } = UpstreamTimeouts.Default.BodyGap;

    /// <summary>The whole exchange, retries included; null is unlimited.</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>How long a tunnel may go without a byte either way.</summary>
    public TimeSpan TunnelIdleTimeout { get; init; } = UpstreamTimeouts.Default.TunnelIdle;

    /// <summary>How long a tunnel may stand in all; null is unlimited.</summary>
    public TimeSpan? TunnelTotalTimeout { get; init; }

    /// <summary>Idle connections kept; 0 never reuses one.</summary>
    public int IdleMax { get; init; } = PoolSettings.Default.IdleMax;

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = PoolSettings.Default.IdleTimeout;

    internal static PeerOptions Of(UpstreamTimeouts timeouts, PoolSettings pool) => new()
    {
        ConnectTimeout = timeouts.Connect,
        TlsHandshakeTimeout = timeouts.TlsHandshake,
        ResponseHeadTimeout = timeouts.ResponseHead,
        BodyGapTimeout = timeouts.BodyGap,
        TotalTimeout = timeouts.Total.ToNullable(),
        TunnelIdleTimeout = timeouts.TunnelIdle,
        TunnelTotalTimeout = timeouts.TunnelTotal.ToNullable(),
        IdleMax = pool.IdleMax,
        IdleTimeout = pool.IdleTimeout,
    };
}
