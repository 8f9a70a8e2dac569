using System;
using System.Collections;
using System.Collections.Generic;
using System.Numerics;

namespace Fairlead.Balancing;

/// <summary>A point of the ring and the index of the candidate it belongs to.</summary>
public readonly record struct RingPoint(ulong Hash, int Candidate);

/// <summary>
/// The points of a consistent-hash ring, ascending by hash, all hashes distinct. A variant (<see cref="KetamaRing"/> and its neighbours) says which points; the ring finds
/// the one of a hash by an index over the hash's top bits, in one or two steps.
/// </summary>
public sealed class Ring : IReadOnlyList<RingPoint>
{
    /// <summary>
    /// Most points of a ring (Envoy's default limit): 224 MiB. When the weights ask for more, all counts are halved until they fit, one point being the least; then a change of
    /// membership may halve or double everybody's and move foreign keys.
    /// </summary>
    public const int PointsMax = 8 * 1024 * 1024;

    private const int DigitBits = 11;                                 // three passes over 32 bits, tables within the first-level cache

    private readonly ulong[] _hashes;
    private readonly int[] _owners;
    private readonly int[] _firstOf;        // by the top bits of a hash: the first point that is not below them
    private readonly int _shift;

    private Ring(int hashBits, ulong[] hashes, int[] owners)
    {
        (_hashes, _owners) = (hashes, owners);
        var bits = BitOperations.Log2((uint)hashes.Length | 1) + 2;   // two to four places a point: most hold one point or none
        _shift = hashBits - bits;
        _firstOf = new int[1 << bits];
        var place = 0;
        for (var point = 0; point < hashes.Length; point++)
        {
            for (; place <= (int)(hashes[point] >> _shift); place++)
                _firstOf[place] = point;
        }

        _firstOf.AsSpan(place).Fill(hashes.Length);
    }

    /// <summary>How many points there are.</summary>
    public int Count => _hashes.Length;

    /// <summary>The point at <paramref name="position"/>, from 0.</summary>
    public RingPoint this[int position] => new(_hashes[position], _owners[position]);

    /// <summary>
    /// The ring of points in any order: point i belongs to candidate <c>owners[i]</c>; of equal hashes the first given is kept. Hashes have <paramref name="hashBits"/> bits (32 or 64).
    /// Both arrays are sorted in place.
    /// </summary>
    internal static Ring Of(int hashBits, ulong[] hashes, int[] owners)
    {
        SortByHash(hashBits, ref hashes, ref owners);
        var kept = 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            if (kept > 0 && hashes[kept - 1] == hashes[i])
                continue;
            (hashes[kept], owners[kept]) = (hashes[i], owners[i]);
            kept++;
        }

        Array.Resize(ref hashes, kept);
        Array.Resize(ref owners, kept);
        return new Ring(hashBits, hashes, owners);
    }

    /// <summary>Halves all counts until their sum is within <see cref="PointsMax"/>; what is not 0 stays at least 1.</summary>
    internal static int[] Fitted(int[] counts)
    {
        for (var halvings = 0; ; halvings++)
        {
            long sum = 0;
            foreach (var count in counts)
                sum += Halved(count, halvings);
            if (sum > Math.Max(PointsMax, counts.Length))             // one point each always fits
                continue;
            for (var i = 0; i < counts.Length; i++)
                counts[i] = Halved(counts[i], halvings);
            return counts;
        }

        static int Halved(int count, int halvings) => count == 0 ? 0 : Math.Max(1, count >> halvings);
    }

    /// <summary>Position of the first point at or after <paramref name="hash"/>, or past the last one the first; 0 for an empty ring.</summary>
    public int PositionOf(ulong hash)
    {
        var place = hash >> _shift;
        if (place >= (ulong)_firstOf.Length)
            return 0;
        var position = _firstOf[place];
        var hashes = _hashes;
        while ((uint)position < (uint)hashes.Length && hashes[position] < hash)
            position++;
        return position < hashes.Length ? position : 0;
    }

    /// <summary>The candidate of the point at <paramref name="position"/>.</summary>
    internal int OwnerAt(int position) => _owners[position];

    /// <summary>The position after <paramref name="position"/>.</summary>
    internal int After(int position) => position + 1 < _hashes.Length ? position + 1 : 0;

    /// <summary>The position before <paramref name="position"/>.</summary>
    internal int Before(int position) => (position > 0 ? position : _hashes.Length) - 1;

    /// <inheritdoc/>
    public IEnumerator<RingPoint> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Least significant digit first: linear, and stable, which is what keeps the first of equal hashes first.
    private static void SortByHash(int hashBits, ref ulong[] hashes, ref int[] owners)
    {
        var (fromHashes, fromOwners, toHashes, toOwners) = (hashes, owners, new ulong[hashes.Length], new int[owners.Length]);
        var ends = new int[1 << DigitBits];
        for (var shift = 0; shift < hashBits; shift += DigitBits)
        {
            Array.Clear(ends);
            foreach (var hash in fromHashes)
                ends[(int)(hash >> shift) & (ends.Length - 1)]++;
            var start = 0;
            foreach (ref var end in ends.AsSpan())
                (end, start) = (start, start + end);
            for (var i = 0; i < fromHashes.Length; i++)
            {
                var to = ends[(int)(fromHashes[i] >> shift) & (ends.Length - 1)]++;
                (toHashes[to], toOwners[to]) = (fromHashes[i], fromOwners[i]);
            }

            (fromHashes, fromOwners, toHashes, toOwners) = (toHashes, toOwners, fromHashes, fromOwners);
        }

        (hashes, owners) = (fromHashes, fromOwners);
    }
}

/// <summary>Room for so many points of each candidate, filled candidate by candidate.</summary>
internal ref struct RingPoints
{
    private readonly int[] _counts;
    private readonly ulong[] _hashes;
    private readonly int[] _owners;
    private int _used;

    /// <summary>Room for <c>counts[i]</c> points of candidate i.</summary>
    public RingPoints(int[] counts)
    {
        _counts = counts;
        var sum = 0;
        foreach (var count in counts)
            sum += count;
        _hashes = new ulong[sum];
        _owners = new int[sum];
    }

    /// <summary>The room of a candidate; it must be filled. Whoever comes first keeps a hash that several have.</summary>
    public Span<ulong> Of(int candidate)
    {
        var (start, count) = (_used, _counts[candidate]);
        _owners.AsSpan(start, count).Fill(candidate);
        _used += count;
        return _hashes.AsSpan(start, count);
    }

    /// <summary>The ring of all points, of hashes of <paramref name="hashBits"/> bits.</summary>
    public readonly Ring Ring(int hashBits) => Balancing.Ring.Of(hashBits, _hashes, _owners);
}
