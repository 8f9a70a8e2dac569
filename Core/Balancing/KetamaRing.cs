using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>
/// nginx's consistent-hash ring (Cache::Memcached::Fast's, Pingora's): a candidate has 160 points a unit of weight, each the CRC-32 of
/// <c>HOST 0x00 PORT PREV</c>, PREV being the point before it (0 at first) as four little-endian bytes. Points are sorted by hash and then by canonical address, and
/// of equal hashes only the first is kept, so the order of declaration never matters.
/// </summary>
public static class KetamaRing
{
    /// <summary>Points a unit of weight (nginx).</summary>
    public const int PointsPerWeight = 160;

    /// <summary>The ring of those candidates; weight 0 has no points.</summary>
    public static Ring Of(ImmutableArray<Candidate> candidates)
    {
        candidates = Availability.OrEmpty(candidates);
        var counts = new int[candidates.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = PointsPerWeight * candidates[i].Weight.Value;

        var points = new RingPoints(Ring.Fitted(counts));
        foreach (var index in Availability.CanonicalOrder(candidates))
            AddPoints(points.Of(index), candidates[index].Address);
        return points.Ring(32);
    }

    /// <summary>Where a key stands on the ring: its CRC-32 (IEEE). The empty key is a key like any other, at 0.</summary>
    public static uint HashOf(ReadOnlySpan<byte> key) => RingCrc.Of(key);

    private static void AddPoints(Span<ulong> points, BackendAddress address)
    {
        var afterAddress = RingCrc.Continue(RingCrc.Start, HashedText(address));   // the same for every point: only PREV differs
        var previous = 0u;
        foreach (ref var point in points)
            point = previous = ~RingCrc.Continue(afterAddress, previous);
    }

    /// <summary>HOST, NUL and PORT. IPv6 keeps its brackets, as nginx has it; a Unix path has an empty port.</summary>
    private static byte[] HashedText(BackendAddress address)
    {
        var (host, port) = address switch
        {
            BackendAddress.Ip(var ip, var number) => (ip.ToString().Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip.ToString(), Text(number)),
            BackendAddress.Name(var name, var number) => (name, Text(number)),
            BackendAddress.UnixPath(var path) => (path, ""),
            _ => (address.ToString(), ""),
        };
        return Encoding.UTF8.GetBytes(host + "\0" + port);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
