namespace Fairlead.Health;

/// <summary>Whether a backend may be used, and why.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>True when new requests may go there.</summary>
    public bool IsUsable => this is Up or Unchecked;

    /// <summary>Nothing checks it, so it is used.</summary>
    public sealed record Unchecked : Verdict;

    /// <summary>Checks pass (or it started up and has not failed often enough).</summary>
    public sealed record Up : Verdict;

    /// <summary>Not probed yet and configured to wait for it.</summary>
    public sealed record Awaiting : Verdict;

    /// <summary>Checks failed; <paramref name="Reason"/> is the last probe's.</summary>
    public sealed record Down(string Reason) : Verdict;

    /// <summary>Its name has no address at present.</summary>
    public sealed record Unresolved(string Reason) : Verdict;

    /// <summary>The operator took it out.</summary>
    public sealed record Disabled : Verdict;
}
