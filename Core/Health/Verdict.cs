using System.Diagnostics;
using Fairlead.Balancing;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Health;

/// <summary>What the operator says of a backend.</summary>
public enum AdminState : byte
{
    /// <summary>In service.</summary>
    Ready = 0,

    /// <summary>No new work; who is there stays.</summary>
    Drain,

    /// <summary>Out of service.</summary>
    Maintenance,
}

/// <summary>
/// Whether a backend may be used, and why: one value for balancing, logs and people. Nothing in it moves while the state stays (counts and instants are those of the change), so
/// that an unequal verdict is news.
/// </summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>True when new requests may go there.</summary>
    public bool IsUsable => Standing == Standing.Ready;

    /// <summary>What balancing makes of it.</summary>
    public Standing Standing => this switch
    {
        Unchecked or Up or Recovering => Standing.Ready,
        Draining { But.IsSome: true } => Standing.Out,                // not even in panic: the operator said no new work
        Draining => Standing.Draining,
        Down { Reason: DownReason.Unresolved } => Standing.Out,
        Down => Standing.Failed,
        Maintenance => Standing.Out,
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    /// <summary>Nothing checks it, so it is used.</summary>
    public sealed record Unchecked : Verdict;

    /// <summary>Checks pass (or it started up and has not failed often enough).</summary>
    public sealed record Up : Verdict;

    /// <summary>It came back, and its share grows until <paramref name="Until"/> (slow start).</summary>
    public sealed record Recovering(Instant Since, Instant Until) : Verdict;

    /// <summary>It is not to be used, since then.</summary>
    public sealed record Down(DownReason Reason, Instant Since) : Verdict;

    /// <summary>The operator lets it finish; <paramref name="But"/> says why it could not be used anyway.</summary>
    public sealed record Draining(Option<DownReason> But) : Verdict;

    /// <summary>The operator took it out.</summary>
    public sealed record Maintenance : Verdict;
}

/// <summary>Why a backend is down.</summary>
public abstract record DownReason
{
    private DownReason() { }

    /// <summary>Checks failed: <paramref name="Reason"/> is the last one's; <paramref name="Failures"/> in a row took it down, of <paramref name="Needed"/> that do.</summary>
    public sealed record ProbeFailed(string Reason, int Failures, int Needed) : DownReason;

    /// <summary>Requests had it ejected until then, <paramref name="TimesInRow"/> being the factor on the base time.</summary>
    public sealed record Ejected(EjectionCause Cause, Instant Until, int TimesInRow) : DownReason;

    /// <summary>Its circuit breaker is open until then.</summary>
    public sealed record BreakerOpen(Instant Until) : DownReason;

    /// <summary>Its name has no address at present.</summary>
    public sealed record Unresolved(string Reason) : DownReason;

    /// <summary>Not probed yet and configured to wait for it.</summary>
    public sealed record Awaiting : DownReason;
}
