using System;
using Fairlead.Http1;

namespace Fairlead.Resilience;

/// <summary>
/// When a request is tried again (RFC 9110 §9.2.2, RFC 9112 §9.3.1); nothing else knows. Before anything was written: any method, elsewhere. After: what is safe to do twice, or what the
/// settings call so, when a reused connection died without an answer or one of the conditions of the settings is met. There are never more attempts than the limit and one.
/// What a response says in <c>Retry-After</c> is for its client: the next attempt goes to a backend that did not ask to be left alone.
/// </summary>
public static class Retry
{
    /// <summary>
    /// The decision. A dead reused connection is repeated once, at once and outside the budget, whatever the settings: the backend had not been asked before. The rest counts against
    /// <see cref="RetrySettings.AttemptsMax"/> and the budget, of which <paramref name="load"/> tells what other exchanges have taken; <paramref name="entropy"/> draws the wait.
    /// </summary>
    public static RetryDecision Decide(RetrySettings settings, in AttemptReport report, in RetryLoad load, ulong entropy)
    {
        var reason = ReasonOf(report);
        if (report.ResponseBegan || !report.BodyIsReplayable || (report.WasWritten && !settings.NonIdempotent && !IsIdempotent(report.Method)))
            return RetryDecision.GiveUp;

        var freshMade = Math.Clamp(report.FreshConnectionsMade, 0, 1);
        if (reason == RetryReason.StaleConnection)
            return report.AttemptsMade <= settings.AttemptsMax ? new RetryDecision(RetryAction.FreshConnection, TimeSpan.Zero, reason) : RetryDecision.GiveUp;

        var attempts = report.AttemptsMade - freshMade;
        if (attempts >= settings.AttemptsMax || !IsWanted(settings, reason, report.Status) || !IsAfforded(settings, load))
            return RetryDecision.GiveUp;
        var wait = settings.BackOff.WaitOf(attempts, entropy);
        return report.TimeLeft is { } left && wait >= left ? RetryDecision.GiveUp : new RetryDecision(RetryAction.OtherBackend, wait, reason);
    }

    /// <summary>What happened, seen as a reason to repeat it.</summary>
    public static RetryReason ReasonOf(in AttemptReport report) => report.Outcome switch
    {
        Outcome.None => report.Status > 0 ? RetryReason.Status : RetryReason.Other,
        Outcome.UpstreamClosed or Outcome.UpstreamReset => report.WasReused && report.FreshConnectionsMade <= 0 ? RetryReason.StaleConnection : RetryReason.Reset,
        Outcome.ResponseHeadTimeout or Outcome.RequestSendTimeout => RetryReason.ResponseTimeout,
        var outcome => Outcomes.IsConnectFailure(outcome) && !report.WasWritten ? RetryReason.ConnectFailure : RetryReason.Other,
    };

    /// <summary>How much of a request body is worth keeping: nothing of one that would not be sent twice.</summary>
    public static int BodyBytesKept(RetrySettings settings, MethodKind method) => settings.NonIdempotent || IsIdempotent(method) ? settings.BodyBufferBytesMax : 0;

    /// <summary>True when doing it twice does the same as once (RFC 9110 §9.2.2). A method unknown here is taken not to be.</summary>
    public static bool IsIdempotent(MethodKind method) =>
        method is MethodKind.Get or MethodKind.Head or MethodKind.Options or MethodKind.Trace or MethodKind.Put or MethodKind.Delete;

    private static bool IsWanted(RetrySettings settings, RetryReason reason, int status) => reason switch
    {
        RetryReason.ConnectFailure => true,
        RetryReason.Reset => settings.OnReset,
        RetryReason.ResponseTimeout => settings.OnResponseTimeout,
        RetryReason.Status => settings.Statuses.Contains(status),
        _ => false,
    };

    private static bool IsAfforded(RetrySettings settings, RetryLoad load) => settings.Budget.Case is not RetryBudget budget || budget.Allows(load);
}
