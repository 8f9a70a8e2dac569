using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// nginx's <c>hash</c> without <c>consistent</c>, which is Cache::Memcached's: bits 16 to 30 of the CRC-32 of the key, and for each retry those of its number in decimal with the
/// key after it are added; the sum modulo all weights, in the order given. After the retries, and for an empty key, smooth weighted round robin.
/// </summary>
public sealed class NginxHash : RehashingPicker
{
    /// <summary>Further hashes after the first.</summary>
    public const int RehashesMax = 20;

    private NginxHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, WeightSpans spans, Picker last)
        : base(candidates, available, spans, last, RehashesMax)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static NginxHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        available = Availability.Of(candidates, available);
        return new NginxHash(candidates, available, WeightSpans.Of(candidates), SmoothWeightedRoundRobin.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        available = Availability.Of(Candidates, available);
        return new NginxHash(Candidates, available, Spans, Last.WithAvailable(available));
    }

    private protected override bool IsHashed(ReadOnlySpan<byte> key) => !key.IsEmpty;

    private protected override HashWalk Next(ReadOnlySpan<byte> key, in HashWalk walk)
    {
        if (walk.Attempt < 0)
            return walk.Then(BitsOf(Crc32.HashToUInt32(key)));

        var tail = walk.Attempt == 0 ? Crc32Tail.Of(key) : new Crc32Tail((uint)walk.Memory, (uint)(walk.Memory >> 32));
        var retry = walk.Attempt + 1;
        ReadOnlySpan<byte> digits = retry < 10 ? [(byte)('0' + retry)] : [(byte)('0' + retry / 10), (byte)('0' + retry % 10)];
        return walk.Then(walk.Hash + BitsOf(tail.After(digits)), (ulong)tail.Power << 32 | tail.Crc);
    }

    private protected override Landing Land(in HashWalk walk) => Modulo(walk.Hash);

    private static uint BitsOf(uint crc) => crc >> 16 & 0x7fff;
}
