using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Pingora's <c>FNVHash</c>: FNV-1a of the key modulo all weights, the candidates laid end to end in canonical order (Pingora keeps them sorted so). Each further choice is the
/// FNV-1a of the hash before it (8 bytes, little-endian) modulo the number of candidates, weights apart; after the limit rendezvous, where Pingora finds nobody.
/// </summary>
public sealed class PingoraHash : RehashingPicker
{
    /// <summary>Further hashes after the first: with it the 256 that Pingora's own examples allow a selection.</summary>
    public const int RehashesMax = 255;

    private PingoraHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last)
        : base(candidates, available, spans, last, RehashesMax)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static PingoraHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        available = Availability.Of(candidates, available);
        return new PingoraHash(candidates, available, WeightSpans.Of(candidates, Availability.CanonicalOrder(candidates)), Rendezvous.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        available = Availability.Of(Candidates, available);
        return new PingoraHash(Candidates, available, Spans, Last.WithAvailable(available));
    }

    private protected override HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk)
    {
        if (walk.Attempt < 0)
            return walk.Then(Fnv1a.HashToUInt64(key));
        Span<byte> before = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(before, walk.Hash);
        return walk.Then(Fnv1a.HashToUInt64(before));
    }

    private protected override Landing Land(in HashWalk walk)
    {
        if (walk.Attempt == 0)
            return Modulo(walk.Hash);
        var place = (int)(walk.Hash % (ulong)Spans.Count);
        return new Landing(Spans.MemberAt(place), place, Spans.Count);
    }
}
