using System;
using Fairlead.Http1;

namespace Fairlead.Resilience;

/// <summary>What to do after a failed attempt.</summary>
public enum RetryDecision : byte
{
    /// <summary>Answer the failure.</summary>
    GiveUp = 0,

    /// <summary>Choose a backend anew, not one that was tried while there is another.</summary>
    OtherBackend,

    /// <summary>The same backend, over a new connection.</summary>
    FreshConnection,
}

/// <summary>
/// When a request is tried again (RFC 9110 §9.2.2, RFC 9112 §9.3.1). Before anything was written: any method, elsewhere. After: only when a reused connection died without an answer,
/// which says nothing about the backend, and only what is safe to do twice. There are never more attempts than the limit and one.
/// </summary>
public static class Retry
{
    /// <summary>The decision. It repeats a dead reused connection once, whatever the settings; the rest counts against <see cref="RetrySettings.AttemptsMax"/>.</summary>
    public static RetryDecision Decide(RetrySettings settings, in AttemptReport report)
    {
        if (report.ResponseBegan)
            return RetryDecision.GiveUp;

        var freshMade = Math.Clamp(report.FreshConnectionsMade, 0, 1);
        if (Outcomes.IsConnectFailure(report.Outcome) && !report.WasWritten)
            return report.AttemptsMade - freshMade < settings.AttemptsMax ? RetryDecision.OtherBackend : RetryDecision.GiveUp;

        var wasStale = report.WasReused && report.Outcome is Outcome.UpstreamClosed or Outcome.UpstreamReset;
        return wasStale && freshMade == 0 && report.AttemptsMade <= settings.AttemptsMax && report.BodyIsReplayable
               && (!report.WasWritten || IsIdempotent(report.Method))
            ? RetryDecision.FreshConnection
            : RetryDecision.GiveUp;
    }

    /// <summary>True when doing it twice does the same as once (RFC 9110 §9.2.2). A method unknown here is taken not to be.</summary>
    public static bool IsIdempotent(MethodKind method) =>
        method is MethodKind.Get or MethodKind.Head or MethodKind.Options or MethodKind.Trace or MethodKind.Put or MethodKind.Delete;
}
