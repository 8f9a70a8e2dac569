using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>Points that nginx's and Pingora's ring have, and ours must have.</summary>
public sealed class KetamaRingTests
{
    [Theory]
    [InlineData("123456789", 0xcbf43926)]
    [InlineData("127.0.0.1\07777", 0xa7d7d7b0)]
    [InlineData("[2001:db8::1]\080", 0x32dd298d)]
    [InlineData("example.org\080", 0xb7159ac9)]
    [InlineData("/run/app.sock\0", 0xb7d765e4)]
    [InlineData("example.org\0", 0xc4ce79fa)]                         // nginx without a port
    [InlineData("example.org\0\0\0\0\0", 0x5acf8669)]                 // and its first point, PREV being 0
    [InlineData("2001:db8::1\080", 0x210aaffc)]                        // Pingora's IPv6, without brackets
    [InlineData("2001:db8::1\080\0\0\0\0", 0x8956948a)]
    [InlineData("", 0x00000000)]
    public void The_hash_is_the_CRC_32_of_IEEE(string text, uint hash)
    {
        Assert.Equal(hash, KetamaRing.HashOf(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(hash, Crc32.HashToUInt32(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Keys_of_every_length_have_the_librarys_CRC()
    {
        byte[] key = [.. Enumerable.Range(0, 100).Select(static i => (byte)(i * 151 + 7))];
        for (var length = 0; length <= key.Length; length++)
            Assert.Equal(Crc32.HashToUInt32(key.AsSpan(0, length)), KetamaRing.HashOf(key.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("127.0.0.1:7777", "323bd7a0 03f353a8 72869567 bcc04ddc 2fd6e7fb")]
    [InlineData("[2001:db8::1]:80", "f5aa2647 56962e61")]
    [InlineData("example.org:80", "b835838d 23feb1ba")]
    [InlineData("unix:/run/app.sock", "ad39754f 9a97c570")]
    public void An_address_has_the_points_nginx_gives_it(string address, string first)
    {
        var points = KetamaRing.Of(Members.Of(address));
        Assert.Equal(160, points.Count);
        Assert.All(first.Split(' '), hash => Assert.Contains(new RingPoint(Convert.ToUInt32(hash, 16), 0), points));
    }

    [Fact]
    public void Two_ports_of_one_host_make_the_known_ring()
    {
        var points = KetamaRing.Of(Members.Of("127.0.0.1:7777", "127.0.0.1:7778"));
        Assert.Equal(320, points.Count);
        Assert.Equal([new(0x00168388, 0), new(0x00dbf33c, 1), new(0x01bf11fc, 1), new(0x02fb958d, 1)], points.Take(4));
        Assert.Equal(0xfedf698a, points[^1].Hash);
    }

    [Theory]
    [InlineData(1280, 1, 2, 5)]
    [InlineData(960, 1, 2, 3)]
    [InlineData(320, 0, 2)]
    [InlineData(0, 0, 0)]
    [InlineData(0)]
    public void A_unit_of_weight_is_160_points(int count, params int[] weights) =>
        Assert.Equal(count, KetamaRing.Of(Members.Weighted(weights)).Count);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_two_owners_of_a_point_the_lower_address_keeps_it_in_every_order(int order)
    {
        var members = Members.Numbered("127.0.0.", 100, 6443);
        ImmutableArray<Candidate> candidates = order switch
        {
            0 => members,
            1 => [.. members.Reverse()],
            2 => [.. members.Skip(60), .. members.Take(60)],
            _ => [.. members.OrderBy(static m => Crc32.HashToUInt32(Encoding.UTF8.GetBytes(m.Address.ToString())))],
        };
        var points = KetamaRing.Of(candidates);
        Assert.Equal(15_999, points.Count);
        var contested = Assert.Single(points, static point => point.Hash == 0x04d84527);
        Assert.Equal("127.0.0.50:6443", candidates[contested.Candidate].Address.ToString());
    }

    [Fact]
    public void The_position_of_a_hash_is_its_first_point_and_wraps()
    {
        var ring = KetamaRing.Of(Members.Numbered("192.0.2.", 7, 80));
        for (var i = 0; i < ring.Count; i++)
        {
            Assert.Equal(i, ring.PositionOf(ring[i].Hash));
            Assert.Equal((i + 1) % ring.Count, ring.PositionOf(ring[i].Hash + 1));
        }

        Assert.Equal(0, ring.PositionOf(0));
        Assert.Equal(0, ring.PositionOf(uint.MaxValue));
        Assert.Equal(0, KetamaRing.Of([]).PositionOf(uint.MaxValue));
    }

    [Fact]
    public void Weights_beyond_the_limit_halve_all_counts_until_the_ring_fits()
    {
        var points = KetamaRing.Of(Members.Weighted(65_535, 1, 0));
        var light = points.Count(static point => point.Candidate == 1);
        Assert.InRange(points.Count, Ring.PointsMax / 2 - 10_000, Ring.PointsMax);   // some thousand hashes are taken twice
        Assert.Equal(80, light, 1.0);
        Assert.DoesNotContain(points, static point => point.Candidate == 2);
    }

    [Fact]
    public void Points_ascend()
    {
        var points = KetamaRing.Of(Members.Numbered("10.0.0.", 20, 80));
        Assert.All(Enumerable.Range(1, points.Count - 1), i => Assert.True(points[i - 1].Hash < points[i].Hash));
    }
}
