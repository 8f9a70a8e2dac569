using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Linq;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Hash policies without ring or table: the key's hash leads to one candidate, out or not, so that nobody else's keys move while it is out; if it is, another hash is tried, and
/// after a limit another policy decides, so that every pick ends and succeeds while somebody is left.
/// </summary>
public abstract class RehashingPicker : Picker
{
    private readonly int _rehashesMax;

    private protected RehashingPicker(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last, int rehashesMax)
        : base(candidates, available) => (Spans, Last, _rehashesMax) = (spans, last, rehashesMax);

    /// <summary>Who owns which part of the total weight.</summary>
    private protected WeightSpans Spans { get; }

    /// <summary>What decides when hashing has not.</summary>
    private protected Picker Last { get; }

    /// <inheritdoc/>
    public sealed override int Pick(in PickInput input) => TryHash(input, out _, out var landing) ? landing.Candidate : Last.Pick(input);

    /// <inheritdoc/>
    public sealed override Explanation Explain(in PickInput input)
    {
        var chosen = Pick(input);
        if (chosen == None)
            return Explanation.Of(this, input, None);

        var isHashed = TryHash(input, out var walk, out var landing);
        var gaveUp = new PickStep.GaveUpHashing(walk.Attempt + 1);
        if (walk.Attempt < 0)
            return Explanation.Of(this, input, chosen, [gaveUp, .. Last.Explain(input).Steps]);

        var keyed = new PickStep.Keyed(Convert.ToHexString(input.Key), Next(input.Key, HashWalk.Start).Hash);
        return isHashed
            ? Explanation.Of(this, input, chosen, keyed, StepOf(landing, walk.Attempt))
            : Explanation.Of(this, input, chosen, [keyed, gaveUp, .. Last.Explain(input).Steps.Where(static step => step is not PickStep.Keyed)]);
    }

    /// <summary>The hash after <paramref name="walk"/>.</summary>
    private protected abstract HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk);

    /// <summary>Where a hash leads; there is somebody with a weight.</summary>
    private protected abstract Landing Land(in HashWalk walk);

    /// <summary>A landing, told.</summary>
    private protected virtual PickStep StepOf(in Landing landing, int retries) => new PickStep.Remainder(landing.Number, landing.Total, retries);

    /// <summary>False for keys that are not to be hashed at all.</summary>
    private protected virtual bool IsHashed(ReadOnlySpan<byte> key) => true;

    /// <summary>The owner of the hash modulo the total weight.</summary>
    private protected Landing Modulo(ulong hash)
    {
        var number = (int)(hash % (ulong)Spans.Total);
        return new Landing(Spans.OwnerOf(number), number, Spans.Total);
    }

    private bool TryHash(in PickInput input, out HashWalk walk, out Landing landing)
    {
        (walk, landing) = (HashWalk.Start, default);
        if (Spans.Total == 0 || !IsHashed(input.Key))
            return false;

        while (walk.Attempt < _rehashesMax)
        {
            walk = Next(input.Key, walk);
            landing = Land(walk);
            if (Available[landing.Candidate] && !input.IsTried(landing.Candidate))
                return true;
        }

        return false;
    }

    /// <summary>The number of <paramref name="Total"/> that a hash came to, and the candidate there.</summary>
    private protected readonly record struct Landing(int Candidate, int Number, int Total);

    /// <summary>One pick's latest hash, and what its policy keeps for the next. The first attempt is 0.</summary>
    private protected readonly record struct HashWalk(int Attempt, ulong Hash, ulong Memory)
    {
        /// <summary>Before the first hash.</summary>
        public static HashWalk Start => new(-1, 0, 0);

        /// <summary>With the next hash.</summary>
        public HashWalk Then(ulong hash, ulong memory = 0) => new(Attempt + 1, hash, memory);

        /// <summary>With xxHash3 of the key at first, and then draws of the stream that it seeds: the key is read once.</summary>
        public HashWalk Drawn(ReadOnlySpan<byte> key)
        {
            if (Attempt < 0)
            {
                var first = XxHash3.HashToUInt64(key);
                return Then(first, first);
            }

            var (draw, stream) = new Entropy(Memory).Draw();
            return Then(draw, stream.State);
        }
    }
}
