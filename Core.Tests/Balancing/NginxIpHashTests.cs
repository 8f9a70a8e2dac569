using System;
using System.Linq;
using System.Net;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class NginxIpHashTests
{
    private static readonly PolicySettings Settings = new PolicySettings.NginxIpHash();

    [Theory]
    [InlineData("127.0.1.9", 4041)]
    [InlineData("192.168.1.77", 154)]
    [InlineData("::ffff:192.168.1.1", 154)]
    public void The_hash_of_a_network_is_that_of_nginx(string client, ulong hash) =>
        Assert.Equal(hash, Assert.IsType<PickStep.Keyed>(Explain(Picker(1, 1), client).Steps[0]).Hash);

    [Theory]
    [InlineData("127.0.{0}.2", 15, 15)]
    [InlineData("127.0.{0}.2", 10, 10, 10)]
    [InlineData("::{0}", 15, 15)]
    public void Thirty_clients_are_spread_as_in_the_tests_of_nginx(string clients, params int[] shares)
    {
        var picker = Picker([.. shares.Select(static _ => 1)]);
        var chosen = Enumerable.Range(1, 30).Select(i => Explain(picker, string.Format(System.Globalization.CultureInfo.InvariantCulture, clients, i)).Chosen).ToArray();
        Assert.Equal(shares, Enumerable.Range(0, shares.Length).Select(index => chosen.Count(c => c == index)));
    }

    [Fact]
    public void The_last_byte_of_Ipv4_does_not_matter_and_that_of_Ipv6_does()
    {
        Assert.Single(Enumerable.Range(0, 256).Select(static i => Explain(Picker(1, 1, 1, 1), $"192.0.2.{i}").Chosen).Distinct());
        Assert.Equal(4, Enumerable.Range(0, 256).Select(static i => Explain(Picker(1, 1, 1, 1), $"2001:db8::{i:x}").Chosen).Distinct().Count());
    }

    [Fact]
    public void Whose_backend_is_out_has_the_same_bytes_hashed_again_on_top()
    {
        var hash = new byte[] { 192, 168, 1, 192, 168, 1 }.Aggregate(89, static (h, value) => (h * 113 + value) % 6271);
        var told = Explain(Picker(1, 1, 1), "192.168.1.1", tried: 154 % 3);
        Assert.Equal<PickStep>([new PickStep.Keyed("C0A801", 154), new PickStep.Remainder(hash % 3, 3, 1)], told.Steps);
        Assert.Equal(hash % 3, told.Chosen);
    }

    [Fact]
    public void After_twenty_retries_round_robin_decides_and_the_explanation_says_so()
    {
        var picker = Picker(65_535, 1, 1).WithAvailable([false, true, true]);        // hashes stay below 6271: nobody but the first is ever hit
        Assert.Equal("121212", string.Concat(Enumerable.Range(0, 6).Select(i => picker.Pick(ticket: (ulong)i, key: "abc"))));
        Assert.Equal<PickStep>([new PickStep.Keyed("C0A801", 154), new PickStep.GaveUpHashing(21), new PickStep.Turn(0, 0, 2)], Explain(picker, "192.168.1.1").Steps);
    }

    private static Explanation Explain(Picker picker, string client, params int[] tried)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var key = PickKey.Of(Settings, new KeyInput { Client = IPAddress.Parse(client) }, scratch);
        return picker.Explain(new PickInput { Key = key, Tried = Members.Tried(tried) });
    }

    private static Picker Picker(params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(Settings, candidates, Members.AllOf(candidates));
    }
}
