using System;
using System.Collections.Generic;

namespace Fairlead.Routing;

/// <summary>The paths of one host: exact ones before prefixes, longer prefixes before shorter ones, earlier declarations before later ones of the same path.</summary>
internal sealed class PathTable
{
    private readonly BytesTable _exact;
    private readonly BytesTable _prefixes;
    private readonly int _any;

    /// <summary>The table of those routes, given in the order of declaration.</summary>
    public PathTable(IEnumerable<(PathPattern Pattern, int Route)> routes)
    {
        var exact = new Dictionary<string, int>(StringComparer.Ordinal);
        var prefixes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (pattern, route) in routes)
        {
            if (pattern is PathPattern.Exact same)
                exact.TryAdd(same.Path, route);
            else if (pattern is PathPattern.Prefix below)
                prefixes.TryAdd(below.Path, route);
        }

        _any = prefixes.Remove("/", out var any) ? any : -1;
        _exact = new BytesTable(exact, HashOf, ignoreCase: false);
        _prefixes = new BytesTable(prefixes, HashOf, ignoreCase: false);
    }

    /// <summary>The route of a path (never empty), or -1.</summary>
    public int Match(ReadOnlySpan<byte> path)
    {
        var found = _any;
        var hash = BytesTable.EmptyHash;
        var scanned = Math.Min(path.Length, Math.Max(_exact.LengthMax, _prefixes.LengthMax));
        for (var i = 0; i < scanned; i++)
        {
            hash = BytesTable.Append(hash, path[i]);
            var endsSegment = path[i] == '/' || i + 1 == path.Length || path[i + 1] == '/';
            if (endsSegment && i < _prefixes.LengthMax && _prefixes.Find(hash, path[..(i + 1)]) is >= 0 and var longer)
                found = longer;
        }

        return scanned == path.Length && _exact.Find(hash, path) is >= 0 and var same ? same : found;
    }

    private static uint HashOf(byte[] path)
    {
        var hash = BytesTable.EmptyHash;
        foreach (var next in path)
            hash = BytesTable.Append(hash, next);
        return hash;
    }
}
