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
    public sealed override int Pick(in PickInput input)
    {
        var walk = default(HashWalk);
        return TryHash(input, ref walk, out var landing) ? landing.Candidate : Last.Pick(input);
    }

    /// <inheritdoc/>
    public sealed override Explanation Explain(in PickInput input)
    {
        var chosen = Pick(input);
        if (chosen == None)
            return Explanation.Of(this, input, None);

        var walk = default(HashWalk);
        if (TryHash(input, ref walk, out var landing))
            return Explanation.Of(this, input, chosen, new PickStep.Keyed(Convert.ToHexString(input.Key), walk.First), StepOf(landing, walk.Attempt));

        var last = Last.Explain(input).Steps.Where(static step => step is not PickStep.Keyed);
        return Explanation.Of(this, input, chosen, [new PickStep.Keyed(Convert.ToHexString(input.Key), walk.First), new PickStep.GaveUpHashing(walk.Attempt), .. last]);
    }

    /// <summary>Where attempt <see cref="HashWalk.Attempt"/> leads; there is somebody with a weight.</summary>
    private protected abstract Landing Land(ReadOnlySpan<byte> key, ref HashWalk walk);

    /// <summary>A landing, told.</summary>
    private protected abstract PickStep StepOf(in Landing landing, int retries);

    /// <summary>False for keys that are not to be hashed at all.</summary>
    private protected virtual bool IsHashed(ReadOnlySpan<byte> key) => true;

    private bool TryHash(in PickInput input, ref HashWalk walk, out Landing landing)
    {
        landing = default;
        if (Spans.Total == 0 || !IsHashed(input.Key))
            return false;

        for (; walk.Attempt <= _rehashesMax; walk.Attempt++)
        {
            landing = Land(input.Key, ref walk);
            if (walk.Attempt == 0)
                walk.First = walk.Hash;
            if (Available[landing.Candidate] && !input.IsTried(landing.Candidate))
                return true;
        }

        return false;
    }

    /// <summary>The number of <paramref name="Total"/> that a hash came to, and the candidate there.</summary>
    private protected readonly record struct Landing(int Candidate, int Number, int Total);

    /// <summary>One pick's hashes so far; <c>default</c> before the first. <see cref="Memory"/> is the policy's own.</summary>
    private protected struct HashWalk
    {
        public int Attempt;
        public ulong Hash;
        public ulong First;
        public ulong Memory;

        /// <summary>xxHash3 of the key at first, then draws of the stream that it seeds: the key is read once.</summary>
        public void Draw(ReadOnlySpan<byte> key)
        {
            if (Attempt == 0)
            {
                Hash = Memory = XxHash3.HashToUInt64(key);
                return;
            }

            (Hash, var stream) = new Entropy(Memory).Draw();
            Memory = stream.State;
        }
    }
}
