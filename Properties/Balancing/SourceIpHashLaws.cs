using System;
using System.Buffers.Binary;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

public sealed class SourceIpHashLaws : ConsistentHashLaws<SourceIpHashModel>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    [InlineData(100, 7, 1_000, 3_000)]
    public void Weights_scale_shares(params int[] weights)
    {
        const int Keys = 40_000;
        var picker = Pickers.Of(SourceIpHashModel.Settings, [.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i))], [.. weights.Select(static _ => true)]);
        var counts = new int[weights.Length];
        Span<byte> key = stackalloc byte[4];
        for (var i = 0; i < Keys; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, 0x0a000000 + i);   // neighbouring clients: the worst case for a weak hash
            counts[picker.Pick(new PickInput { Key = key })]++;
        }

        var chiSquare = counts.Zip(weights, (count, weight) => (Count: count, Mean: Keys * (weight / (double)weights.Sum()))).Sum(static x => Math.Pow(x.Count - x.Mean, 2) / x.Mean);
        Assert.InRange(chiSquare, 0, Statistics.ChiSquareLimit(weights.Length - 1));   // 99.9 %; keys and addresses are fixed, so is the outcome
    }
}
