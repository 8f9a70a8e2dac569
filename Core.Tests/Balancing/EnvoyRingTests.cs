using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>Points that Envoy's ring has in its own tests.</summary>
public sealed class EnvoyRingTests
{
    private static readonly Ring Twelve = EnvoyRing.Of(Members.Of([.. Enumerable.Range(90, 6).Select(static port => $"127.0.0.1:{port}")]), pointsMin: 12);

    [Theory]
    [InlineData("", 0xef46db3751d8e999)]
    [InlineData("a", 0xd24ec4f1a98c6e5b)]
    public void The_hash_is_xxHash64(string text, ulong hash) => Assert.Equal(hash, EnvoyRing.HashOf(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Six_ports_make_the_known_ring() => Assert.Equal(
        [
            (833437586790550860, 94), (928266305478181108, 92), (1033482794131418490, 90), (3551244743356806947, 95), (3851675632748031481, 93), (5583722120771150861, 91),
            (6311230543546372928, 91), (7700377290971790572, 93), (13144177310400110813, 95), (13444792449719432967, 92), (15516499411664133160, 94), (16117243373044804889, 90),
        ],
        Twelve.Select(static point => (point.Hash, point.Candidate + 90)));

    [Theory]
    [InlineData(0, 94)]
    [InlineData(ulong.MaxValue, 94)]
    [InlineData(3551244743356806947, 95)]
    [InlineData(3551244743356806948, 93)]
    public void A_hash_belongs_to_the_first_point_not_before_it(ulong hash, int port) => Assert.Equal(port, Twelve[Twelve.PositionOf(hash)].Candidate + 90);

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, new[] { 342, 342, 342 })]
    [InlineData(new[] { 1, 2, 5 }, new[] { 128, 256, 640 })]
    [InlineData(new[] { 2, 3, 0 }, new[] { 410, 615, 0 })]
    [InlineData(new[] { 3, 4, 5 }, new[] { 256, 342, 426 })]
    [InlineData(new[] { 0 }, new[] { 0 })]
    public void The_least_weight_has_a_whole_number_of_at_least_1024_points(int[] weights, int[] counts)
    {
        var ring = EnvoyRing.Of(Members.Weighted(weights));
        Assert.Equal(counts, weights.Select((_, i) => ring.Count(point => point.Candidate == i)));
    }

    [Theory]
    [InlineData(8, 9.83)]
    [InlineData(100, 0.01)]
    public void A_host_that_leaves_moves_foreign_keys_by_the_scale(int count, double foreignPercent)
    {
        var members = Members.Weighted([.. Enumerable.Repeat(1, count)]);
        Assert.Equal(foreignPercent, RingMoves.Percent(EnvoyRing.Of(members), EnvoyRing.Of(members.RemoveAt(1)), 1).Foreign);
        Assert.Equal(0, RingMoves.Percent(KetamaRing.Of(members), KetamaRing.Of(members.RemoveAt(1)), 1).Foreign);
    }

    [Fact]
    public void More_hosts_than_points_asked_for_have_one_each() => Assert.Equal(2_000, EnvoyRing.Of(Members.Weighted([.. Enumerable.Repeat(1, 2_000)])).Count);

    [Fact]
    public void A_ring_beyond_the_maximum_is_scaled_down_to_it()
    {
        var candidates = Members.Weighted(1, 1000, 1000);
        Assert.InRange(EnvoyRing.Of(candidates).Count, 2_001, 2_002);
        var ring = EnvoyRing.Of(candidates, pointsMax: 1_500);
        Assert.InRange(ring.Count, 1_500, 1_501);                     // the sum of doubles is rounded
        Assert.InRange(ring.Count(static point => point.Candidate == 1), 749, 750);
    }
}
