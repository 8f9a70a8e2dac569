namespace Fairlead.Resilience;

/// <summary>How often a request is tried in all (1 = retry off). A failed connect goes to another backend while there is one.</summary>
public sealed record RetrySettings(int AttemptsMax)
{
    /// <summary>Two attempts: a failed connect is tried once more, on another backend.</summary>
    public static RetrySettings Default { get; } = new(2);

    /// <summary>One attempt.</summary>
    public static RetrySettings Off { get; } = new(1);
}
