using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

public sealed class KetamaLaws : ConsistentHashLaws<KetamaModel>
{
    /// <summary>How even the ring is: the bounds are what ten backends measure on it (balancing ring of 160 points each), with some room.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    [InlineData(4, 4, 8)]
    public void Weights_scale_shares_of_the_ring(params int[] weights)
    {
        var points = KetamaRing.Of([.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i))]);
        var shares = new double[weights.Length];
        var previous = (double)points[^1].Hash - uint.MaxValue - 1;
        foreach (var point in points)
        {
            shares[point.Candidate] += (point.Hash - previous) / (1UL << 32);
            previous = point.Hash;
        }

        for (var i = 0; i < weights.Length; i++)
            Assert.InRange(shares[i] / (weights[i] / (double)weights.Sum()), 0.75, 1.25);
    }
}
