using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// nginx's <c>ip_hash</c>, for compatibility: a hash of 6,271 values over the client's network (see <see cref="PickKey"/>) modulo all weights, in the order given. Whose candidate
/// is out hashes the same bytes again on top, and after the limit takes part in smooth weighted round robin. With a total weight above 6,271 the last ones get nothing.
/// </summary>
public sealed class NginxIpHash : RehashingPicker
{
    /// <summary>Further hashes after the first.</summary>
    public const int RehashesMax = 20;

    private const uint Start = 89;
    private const uint Factor = 113;
    private const uint Modulus = 6_271;

    private NginxIpHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last)
        : base(candidates, available, spans, last, RehashesMax)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static NginxIpHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        available = Availability.Of(candidates, available);
        return new NginxIpHash(candidates, available, WeightSpans.Of(candidates), SmoothWeightedRoundRobin.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        available = Availability.Of(Candidates, available);
        return new NginxIpHash(Candidates, available, Spans, Last.WithAvailable(available));
    }

    private protected override HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk)
    {
        var hash = walk.Attempt < 0 ? Start : (uint)walk.Hash;
        foreach (var value in key)
            hash = (hash * Factor + value) % Modulus;
        return walk.Then(hash);
    }

    private protected override Landing Land(in HashWalk walk) => Modulo(walk.Hash);
}
