using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Balancing;

/// <summary>
/// libketama's ring, for compatibility with its memcached clients: a candidate has <c>4 · floor(share · 40 · n)</c> points, four little-endian numbers from each MD5 of
/// <c>ADDRESS-k</c>, the share of the total weight and the product being C floats. As counts are relative, a change of membership or of a weight moves foreign keys unless all
/// weights are equal; <see cref="KetamaRing"/> does not do that. n counts candidates of weight above 0.
/// </summary>
public static class LibketamaRing
{
    private const int PointsPerDigest = MD5.HashSizeInBytes / sizeof(uint);
    private const double DigestsPerCandidate = 40;

    /// <summary>The ring of those candidates; weight 0 has no points, and neither has a share too small for one digest.</summary>
    public static Ring Of(ImmutableArray<Candidate> candidates)
    {
        candidates = Availability.OrEmpty(candidates);
        var points = new RingPoints(Ring.Fitted(CountsOf(candidates)));
        foreach (var index in Availability.CanonicalOrder(candidates))
            AddPoints(points.Of(index), Encoding.UTF8.GetBytes(candidates[index].Address + "-"));
        return points.Ring(32);
    }

    /// <summary>Where a key stands on the ring: the first four bytes of its MD5, little-endian.</summary>
    public static uint HashOf(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(key, digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest);
    }

    private static int[] CountsOf(ImmutableArray<Candidate> candidates)
    {
        var (count, total) = (0, 0L);
        foreach (var candidate in candidates)
        {
            count += candidate.Weight.Drains ? 0 : 1;
            total += candidate.Weight.Value;
        }

        var counts = new int[candidates.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            var share = total == 0 ? 0 : candidates[i].Weight.Value / (float)total;
            counts[i] = PointsPerDigest * (int)(float)(share * DigestsPerCandidate * count);   // floorf takes a float: rounding before it counts
        }

        return counts;
    }

    private static void AddPoints(Span<ulong> points, ReadOnlySpan<byte> prefix)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        var text = new byte[prefix.Length + 10];                      // room for any int
        prefix.CopyTo(text);
        for (var i = 0; i < points.Length; i++)
        {
            if (i % PointsPerDigest == 0)
            {
                Utf8Formatter.TryFormat(i / PointsPerDigest, text.AsSpan(prefix.Length), out var digits);
                MD5.HashData(text.AsSpan(0, prefix.Length + digits), digest);
            }

            points[i] = BinaryPrimitives.ReadUInt32LittleEndian(digest[(i % PointsPerDigest * sizeof(uint))..]);
        }
    }
}
