using System;
using Fairlead.Routing;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads paths as they stand in requests: percent-encoded, without dot segments (requests are compared after those were removed).</summary>
internal static class PathReader
{
    private const string Wanted = "a path such as /api (begins with '/', no '?', '#', space or control character, everything beyond ASCII percent-encoded)";

    public static Validation<ConfigFault, PathPattern> Exact(ConfigNode node) => Path(node).Map(static path => (PathPattern)new PathPattern.Exact(path));

    public static Validation<ConfigFault, PathPattern> Prefix(ConfigNode node) => Path(node).Bind(path => path.Length > 1 && path.EndsWith('/')
        ? Bad<PathPattern>(node, FaultCode.Path, $"a prefix goes by whole segments; write '{path.TrimEnd('/')}', which serves itself and everything below")
        : Good<PathPattern>(new PathPattern.Prefix(path)));

    /// <summary>Path and query of a health check.</summary>
    public static Validation<ConfigFault, string> Target(ConfigNode node) => ScalarReader.Text(node, "a path such as /healthz").Bind(text => text.StartsWith('/') && IsClean(text)
        ? Good(text)
        : Bad<string>(node, FaultCode.Path, $"'{Shapes.Shortened(text)}' is not a path such as /healthz or /healthz?full=1 (begins with '/', no '#', space or control character)"));

    private static Validation<ConfigFault, string> Path(ConfigNode node) => ScalarReader.Text(node, Wanted).Bind(text =>
    {
        if (!text.StartsWith('/') || text.Contains('?') || !IsClean(text))
            return Bad<string>(node, FaultCode.Path, $"'{Shapes.Shortened(text)}' is not {Wanted}");
        return HasDotSegment(text)
            ? Bad<string>(node, FaultCode.Path, $"'{Shapes.Shortened(text)}' would never match: '.' and '..' are removed from requests before routes are compared; write the path without them")
            : Good(text);
    });

    private static bool IsClean(string text)
    {
        foreach (var c in text)
        {
            if (c is <= ' ' or >= '\x7f' or '#')
                return false;
        }

        return true;
    }

    private static bool HasDotSegment(string path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
                return true;
        }

        return false;
    }
}
