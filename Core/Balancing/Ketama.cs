using System;
using System.Collections.Immutable;
using System.Numerics;

namespace Fairlead.Balancing;

/// <summary>
/// Consistent hashing on <see cref="KetamaRing"/>: the key's first point owns it; a point whose candidate is not available or was tried gives way to the next one on the ring,
/// until every candidate was seen. Other availability uses the same ring.
/// </summary>
public sealed class Ketama : Picker
{
    private readonly ulong[] _withPoints;   // bit sets over candidates: available ones that stand on the ring,
    private readonly ulong[] _pointless;    // and available ones that do not (all their hashes are taken: in practice an address listed twice)

    private Ketama(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, KetamaRing ring, ImmutableArray<bool> standsOnRing)
        : base(candidates, available)
    {
        Ring = ring;
        StandsOnRing = standsOnRing;
        _withPoints = new ulong[(candidates.Length + 63) / 64];
        _pointless = new ulong[_withPoints.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            if (available[i])
                (standsOnRing[i] ? _withPoints : _pointless)[i >> 6] |= 1UL << (i & 63);
        }
    }

    /// <summary>The ring over all candidates, available or not.</summary>
    public KetamaRing Ring { get; }

    private ImmutableArray<bool> StandsOnRing { get; }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static Ketama Of(RingVariant variant, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        if (variant != RingVariant.Nginx)
            throw new NotImplementedException();
        candidates = Availability.OrEmpty(candidates);
        var ring = KetamaRing.Of(candidates);
        var standsOnRing = new bool[candidates.Length];
        foreach (var point in ring.Points)
            standsOnRing[point.Candidate] = true;
        return new Ketama(candidates, Availability.Of(candidates, available), ring, [.. standsOnRing]);
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var first = FirstLeft(_withPoints, input.Tried);
        if (first == None)
            return FirstLeft(_pointless, input.Tried);

        var points = Ring.Points.AsSpan();
        var position = Ring.PositionOf(KetamaRing.HashOf(input.Key));
        for (var seen = 0; seen < points.Length; seen++)              // ends earlier: one that is left stands on the ring
        {
            var candidate = points[position].Candidate;
            if (Available[candidate] && !input.IsTried(candidate))
                return candidate;
            position = position + 1 < points.Length ? position + 1 : 0;
        }

        return first;
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new Ketama(Candidates, Availability.Of(Candidates, available), Ring, StandsOnRing);

    private static int FirstLeft(ReadOnlySpan<ulong> set, ReadOnlySpan<ulong> tried)
    {
        for (var word = 0; word < set.Length; word++)
        {
            var left = word < tried.Length ? set[word] & ~tried[word] : set[word];
            if (left != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(left);
        }

        return None;
    }
}
