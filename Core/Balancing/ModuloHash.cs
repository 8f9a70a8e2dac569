using System;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Fairlead.Balancing;

/// <summary>
/// xxHash3 of the key modulo the sum of all weights, the candidates laid end to end in canonical order. A candidate that is out keeps its share, so only its own keys move: to
/// where further draws from the key's hash lead, and after <see cref="RehashesMax"/> of them by rendezvous. Adding or removing a candidate or changing a weight moves most keys.
/// </summary>
public sealed class ModuloHash : RehashingPicker
{
    /// <summary>Further hashes after the first (nginx).</summary>
    public const int RehashesMax = 20;

    private ModuloHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last)
        : base(candidates, available, spans, last, RehashesMax)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static Picker Of(ModuloVariant variant, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => variant switch
    {
        ModuloVariant.Own => Of(candidates, available),
        ModuloVariant.Nginx => NginxHash.Of(candidates, available),
        ModuloVariant.Pingora => PingoraHash.Of(candidates, available),
        _ => throw new UnreachableException(),                        // validated settings have no other; a test drives every case
    };

    /// <summary>Our own variant made ready.</summary>
    public static ModuloHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        available = Availability.Of(candidates, available);
        return new ModuloHash(candidates, available, WeightSpans.Of(candidates, Availability.CanonicalOrder(candidates)), Rendezvous.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        available = Availability.Of(Candidates, available);
        return new ModuloHash(Candidates, available, Spans, Last.WithAvailable(available));
    }

    private protected override HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk) => walk.Drawn(key);

    private protected override Landing Land(in HashWalk walk) => Modulo(walk.Hash);
}
