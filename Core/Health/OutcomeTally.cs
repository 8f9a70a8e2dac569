using Fairlead.Resilience;

namespace Fairlead.Health;

/// <summary>What one request told about its backend.</summary>
public enum OutcomeKind : byte
{
    /// <summary>Nothing: the client left, or the backend was never asked (YARP counted client aborts as failures, yarp#2062).</summary>
    Nothing = 0,

    /// <summary>An answer below 500.</summary>
    Success,

    /// <summary>A 5xx other than a gateway's.</summary>
    ServerError,

    /// <summary>502, 503 or 504, or an answer that is no valid HTTP.</summary>
    GatewayError,

    /// <summary>No answer: not connected, reset, out of time (Envoy's local origin).</summary>
    LocalFailure,
}

/// <summary>What the requests of one interval told about a backend, counted. <c>default</c> is none.</summary>
public readonly record struct OutcomeTally(int Successes, int ServerErrors, int GatewayErrors, int LocalFailures)
{
    /// <summary>All of them, those that told nothing not included.</summary>
    public long Total => (long)Successes + ServerErrors + GatewayErrors + LocalFailures;

    /// <summary>What an answer of that status tells.</summary>
    public static OutcomeKind KindOf(int status) => status switch
    {
        502 or 503 or 504 => OutcomeKind.GatewayError,
        >= 500 and <= 599 => OutcomeKind.ServerError,
        _ => OutcomeKind.Success,
    };

    /// <summary>What an attempt tells that ended so; <paramref name="status"/> is the backend's and counts only when a complete response was relayed.</summary>
    public static OutcomeKind KindOf(Outcome outcome, int status) => outcome switch
    {
        Outcome.None => KindOf(status),
        Outcome.BadResponse or Outcome.BadResponseBody => OutcomeKind.GatewayError,
        _ when Outcomes.IsConnectFailure(outcome) => OutcomeKind.LocalFailure,
        Outcome.RequestSendTimeout or Outcome.UpstreamClosed or Outcome.UpstreamReset or Outcome.ResponseHeadTimeout
            or Outcome.ResponseBodyTimeout or Outcome.ResponseTruncated or Outcome.TotalTimeout or Outcome.TunnelBrokenByBackend => OutcomeKind.LocalFailure,
        Outcome.TunnelClosedByClient or Outcome.TunnelClosedByBackend or Outcome.TunnelBrokenByClient or Outcome.TunnelIdle or Outcome.TunnelTimeout => OutcomeKind.Success,   // it was granted
        _ => OutcomeKind.Nothing,                                     // the client's end, or ours
    };

    /// <summary>The tally with one more request.</summary>
    public OutcomeTally Add(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Success => this with { Successes = Plus(Successes, 1) },
        OutcomeKind.ServerError => this with { ServerErrors = Plus(ServerErrors, 1) },
        OutcomeKind.GatewayError => this with { GatewayErrors = Plus(GatewayErrors, 1) },
        OutcomeKind.LocalFailure => this with { LocalFailures = Plus(LocalFailures, 1) },
        _ => this,
    };

    /// <summary>Both together; counts saturate, and negative ones count as none.</summary>
    public static OutcomeTally operator +(OutcomeTally left, OutcomeTally right) => new(
        Plus(left.Successes, right.Successes), Plus(left.ServerErrors, right.ServerErrors),
        Plus(left.GatewayErrors, right.GatewayErrors), Plus(left.LocalFailures, right.LocalFailures));

    private static int Plus(int left, int right) => (int)System.Math.Min(int.MaxValue, (long)System.Math.Max(left, 0) + System.Math.Max(right, 0));
}
