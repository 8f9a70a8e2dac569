using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>HAProxy's hash functions and which node of its tree is nearest.</summary>
public sealed class HAProxyRingTests
{
    [Theory]
    [InlineData(0, 0x6b4ed927)]
    [InlineData(1, 0xb48681b6)]
    public void The_avalanche_has_the_known_values(uint number, uint hash) => Assert.Equal(hash, HAProxyRing.FullHash(number));

    [Fact]
    public void Sdbm_has_the_known_value_and_a_key_is_sdbm_with_avalanche()
    {
        Assert.Equal(0x33242976u, HAProxyRing.Sdbm("/index.html"u8));
        Assert.Equal(HAProxyRing.FullHash(0x33242976), HAProxyRing.HashOf("/index.html"u8));
        Assert.Equal(0x6b4ed927u, HAProxyRing.HashOf(""u8));
    }

    [Fact]
    public void Nodes_follow_from_the_number_of_the_server()
    {
        var ring = HAProxyRing.Of(Members.Weighted(0, 2));
        Assert.Equal(Enumerable.Range(0, 32).Select(static i => (ulong)HAProxyRing.FullHash(2 * 4096 + (uint)i)).Order(), ring.Select(static point => point.Hash));
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(64, 1, 0, 3)]
    [InlineData(4096, 256)]
    [InlineData(4096, 65_535)]
    [InlineData(0)]
    public void A_unit_of_weight_is_16_nodes_up_to_256(int count, params int[] weights) => Assert.Equal(count, HAProxyRing.Of(Members.Weighted(weights)).Count);

    [Fact]
    public void The_nearest_node_owns_a_key_around_the_circle_as_well()
    {
        var candidates = Members.Weighted(1, 2, 1);
        var picker = Ketama.Of(RingVariant.HAProxy, candidates, Members.AllOf(candidates));
        var farther = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var hash = HAProxyRing.HashOf(System.Text.Encoding.ASCII.GetBytes($"{i}"));
            var nearest = picker.Ring.MinBy(point => uint.Min((uint)point.Hash - hash, hash - (uint)point.Hash)).Candidate;
            Assert.Equal(nearest, picker.Pick(key: $"{i}"));
            farther += nearest != picker.Ring[picker.Ring.PositionOf(hash)].Candidate ? 1 : 0;
        }

        Assert.InRange(farther, 200, 1_000);                          // about half of all keys are nearer to the node before, often another server's
    }

    [Fact]
    public void Of_two_nodes_as_near_the_one_before_owns_the_key()
    {
        var candidates = Members.Weighted(1, 2, 1);
        var ring = HAProxyRing.Of(candidates);
        var (next, hash) = (ring.PositionOf(0xac8e80ea), HAProxyRing.HashOf("adyxfcf"u8));
        Assert.Equal((0xac8e80ea, 2UL * hash, 2, 1), (hash, ring[next - 1].Hash + ring[next].Hash, ring[next - 1].Candidate, ring[next].Candidate));
        Assert.Equal(2, Ketama.Of(RingVariant.HAProxy, candidates, Members.AllOf(candidates)).Pick(key: "adyxfcf"));
    }
}
