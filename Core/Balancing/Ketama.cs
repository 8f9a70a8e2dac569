using System;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Fairlead.Balancing;

/// <summary>
/// Consistent hashing on a <see cref="Balancing.Ring"/>: the key's first point (for HAProxy's variant the nearest) owns it; a point whose candidate is not available or was
/// tried counts as not there, so the next one on the ring does, until every candidate was seen. Other availability uses the same ring.
/// </summary>
public sealed class Ketama : Picker
{
    private readonly RingVariant _variant;
    private readonly ImmutableArray<int> _pointless;   // who has a weight and no point, in canonical order: a tiny share (libketama, Envoy), or an address listed twice
    private readonly ulong[] _withPoints;              // bit set: available and on the ring

    private Ketama(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, RingVariant variant, Ring ring, ImmutableArray<int> pointless)
        : base(candidates, available)
    {
        (Ring, _variant, _pointless) = (ring, variant, pointless);
        _withPoints = new ulong[(candidates.Length + 63) / 64];
        for (var i = 0; i < candidates.Length; i++)
            _withPoints[i >> 6] |= (available[i] ? 1UL : 0) << (i & 63);
        foreach (var i in pointless)
            _withPoints[i >> 6] &= ~(1UL << (i & 63));
    }

    /// <summary>The ring over all candidates, available or not.</summary>
    public Ring Ring { get; }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static Ketama Of(RingVariant variant, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new Ketama(candidates, Availability.Of(candidates, available), variant, RingOf(variant, candidates));
    }

    private Ketama(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, RingVariant variant, Ring ring)
        : this(candidates, available, variant, ring, PointlessOf(candidates, ring))
    {
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var hash = HashOf(_variant, input.Key);
        if (Ring.Count > 0 && input.Tried.IsEmpty)
        {
            var owner = Ring.OwnerAt(PlaceOf(hash));
            if (Available[owner])
                return owner;
        }

        var position = Decider(hash, input);
        return position == None ? FirstPointless(input) : Ring.OwnerAt(position);
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var hash = HashOf(_variant, input.Key);
        var keyed = new PickStep.Keyed(Convert.ToHexString(input.Key), hash);
        var position = Decider(hash, input);
        if (position != None)
        {
            var (ahead, behind) = ((position - PlaceOf(hash) + Ring.Count) % Ring.Count, (PlaceOf(hash) - position + Ring.Count) % Ring.Count);
            var passed = IsNearest ? Math.Min(ahead, behind) : ahead;
            return Explanation.Of(this, input, Ring.OwnerAt(position), keyed, new PickStep.RingPointed(Ring[position].Hash, position, Ring.Count, passed));
        }

        var chosen = FirstPointless(input);
        return chosen == None ? Explanation.Of(this, input, None) : Explanation.Of(this, input, chosen, keyed, new PickStep.FirstInOrder());
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new Ketama(Candidates, Availability.Of(Candidates, available), _variant, Ring, _pointless);

    private bool IsNearest => _variant == RingVariant.HAProxy;

    private static Ring RingOf(RingVariant variant, ImmutableArray<Candidate> candidates) => variant switch
    {
        RingVariant.Nginx => KetamaRing.Of(candidates),
        _ => throw new UnreachableException(),                        // closed; a test drives every case
    };

    private static ulong HashOf(RingVariant variant, ReadOnlySpan<byte> key) => variant switch
    {
        RingVariant.Nginx => KetamaRing.HashOf(key),
        _ => throw new UnreachableException(),                        // closed; a test drives every case
    };

    /// <summary>The position of the point that owns <paramref name="hash"/> when everybody is available; the ring is not empty.</summary>
    private int PlaceOf(ulong hash)
    {
        var next = Ring.PositionOf(hash);
        return IsNearest ? Nearer(hash, Ring.Before(next), next) : next;
    }

    /// <summary>The position of the point that decides, or <see cref="Picker.None"/> when nobody on the ring is left.</summary>
    private int Decider(ulong hash, in PickInput input)
    {
        if (!IsAnyLeft(input.Tried))
            return None;

        var next = Ring.PositionOf(hash);
        while (!IsLeft(Ring.OwnerAt(next), input))                    // ends: somebody who is left has a point
            next = Ring.After(next);
        if (!IsNearest)
            return next;

        var previous = Ring.Before(Ring.PositionOf(hash));
        while (!IsLeft(Ring.OwnerAt(previous), input))
            previous = Ring.Before(previous);
        return Nearer(hash, previous, next);
    }

    // Distances around the ring of 32-bit hashes; the previous point wins a tie.
    private int Nearer(ulong hash, int previous, int next) =>
        (uint)hash - (uint)Ring[previous].Hash <= (uint)Ring[next].Hash - (uint)hash ? previous : next;

    private bool IsLeft(int candidate, in PickInput input) => Available[candidate] && !input.IsTried(candidate);

    private bool IsAnyLeft(ReadOnlySpan<ulong> tried)
    {
        for (var word = 0; word < _withPoints.Length; word++)
        {
            if ((word < tried.Length ? _withPoints[word] & ~tried[word] : _withPoints[word]) != 0)
                return true;
        }

        return false;
    }

    private int FirstPointless(in PickInput input)
    {
        foreach (var candidate in _pointless)
        {
            if (IsLeft(candidate, input))
                return candidate;
        }

        return None;
    }

    private static ImmutableArray<int> PointlessOf(ImmutableArray<Candidate> candidates, Ring ring)
    {
        var hasPoints = new bool[candidates.Length];
        for (var position = 0; position < ring.Count; position++)
            hasPoints[ring.OwnerAt(position)] = true;

        var pointless = ImmutableArray.CreateBuilder<int>();
        foreach (var index in Availability.CanonicalOrder(candidates))
        {
            if (!hasPoints[index] && !candidates[index].Weight.Drains)
                pointless.Add(index);
        }

        return pointless.ToImmutable();
    }
}
