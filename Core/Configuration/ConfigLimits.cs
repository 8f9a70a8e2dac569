namespace Fairlead.Configuration;

/// <summary>How large a configuration may be: far beyond real ones, small enough that a hostile one costs nothing.</summary>
public static class ConfigLimits
{
    /// <summary>Bytes of text: 4 MiB (Kubernetes refuses objects above 1.5 MiB).</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Lists and mappings inside each other: 32. The deepest key there is stands at 7.</summary>
    public const int DepthMax = 32;

    /// <summary>Scalars, lists and mappings in all: 200,000, a few thousand upstreams with dozens of backends each.</summary>
    public const int NodesMax = 200_000;
}
