using System.Diagnostics;
using Fairlead.Health;

namespace Fairlead.Proxy;

/// <summary>Verdicts in words, for logs.</summary>
public static class Verdicts
{
    /// <summary>One phrase: what a backend is, and why.</summary>
    public static string Describe(Verdict verdict) => verdict switch
    {
        Verdict.Unchecked => "not checked",
        Verdict.Up => "up",
        Verdict.Awaiting => "waiting for its first check",
        Verdict.Down down => "down: " + down.Reason,
        Verdict.Unresolved unresolved => "not resolved: " + unresolved.Reason,
        Verdict.Disabled => "taken out of service",
        _ => throw new UnreachableException(),
    };
}
