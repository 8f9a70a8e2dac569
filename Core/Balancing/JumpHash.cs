using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// Jump consistent hash (Lamping and Veach 2014, arXiv 1406.2294): no memory, and exact shares. A unit of weight is a bucket, and the buckets are numbered in the order given: a
/// candidate or a weight added <em>at the end</em> takes keys only for itself, any other change moves foreign keys. Whose candidate is out draws again from the key's hash, and
/// after <see cref="RehashesMax"/> draws is placed by rendezvous.
/// </summary>
public sealed class JumpHash : RehashingPicker
{
    /// <summary>Further hashes after the first (as nginx's).</summary>
    public const int RehashesMax = 20;

    private JumpHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last)
        : base(candidates, available, spans, last, RehashesMax)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static JumpHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        available = Availability.Of(candidates, available);
        return new JumpHash(candidates, available, WeightSpans.Of(candidates), Rendezvous.Of(candidates, available));
    }

    /// <summary>The bucket of a key, in [0, <paramref name="buckets"/>); 0 when there is no bucket.</summary>
    public static int BucketOf(ulong key, int buckets)
    {
        long bucket = 0;
        for (long next = 0; next < buckets;)
        {
            bucket = next;
            key = key * 2_862_933_555_777_941_757 + 1;
            next = (long)((bucket + 1) * ((1L << 31) / (double)((key >> 33) + 1)));
        }

        return (int)bucket;
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        available = Availability.Of(Candidates, available);
        return new JumpHash(Candidates, available, Spans, Last.WithAvailable(available));
    }

    private protected override HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk) => walk.Drawn(key);

    private protected override Landing Land(in HashWalk walk)
    {
        var bucket = BucketOf(walk.Hash, Spans.Total);
        return new Landing(Spans.OwnerOf(bucket), bucket, Spans.Total);
    }

    private protected override PickStep StepOf(in Landing landing, int retries) => new PickStep.Bucket(landing.Number, landing.Total, retries);
}
