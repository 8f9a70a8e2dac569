using System;

namespace Fairlead.Resilience;

/// <summary>Which way a request goes after an attempt.</summary>
public enum RetryAction : byte
{
    /// <summary>No other attempt: answer the failure, or pass the response on.</summary>
    GiveUp = 0,

    /// <summary>Choose a backend anew, not one that was tried while there is another.</summary>
    OtherBackend,

    /// <summary>The same backend, over a new connection.</summary>
    FreshConnection,
}

/// <summary>What made an attempt one to repeat.</summary>
public enum RetryReason : byte
{
    /// <summary>Nothing known here; a hook may have its own reasons.</summary>
    Other = 0,

    /// <summary>No connection stood.</summary>
    ConnectFailure,

    /// <summary>A reused connection was dead.</summary>
    StaleConnection,

    /// <summary>The backend broke off before its response.</summary>
    Reset,

    /// <summary>The backend did not take or answer the request in time.</summary>
    ResponseTimeout,

    /// <summary>The status of its response.</summary>
    Status,
}

/// <summary>What to do after an attempt, how long to wait before it, and why. <c>default</c> gives up.</summary>
public readonly record struct RetryDecision(RetryAction Action, TimeSpan Wait, RetryReason Reason)
{
    /// <summary>No other attempt.</summary>
    public static RetryDecision GiveUp => default;

    /// <summary>Another backend, at once.</summary>
    public static RetryDecision OtherBackend => new(RetryAction.OtherBackend, TimeSpan.Zero, RetryReason.Other);

    /// <summary>The same backend over a new connection, at once.</summary>
    public static RetryDecision FreshConnection => new(RetryAction.FreshConnection, TimeSpan.Zero, RetryReason.Other);

    /// <summary>The reason's name in metrics.</summary>
    public static string NameOf(RetryReason reason) => reason switch
    {
        RetryReason.ConnectFailure => "connect-failure",
        RetryReason.StaleConnection => "stale-connection",
        RetryReason.Reset => "reset",
        RetryReason.ResponseTimeout => "response-timeout",
        RetryReason.Status => "status",
        _ => "other",
    };
}
