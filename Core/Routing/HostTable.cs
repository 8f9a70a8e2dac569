using System;
using System.Collections.Generic;
using System.Linq;

namespace Fairlead.Routing;

/// <summary>
/// Finds the most specific host pattern of a host, and from each pattern the next less specific one that serves the same hosts: exact, then wildcards from the longest to
/// the shortest, then any host. Patterns are numbered as the caller numbered them.
/// </summary>
internal sealed class HostTable
{
    private readonly BytesTable _exact;
    private readonly BytesTable _below;
    private readonly int _any;
    private readonly int[] _lessSpecific;

    /// <summary>The table of those distinct patterns (null is any host): pattern i gets number i.</summary>
    public HostTable(IReadOnlyList<HostPattern?> patterns)
    {
        var exact = new Dictionary<string, int>(StringComparer.Ordinal);
        var below = new Dictionary<string, int>(StringComparer.Ordinal);
        _any = -1;
        for (var i = 0; i < patterns.Count; i++)
        {
            switch (patterns[i])
            {
                case null: _any = i; break;
                case HostPattern.Exact same: exact.Add(same.Host, i); break;
                case HostPattern.Below suffix: below.Add(suffix.Suffix, i); break;
            }
        }

        _exact = new BytesTable(exact, HashOf, ignoreCase: true);
        _below = new BytesTable(below, HashOf, ignoreCase: true);
        _lessSpecific = [.. patterns.Select(pattern => pattern switch
        {
            null => -1,
            HostPattern.Exact same => ParentOf(same.Host, below),
            HostPattern.Below suffix => ParentOf(suffix.Suffix, below),
            _ => -1,
        })];
    }

    /// <summary>The most specific pattern that serves <paramref name="host"/> (without port and trailing dot), or -1.</summary>
    public int MostSpecific(ReadOnlySpan<byte> host)
    {
        var found = _any;
        var hash = BytesTable.EmptyHash;
        var longest = Math.Max(_exact.LengthMax, _below.LengthMax);
        for (var i = host.Length - 1; i >= 0; i--)                    // from the end: suffixes become longer
        {
            if (host.Length - i - 1 > longest)
                return found;
            if (host[i] == '.' && i > 0 && _below.Find(hash, host[(i + 1)..]) is >= 0 and var longer)
                found = longer;
            hash = BytesTable.Append(hash, Lower(host[i]));
        }

        return _exact.Find(hash, host) is >= 0 and var same ? same : found;
    }

    /// <summary>The next pattern that serves every host this one serves, or -1.</summary>
    public int LessSpecific(int pattern) => _lessSpecific[pattern];

    private int ParentOf(string host, Dictionary<string, int> below)
    {
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            if (dot > 0 && below.TryGetValue(host[(dot + 1)..], out var parent))
                return parent;
        }

        return _any;
    }

    private static byte Lower(byte c) => c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;

    private static uint HashOf(byte[] host)
    {
        var hash = BytesTable.EmptyHash;
        for (var i = host.Length - 1; i >= 0; i--)
            hash = BytesTable.Append(hash, Lower(host[i]));
        return hash;
    }
}
