using System;
using System.Buffers.Binary;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>How many of a fixed set of keys each backend gets: the keys are neighbours, the worst case for a weak hash, and the outcome is the same in every run.</summary>
public static class KeyShares
{
    public const int Keys = 40_000;

    /// <summary>That the keys' owners are as by chance with the weights (99.9 %); a weight below 0 is its positive value of somebody who is down.</summary>
    public static void AssertByWeight(PolicySettings policy, params int[] weights)
    {
        var picker = Pickers.Of(
            policy,
            [.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", Math.Abs(w), i))],
            [.. weights.Select(static w => w > 0)]);
        var counts = new int[weights.Length];
        Span<byte> key = stackalloc byte[4];
        for (var i = 0; i < Keys; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, 0x0a000000 + i);
            counts[picker.Pick(new PickInput { Key = key })]++;
        }

        var up = counts.Zip(weights, static (count, weight) => (Count: count, Weight: weight)).Where(static x => x.Weight > 0).ToArray();
        var means = up.Select(x => Keys * (x.Weight / (double)up.Sum(static y => y.Weight)));
        var chiSquare = up.Zip(means, static (x, mean) => (x.Count - mean) * (x.Count - mean) / mean).Sum();
        Assert.Equal(Keys, up.Sum(static x => x.Count));
        Assert.InRange(chiSquare, 0, Statistics.ChiSquareLimit(up.Length - 1));
    }
}
