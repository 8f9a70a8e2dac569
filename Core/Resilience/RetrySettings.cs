using System;
using Fairlead.Http;
using LanguageExt;

namespace Fairlead.Resilience;

/// <summary>
/// How often a request is tried in all (1 = retry off), and after what. A failed connect always goes to another backend while there is one, and what a dead reused connection
/// swallowed is always repeated; what else is, is said here.
/// </summary>
public sealed record RetrySettings(int AttemptsMax)
{
    /// <summary>Kept of a request body by default so that it can be sent again (Pingora 64 KiB, HAProxy 16 kB, Traefik 2 MB).</summary>
    public const int BodyBufferBytesDefault = 64 * 1024;

    /// <summary>Two attempts: a failed connect is tried once more, on another backend.</summary>
    public static RetrySettings Default { get; } = new(2);

    /// <summary>One attempt.</summary>
    public static RetrySettings Off { get; } = new(1);

    /// <summary>True repeats what a backend broke off before its response.</summary>
    public bool OnReset { get; init; }

    /// <summary>True repeats what a backend did not take or answer in time.</summary>
    public bool OnResponseTimeout { get; init; }

    /// <summary>Responses with these are not passed on while another attempt is left.</summary>
    public StatusSet Statuses { get; init; } = StatusSet.Empty;

    /// <summary>True repeats any method, also when a backend may have seen the request.</summary>
    public bool NonIdempotent { get; init; }

    /// <summary>A request body is repeated only while it fits in here; 0 repeats none that was begun.</summary>
    public int BodyBufferBytesMax { get; init; } = BodyBufferBytesDefault;

    /// <summary>How many retries may run at once; none is unlimited.</summary>
    public Option<RetryBudget> Budget { get; init; } = RetryBudget.Default;

    /// <summary>How long a retry waits.</summary>
    public BackOff BackOff { get; init; } = BackOff.Default;

    /// <summary>How long one attempt may take from sending to the head of its response; none leaves it to the timeouts of the upstream.</summary>
    public Option<TimeSpan> AttemptTimeout { get; init; }
}
