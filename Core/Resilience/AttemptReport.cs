using Fairlead.Http1;

namespace Fairlead.Resilience;

/// <summary>What is known of a failed attempt when it is decided whether to try again. <c>default</c> is never repeated.</summary>
public readonly record struct AttemptReport
{
    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>Attempts of this exchange so far, this one included.</summary>
    public int AttemptsMade { get; init; }

    /// <summary>How many of them were <see cref="RetryDecision.FreshConnection"/>. They are not counted against the limit: the backend had not been asked before.</summary>
    public int FreshConnectionsMade { get; init; }

    /// <summary>The request's method.</summary>
    public MethodKind Method { get; init; }

    /// <summary>True when any byte of the request may have left.</summary>
    public bool WasWritten { get; init; }

    /// <summary>True when the connection had carried an exchange before, so that it may have been closed already when the request was written.</summary>
    public bool WasReused { get; init; }

    /// <summary>True when the whole body, or its not having been touched, is still here.</summary>
    public bool BodyIsReplayable { get; init; }

    /// <summary>True when the client got the first byte of a response.</summary>
    public bool ResponseBegan { get; init; }
}
