using Fairlead.Health;

namespace Fairlead.Proxy;

/// <summary>Verdicts in words, for logs.</summary>
public static class Verdicts
{
    /// <summary>One phrase: what a backend is, and why.</summary>
    public static string Describe(Verdict verdict) => VerdictText.Describe(verdict);
}
