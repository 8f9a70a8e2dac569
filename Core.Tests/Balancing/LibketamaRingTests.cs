using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>Points and owners that libketama has, and the foreign keys it moves.</summary>
public sealed class LibketamaRingTests
{
    private static readonly int[] Sample = [600, 300, 200, 350, 1000, 800, 950, 100];   // ketama.servers in its own distribution

    [Fact]
    public void The_hash_is_the_beginning_of_the_MD5() => Assert.Equal(3446378249, LibketamaRing.HashOf("test"u8));

    [Fact]
    public void Six_hundred_and_four_hundred_make_the_known_ring()
    {
        var ring = LibketamaRing.Of(Members.Of("127.0.0.1:11211=600", "127.0.0.1:11212=400"));
        Assert.Equal(320, ring.Count);
        Assert.Equal(192, ring.Count(static point => point.Candidate == 0));
        Assert.Equal(new RingPoint(3454255383, 0), ring[ring.PositionOf(LibketamaRing.HashOf("test"u8))]);
    }

    [Theory]
    [InlineData(160, 7)]
    [InlineData(480, 1, 1, 1)]
    [InlineData(480, 1, 0, 1, 1)]
    [InlineData(0, 0)]
    [InlineData(0)]
    public void Equal_weights_have_160_points_each_and_weight_0_none(int count, params int[] weights) =>
        Assert.Equal(count, LibketamaRing.Of(Members.Weighted(weights)).Count);

    [Fact]
    public void A_share_too_small_for_a_point_is_still_reached()
    {
        var candidates = Members.Weighted(1, 1000);
        Assert.DoesNotContain(LibketamaRing.Of(candidates), static point => point.Candidate == 0);
        var picker = Ketama.Of(RingVariant.Libketama, candidates, Members.AllOf(candidates));
        Assert.Equal(1, picker.Pick(key: "x"));
        Assert.Equal(0, picker.Pick(key: "x", tried: 1));
        Assert.Equal(0, picker.WithAvailable(Members.AllBut(candidates, 1)).Pick(key: "x"));
    }

    [Theory]
    [InlineData(7, 2.24, 9.12)]
    [InlineData(4, 23.68, 4.46)]
    public void Libketama_moves_foreign_keys_when_weights_differ_and_ours_does_not(int removed, double ownPercent, double foreignPercent)
    {
        var members = Members.Of([.. Sample.Select(static (weight, i) => $"10.0.1.{i + 1}:11211={weight}")]);
        Assert.Equal((ownPercent, foreignPercent), RingMoves.Percent(LibketamaRing.Of(members), LibketamaRing.Of(members.RemoveAt(removed)), removed));
        Assert.Equal(0, RingMoves.Percent(KetamaRing.Of(members), KetamaRing.Of(members.RemoveAt(removed)), removed).Foreign);
    }

    [Fact]
    public void Of_equal_weights_libketama_moves_no_foreign_keys()
    {
        var members = Members.Numbered("10.0.1.", 8, 11211);
        Assert.Equal(0, RingMoves.Percent(LibketamaRing.Of(members), LibketamaRing.Of(members.RemoveAt(3)), 3).Foreign);
    }
}
