using System;
using System.Net;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>A connection without requests that has ended. <see cref="ServerName"/> is what its client asked for by SNI; <see cref="Upstream"/> is empty when it matched none.</summary>
public sealed record EndedConnection
{
    /// <summary>The upstream it went to.</summary>
    public required string Upstream { get; init; }

    /// <summary>The client's address.</summary>
    public required IPAddress Client { get; init; }

    /// <summary>The name the client asked for, or empty.</summary>
    public required string ServerName { get; init; }

    /// <summary>The tries at backends.</summary>
    public required AttemptList Attempts { get; init; }

    /// <summary>From its acceptance to its end.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Bytes passed on to the backend.</summary>
    public required long BytesFromClient { get; init; }

    /// <summary>Bytes passed on to the client.</summary>
    public required long BytesFromBackend { get; init; }

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }
}
