namespace Fairlead.Balancing;

/// <summary>Where the key of a hash policy comes from.</summary>
public abstract record KeySource
{
    private KeySource() { }

    /// <summary>The client's address as text, as nginx's <c>$remote_addr</c>.</summary>
    public sealed record ClientIp : KeySource;

    /// <summary>The value of the first request field of that name (lower case).</summary>
    public sealed record Header(string Name) : KeySource;

    /// <summary>The value of the first cookie of that name (case-sensitive).</summary>
    public sealed record Cookie(string Name) : KeySource;

    /// <summary>The value of the first query parameter of that name, as sent (no decoding).</summary>
    public sealed record Query(string Name) : KeySource;

    /// <summary>The path without the query, as forwarded.</summary>
    public sealed record Path : KeySource;

    /// <summary>Path and query, as forwarded.</summary>
    public sealed record Uri : KeySource;
}
