namespace Fairlead.Balancing;

/// <summary>How much a candidate may be used now: what health, names and the operator come to. <c>default</c> is not at all.</summary>
public enum Standing : byte
{
    /// <summary>Not at all, not even in panic: in maintenance, or without an address.</summary>
    Out = 0,

    /// <summary>Not for new work; a sticky client that is there already stays.</summary>
    Draining,

    /// <summary>Checks or requests failed: only in panic.</summary>
    Failed,

    /// <summary>For any work.</summary>
    Ready,
}
