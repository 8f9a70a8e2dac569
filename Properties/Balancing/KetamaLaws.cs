using System.Linq;
using Fairlead.Balancing;
using FsCheck.Xunit;

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

    [Property]
    public void The_ring_ascends_and_holds_whom_it_should(PickCase given)
    {
        var points = KetamaRing.Of(given.Candidates);
        Assert.All(Enumerable.Range(1, System.Math.Max(0, points.Count - 1)), i => Assert.True(points[i - 1].Hash < points[i].Hash));
        Assert.Equal(
            Enumerable.Range(0, given.Candidates.Length).Where(i => !given.Candidates[i].Weight.Drains),
            points.Select(static point => point.Candidate).Distinct().Order());
    }

    [Property(MaxTest = 30)]
    public void A_position_is_the_first_point_not_before_the_hash(PickCase given)
    {
        var ring = KetamaRing.Of(given.Candidates);
        foreach (var hash in ring.Take(20).SelectMany(static point => (uint[])[(uint)point.Hash - 1, (uint)point.Hash, (uint)point.Hash + 1]).Append((uint)given.Entropy))
        {
            var model = ring.Select(static (point, i) => (point.Hash, i)).Where(p => p.Hash >= hash).Select(static p => p.i).FirstOrDefault();
            Assert.Equal(model, ring.PositionOf(hash));
        }
    }
}
