using System;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>
/// Envoy's <c>ring_hash</c> with xxHash64, for compatibility: point i of a host is the hash of <c>ADDRESS_i</c>. The ring is scaled to at least 1,024 points so that the least
/// weight gets a whole number of them; the fractions of the others are carried from host to host, here in canonical order (Envoy: as they come). The scale depends on who is a
/// member, so a change of membership moves foreign keys (envoy#22558): 9.8 % of all when one of 8 equal hosts leaves, 0.01 % when one of 100 does.
/// </summary>
public static class EnvoyRing
{
    /// <summary>Fewest points of a ring (Envoy's <c>minimum_ring_size</c> by default).</summary>
    public const int PointsMin = 1024;

    /// <summary>The ring of those candidates, with Envoy's minimum and maximum size; weight 0 has no points, and at the maximum neither may a tiny share.</summary>
    public static Ring Of(ImmutableArray<Candidate> candidates, int pointsMin = PointsMin, int pointsMax = Ring.PointsMax)
    {
        candidates = Availability.OrEmpty(candidates);
        var order = Availability.CanonicalOrder(candidates);
        pointsMax = Math.Clamp(pointsMax, 1, Ring.PointsMax);
        var points = new RingPoints(CountsOf(candidates, order, Math.Clamp(pointsMin, 1, pointsMax), pointsMax));
        foreach (var index in order)
            AddPoints(points.Of(index), Encoding.UTF8.GetBytes(TextOf(candidates[index].Address) + "_"));
        return points.Ring(64);
    }

    /// <summary>Where a key stands on the ring: its xxHash64.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> key) => XxHash64.HashToUInt64(key);

    /// <summary>An address as Envoy writes it: a Unix socket is its path alone.</summary>
    internal static string TextOf(BackendAddress address) => address is BackendAddress.UnixPath(var path) ? path : address.ToString();

    private static int[] CountsOf(ImmutableArray<Candidate> candidates, int[] order, int pointsMin, int pointsMax)
    {
        var (total, least) = (0L, int.MaxValue);
        foreach (var candidate in candidates)
        {
            total += candidate.Weight.Value;
            least = candidate.Weight.Drains ? least : Math.Min(least, candidate.Weight.Value);
        }

        // Doubles in Envoy's order of operations: their rounding decides who gets a point.
        var counts = new int[candidates.Length];
        var scale = Math.Min(Math.Ceiling(least / (double)total * pointsMin) / (least / (double)total), pointsMax);
        var (current, target) = (0L, 0.0);
        foreach (var index in order)
        {
            if (candidates[index].Weight.Drains)
                continue;
            target += scale * (candidates[index].Weight.Value / (double)total);
            counts[index] = (int)Math.Max(0, (long)Math.Ceiling(target) - current);
            current += counts[index];
        }

        return counts;
    }

    private static void AddPoints(Span<ulong> points, ReadOnlySpan<byte> prefix)
    {
        var text = new byte[prefix.Length + 10];                      // room for any int
        prefix.CopyTo(text);
        for (var i = 0; i < points.Length; i++)
        {
            Utf8Formatter.TryFormat(i, text.AsSpan(prefix.Length), out var digits);
            points[i] = XxHash64.HashToUInt64(text.AsSpan(0, prefix.Length + digits));
        }
    }
}
