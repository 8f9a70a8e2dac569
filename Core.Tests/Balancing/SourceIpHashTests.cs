using System;
using System.Linq;
using System.Net;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class SourceIpHashTests
{
    private static readonly PolicySettings.SourceIpHash Whole = new();

    /// <summary>A change of these answers would move every client to another backend at an upgrade.</summary>
    [Theory]
    [InlineData("192.0.2.", "233233323322333321323331")]
    [InlineData("2001:db8:0:", "333233322233233333333233")]
    public void Clients_stay_where_earlier_versions_sent_them(string network, string backends) =>
        Assert.Equal(backends, string.Concat(Enumerable.Range(1, 24).Select(i => Pick(Whole, network.Contains(':', StringComparison.Ordinal) ? $"{network}{i:x}::1" : $"{network}{i}", 1, 2, 5) + 1)));

    [Fact]
    public void Shares_follow_the_weights()
    {
        var counts = new int[3];
        for (var i = 0; i < 20_000; i++)
            counts[Pick(Whole, $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 1, 3, 6)]++;
        double[] expected = [2_000, 6_000, 12_000];
        var chiSquare = counts.Zip(expected, static (count, mean) => (count - mean) * (count - mean) / mean).Sum();
        Assert.InRange(chiSquare, 0, 13.8);                           // 99.9 % at two degrees of freedom; the addresses are fixed, so is the outcome
    }

    [Fact]
    public void Addresses_of_one_Ipv6_network_share_a_backend_and_a_backend_does_not_get_all_networks()
    {
        int[] weights = [1, 1, 1, 1];
        Assert.Single(Enumerable.Range(1, 200).Select(i => Pick(Whole, $"2001:db8:1:2::{i:x}", weights)).Distinct());
        Assert.Equal(4, Enumerable.Range(1, 200).Select(i => Pick(Whole, $"2001:db8:1:{i:x}::1", weights)).Distinct().Count());
        Assert.Equal(4, Enumerable.Range(1, 200).Select(i => Pick(new(32, 128), $"2001:db8:1:2::{i:x}", weights)).Distinct().Count());
    }

    [Fact]
    public void A_shorter_prefix_keeps_a_network_together()
    {
        Assert.Single(Enumerable.Range(0, 256).Select(i => Pick(new(24, 64), $"192.0.2.{i}", 1, 1, 1)).Distinct());
        Assert.Equal(3, Enumerable.Range(0, 256).Select(i => Pick(Whole, $"192.0.2.{i}", 1, 1, 1)).Distinct().Count());
    }

    [Fact]
    public void A_mapped_address_goes_where_its_Ipv4_address_goes() =>
        Assert.All(Enumerable.Range(0, 100), static i => Assert.Equal(Pick(Whole, $"192.0.2.{i}", 1, 1, 1), Pick(Whole, $"::ffff:192.0.2.{i}", 1, 1, 1)));

    private static int Pick(PolicySettings.SourceIpHash settings, string client, params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var key = PickKey.Of(settings, new KeyInput { Client = IPAddress.Parse(client) }, scratch);
        return Pickers.Of(settings, candidates, Members.AllOf(candidates)).Pick(new PickInput { Key = key });
    }
}
