using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>A point of the ring and the index of the candidate it belongs to.</summary>
public readonly record struct RingPoint(uint Hash, int Candidate);

/// <summary>
/// nginx's consistent-hash ring (Cache::Memcached::Fast's, Pingora's): a candidate has 160 points a unit of weight, each the CRC-32 of
/// <c>HOST 0x00 PORT PREV</c>, PREV being the point before it (0 at first) as four little-endian bytes. Points are sorted by hash and then by canonical address, and
/// of equal hashes only the first is kept, so the order of declaration never matters.
/// </summary>
public sealed class KetamaRing
{
    /// <summary>Points a unit of weight (nginx).</summary>
    public const int PointsPerWeight = 160;

    /// <summary>
    /// Most points of a ring (Envoy's default limit): 64 MiB. When the weights ask for more, all counts are halved until they fit, one point being the least; then a change of
    /// membership may halve or double everybody's and move foreign keys.
    /// </summary>
    public const int PointsMax = 8 * 1024 * 1024;

    private readonly int[] _firstOf;        // by the top bits of a hash: the first point that is not below them
    private readonly int _shift;

    private KetamaRing(ImmutableArray<RingPoint> points)
    {
        Points = points;
        var bits = Math.Max(1, 32 - BitOperations.LeadingZeroCount((uint)points.Length));
        _shift = 32 - bits;
        _firstOf = new int[1 << bits];
        var point = 0;
        for (var top = 0; top < _firstOf.Length; top++)
        {
            while (point < points.Length && points[point].Hash >> _shift < top)
                point++;
            _firstOf[top] = point;
        }
    }

    /// <summary>The points, ascending by hash, all hashes distinct.</summary>
    public ImmutableArray<RingPoint> Points { get; }

    /// <summary>The ring of those candidates; weight 0 has no points.</summary>
    public static KetamaRing Of(ImmutableArray<Candidate> candidates)
    {
        var order = Availability.CanonicalOrder(Availability.OrEmpty(candidates));
        var (halvings, count) = HalvingsFor(candidates, order);

        // Hash above rank: sorting the numbers sorts by (hash, canonical address).
        var sorted = new ulong[count];
        var next = 0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            var candidate = candidates[order[rank]];
            var own = sorted.AsSpan(next, PointsOf(candidate.Weight, halvings));
            WritePoints(own, candidate.Address, (uint)rank);
            next += own.Length;
        }

        Array.Sort(sorted);
        var points = ImmutableArray.CreateBuilder<RingPoint>(sorted.Length);
        foreach (var entry in sorted)
        {
            var hash = (uint)(entry >> 32);
            if (points.Count == 0 || points[^1].Hash != hash)
                points.Add(new RingPoint(hash, order[(int)(uint)entry]));
        }

        return new KetamaRing(points.DrainToImmutable());
    }

    /// <summary>Position in <see cref="Points"/> of the first point at or after <paramref name="hash"/>, or past the last one the first; 0 for an empty ring.</summary>
    public int PositionOf(uint hash)
    {
        var position = _firstOf[hash >> _shift];
        while (position < Points.Length && Points[position].Hash < hash)
            position++;
        return position < Points.Length ? position : 0;
    }

    /// <summary>Where a key stands on the ring: its CRC-32 (IEEE). The empty key is a key like any other, at 0.</summary>
    public static uint HashOf(ReadOnlySpan<byte> key) => Crc32.HashToUInt32(key);

    private static int PointsOf(Weight weight, int halvings) => weight.Drains ? 0 : Math.Max(1, (PointsPerWeight * weight.Value) >> halvings);

    private static (int Halvings, int Count) HalvingsFor(ImmutableArray<Candidate> candidates, int[] order)
    {
        for (var halvings = 0; ; halvings++)
        {
            long count = 0;
            foreach (var index in order)
                count += PointsOf(candidates[index].Weight, halvings);
            if (count <= Math.Max(PointsMax, order.Length))           // one point each always fits
                return (halvings, (int)count);
        }
    }

    private static void WritePoints(Span<ulong> points, BackendAddress address, uint rank)
    {
        var text = HashedText(address);
        var previous = text.AsSpan(text.Length - sizeof(uint));
        foreach (ref var point in points)
        {
            var hash = Crc32.HashToUInt32(text);
            BinaryPrimitives.WriteUInt32LittleEndian(previous, hash);
            point = (ulong)hash << 32 | rank;
        }
    }

    /// <summary>HOST, NUL, PORT and room for PREV. IPv6 keeps its brackets, as nginx has it; a Unix path has an empty port.</summary>
    private static byte[] HashedText(BackendAddress address)
    {
        var (host, port) = address switch
        {
            BackendAddress.Ip(var ip, var number) => (ip.ToString().Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip.ToString(), Text(number)),
            BackendAddress.Name(var name, var number) => (name, Text(number)),
            BackendAddress.UnixPath(var path) => (path, ""),
            _ => (address.ToString(), ""),
        };
        return Encoding.UTF8.GetBytes(host + "\0" + port + "\0\0\0\0");

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
