using System;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Fairlead.Balancing;

/// <summary>
/// Consistent hashing on a <see cref="Balancing.Ring"/>: the key's first point (for HAProxy's variant the nearest) owns it; a point whose candidate is not available or was
/// tried counts as not there, so the next one on the ring does, until every candidate was seen. Other availability uses the same ring.
/// </summary>
public sealed class Ketama : PlacedPicker
{
    private readonly RingVariant _variant;

    private Ketama(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, RingVariant variant, Ring ring, ImmutableArray<int> unplaced)
        : base(candidates, available, unplaced) => (Ring, _variant) = (ring, variant);

    /// <summary>The ring over all candidates, available or not.</summary>
    public Ring Ring { get; }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static Ketama Of(RingVariant variant, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        var ring = RingOf(variant, candidates);
        return new Ketama(candidates, Availability.Of(candidates, available), variant, ring, UnplacedOf(candidates, ring.Owners));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var hash = HashOf(_variant, input.Key);
        if (Ring.Count > 0 && input.Tried.IsEmpty)
        {
            var owner = Ring.Owners[OwnPosition(hash)];
            if (Available[owner])
                return owner;
        }

        var position = FirstLeft(hash, input);
        return position == None ? FirstUnplaced(input) : Ring.Owners[position];
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var hash = HashOf(_variant, input.Key);
        var keyed = new PickStep.Keyed(Convert.ToHexString(input.Key), hash);
        var position = FirstLeft(hash, input);
        if (position == None)
            return ExplainUnplaced(input, keyed);

        var ahead = (position - OwnPosition(hash) + Ring.Count) % Ring.Count;
        var passed = IsNearest ? Math.Min(ahead, Ring.Count - ahead) : ahead;
        return Explanation.Of(this, input, Ring.Owners[position], keyed, new PickStep.RingPointed(Ring[position].Hash, position, Ring.Count, passed));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new Ketama(Candidates, Availability.Of(Candidates, available), _variant, Ring, Unplaced);

    private bool IsNearest => _variant == RingVariant.HAProxy;

    private static Ring RingOf(RingVariant variant, ImmutableArray<Candidate> candidates) => variant switch
    {
        RingVariant.Nginx => KetamaRing.Of(candidates),
        RingVariant.Libketama => LibketamaRing.Of(candidates),
        RingVariant.Envoy => EnvoyRing.Of(candidates),
        RingVariant.HAProxy => HAProxyRing.Of(candidates),
        _ => throw new UnreachableException(),                        // closed; the laws drive every case
    };

    private static ulong HashOf(RingVariant variant, ReadOnlySpan<byte> key) => variant switch
    {
        RingVariant.Nginx => KetamaRing.HashOf(key),
        RingVariant.Libketama => LibketamaRing.HashOf(key),
        RingVariant.Envoy => EnvoyRing.HashOf(key),
        RingVariant.HAProxy => HAProxyRing.HashOf(key),
        _ => throw new UnreachableException(),                        // closed; the laws drive every case
    };

    /// <summary>The position of the point that owns <paramref name="hash"/> when everybody is left; the ring is not empty.</summary>
    private int OwnPosition(ulong hash)
    {
        var next = Ring.PositionOf(hash);
        return IsNearest ? Nearer(hash, Ring.Before(next), next) : next;
    }

    /// <summary>The position of the point that owns <paramref name="hash"/> among those of candidates left, or <see cref="Picker.None"/>.</summary>
    private int FirstLeft(ulong hash, in PickInput input)
    {
        if (!IsAnyPlacedLeft(input.Tried))
            return None;

        var next = Ring.PositionOf(hash);
        var previous = Ring.Before(next);
        while (!IsLeft(Ring.Owners[next], input))
            next = Ring.After(next);
        if (!IsNearest)
            return next;

        while (!IsLeft(Ring.Owners[previous], input))
            previous = Ring.Before(previous);
        return Nearer(hash, previous, next);
    }

    // Distances around a circle of 32-bit hashes; the previous point wins a tie.
    private int Nearer(ulong hash, int previous, int next) =>
        (uint)hash - (uint)Ring[previous].Hash <= (uint)Ring[next].Hash - (uint)hash ? previous : next;
}
