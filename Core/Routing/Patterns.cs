namespace Fairlead.Routing;

/// <summary>Which hosts a route serves; compared without case, port and one trailing dot. A route without any serves every host.</summary>
public abstract record HostPattern
{
    private HostPattern() { }

    /// <summary>Exactly this host (lower case).</summary>
    public sealed record Exact(string Host) : HostPattern;

    /// <summary>Any host below <paramref name="Suffix"/> (lower case, without the leading <c>*.</c>), at any depth, but not the suffix itself.</summary>
    public sealed record Below(string Suffix) : HostPattern;
}

/// <summary>Which paths a route serves.</summary>
public abstract record PathPattern
{
    private PathPattern() { }

    /// <summary>Exactly this path.</summary>
    public sealed record Exact(string Path) : PathPattern;

    /// <summary>This path and everything below it by whole segments: <c>/api</c> serves <c>/api</c> and <c>/api/x</c>, not <c>/apix</c>. <c>/</c> serves everything.</summary>
    public sealed record Prefix(string Path) : PathPattern;

    /// <summary>Every path.</summary>
    public static PathPattern Any { get; } = new Prefix("/");
}
