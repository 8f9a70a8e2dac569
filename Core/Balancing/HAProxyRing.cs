using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// The tree of HAProxy's <c>hash-type consistent</c>, for compatibility: 16 nodes a unit of weight, node i of the server with id s at <c>full_hash(4096 · s + i)</c>; the node
/// nearest to the key's hash owns it. Matches <c>hash-key id</c> (the default) with ids as HAProxy gives them, 1 to n in the order declared, so removing a server in the
/// middle renumbers those after it, as it does there without <c>id</c>; and the default hash of keys, sdbm with avalanche, as for a header, a parameter, a path or
/// <c>balance hash</c>. It does not match <c>balance source</c>, which folds the address. HAProxy's weights end at 256; larger ones count as 256.
/// </summary>
public static class HAProxyRing
{
    /// <summary>Nodes a unit of weight.</summary>
    public const int PointsPerWeight = 16;

    private const int NodesPerServer = 4096;                          // SRV_EWGHT_RANGE: the room each id has

    /// <summary>The ring of those candidates; weight 0 has no points but keeps its number.</summary>
    public static Ring Of(ImmutableArray<Candidate> candidates)
    {
        candidates = Availability.OrEmpty(candidates);
        var counts = new int[candidates.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Math.Min(NodesPerServer, PointsPerWeight * candidates[i].Weight.Value);

        var points = new RingPoints(Ring.Fitted(counts));
        for (var i = 0; i < candidates.Length; i++)
        {
            var node = NodesPerServer * ((uint)i + 1);
            foreach (ref var point in points.Of(i))
                point = FullHash(node++);
        }

        return points.Ring(32);
    }

    /// <summary>Where a key stands on the ring: sdbm, then avalanche.</summary>
    public static uint HashOf(ReadOnlySpan<byte> key) => FullHash(Sdbm(key));

    /// <summary>The sdbm hash.</summary>
    public static uint Sdbm(ReadOnlySpan<byte> bytes)
    {
        var hash = 0u;
        foreach (var b in bytes)
            hash = hash * 65_599 + b;
        return hash;
    }

    /// <summary>Bob Jenkins's integer hash of six shifts: a permutation of all 32-bit numbers, so no two nodes fall together.</summary>
    public static uint FullHash(uint n)
    {
        n = n * 4_097 + 0x7ed55d16;
        n = n ^ 0xc761c23c ^ n >> 19;
        n = n * 33 + 0x165667b1;
        n = n + 0xd3a2646c ^ n << 9;
        n = n * 9 + 0xfd7046c5;
        return n ^ 0xb55a4f09 ^ n >> 16;
    }
}
