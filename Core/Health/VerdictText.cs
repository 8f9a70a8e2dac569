using System;
using System.Diagnostics;
using System.Globalization;
using Fairlead.Primitives;

namespace Fairlead.Health;

/// <summary>Verdicts for people: <c>down: probe failed: connection refused, 3 of 3, for 12 s</c>.</summary>
public static class VerdictText
{
    /// <summary>One phrase: what a backend is, and why.</summary>
    public static string Describe(Verdict verdict) => verdict switch
    {
        Verdict.Unchecked => "not checked",
        Verdict.Up => "up",
        Verdict.Recovering => "up, its share still growing",
        Verdict.Down down => "down: " + Describe(down.Reason),
        Verdict.Draining draining => draining.But.Case is DownReason but ? "draining, and down: " + Describe(but) : "draining",
        Verdict.Maintenance => "in maintenance",
        _ => throw new UnreachableException(),
    };

    /// <summary>The same with how long it has been so, and how long it will be where that is known.</summary>
    public static string Describe(Verdict verdict, Instant now) => verdict switch
    {
        Verdict.Recovering recovering => Describe(verdict) + Span(recovering.Since, now, recovering.Until),
        Verdict.Down down => Describe(verdict) + Span(down.Since, now, EndOf(down.Reason)),
        _ => Describe(verdict),
    };

    /// <summary>Why, without the verdict.</summary>
    public static string Describe(DownReason reason) => reason switch
    {
        DownReason.ProbeFailed failed => string.Create(CultureInfo.InvariantCulture, $"probe failed: {failed.Reason}, {failed.Failures} of {failed.Needed}"),
        DownReason.Ejected { TimesInRow: > 1 } ejected => string.Create(CultureInfo.InvariantCulture, $"ejected: {Describe(ejected.Cause)}, {ejected.TimesInRow} times in a row"),
        DownReason.Ejected ejected => "ejected: " + Describe(ejected.Cause),
        DownReason.BreakerOpen => "circuit breaker open",
        DownReason.Unresolved unresolved => "not resolved: " + unresolved.Reason,
        DownReason.Awaiting => "waiting for its first check",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why requests had it ejected.</summary>
    public static string Describe(EjectionCause cause) => cause switch
    {
        EjectionCause.ServerErrors run => string.Create(CultureInfo.InvariantCulture, $"{run.InRow} server errors in a row"),
        EjectionCause.GatewayErrors run => string.Create(CultureInfo.InvariantCulture, $"{run.InRow} gateway errors in a row"),
        EjectionCause.LocalFailures run => string.Create(CultureInfo.InvariantCulture, $"{run.InRow} requests in a row without an answer"),
        EjectionCause.SuccessRate rate => string.Create(CultureInfo.InvariantCulture, $"success rate {rate.Percent:0.#} % below {rate.Limit:0.#} %"),
        EjectionCause.FailureShare share => string.Create(CultureInfo.InvariantCulture, $"{share.Percent:0.#} % failures"),
        _ => throw new UnreachableException(),
    };

    private static string Span(Instant since, Instant now, Instant end) =>
        ", for " + Length(now - since) + (end == Instant.Never ? "" : ", " + Length(end - now) + " left");

    private static Instant EndOf(DownReason reason) => reason switch
    {
        DownReason.Ejected ejected => ejected.Until,
        DownReason.BreakerOpen open => open.Until,
        _ => Instant.Never,
    };

    // Whole units, two of them from a minute on: people compare, they do not compute.
    private static string Length(TimeSpan time)
    {
        var seconds = Math.Max(time.Ticks, 0) / TimeSpan.TicksPerSecond;
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
            < 3_600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60} s"),
            < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600} h {seconds / 60 % 60} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400} d {seconds / 3_600 % 24} h"),
        };
    }
}
