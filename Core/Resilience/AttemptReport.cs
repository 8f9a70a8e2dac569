using System;
using Fairlead.Http1;

namespace Fairlead.Resilience;

/// <summary>What is known of an attempt when it is decided whether to try again. <c>default</c> is never repeated.</summary>
public readonly record struct AttemptReport
{
    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>The status of a response of which nothing was passed on yet, with <see cref="Outcome.None"/>; 0 when there is none.</summary>
    public int Status { get; init; }

    /// <summary>Attempts of this exchange so far, this one included.</summary>
    public int AttemptsMade { get; init; }

    /// <summary>How many of them were <see cref="RetryAction.FreshConnection"/>. They are not counted against the limit: the backend had not been asked before.</summary>
    public int FreshConnectionsMade { get; init; }

    /// <summary>The request's method.</summary>
    public MethodKind Method { get; init; }

    /// <summary>True when any byte of the request may have left.</summary>
    public bool WasWritten { get; init; }

    /// <summary>True when the connection had carried an exchange before, so that it may have been closed already when the request was written.</summary>
    public bool WasReused { get; init; }

    /// <summary>True when the body can be sent from its beginning: it was not touched, or all that was read of it was kept.</summary>
    public bool BodyIsReplayable { get; init; }

    /// <summary>What is left of the time for the whole exchange; null is unlimited.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>True when the client got the first byte of a response.</summary>
    public bool ResponseBegan { get; init; }
}
