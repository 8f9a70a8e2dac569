using System;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Http1;
using Fairlead.Primitives;
using Fairlead.Properties.Upstreams;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>Text of pairs, from few letters so that names meet often.</summary>
public sealed record PairText(string Value)
{
    public static Arbitrary<PairText> Arbitrary() => Arb.From(
        Gen.ArrayOf(Gen.Elements('a', 'b', 'A', '=', ';', '&', ' ', '"')).Select(static letters => new PairText(new string(letters))));
}

[Properties(Arbitrary = [typeof(AddressCases), typeof(PairText)], MaxTest = 500)]
public sealed class PickKeyLaws
{
    [Property]
    public void A_cookie_is_what_splitting_finds(PairText first, PairText second)
    {
        var expected = first.Value.Split(';').Concat(second.Value.Split(';'))
            .Select(static pair => pair.Trim(' ').Split('=', 2))
            .Where(static pair => pair[0] == "a")
            .Select(static pair => pair.ElementAtOrDefault(1) ?? "")
            .FirstOrDefault("");
        Assert.Equal(expected, KeyOf(new KeySource.Cookie("a"), ("x", "a=1"), ("Cookie", first.Value), ("cookie", second.Value)));
    }

    [Property]
    public void A_parameter_is_what_splitting_finds(PairText query)
    {
        var expected = query.Value.Split('&')
            .Select(static pair => pair.Split('=', 2))
            .Where(static pair => pair[0] == "a")
            .Select(static pair => pair.ElementAtOrDefault(1) ?? "")
            .FirstOrDefault("");
        var bytes = Encoding.ASCII.GetBytes("?" + query.Value);
        Assert.Equal(expected, Encoding.ASCII.GetString(PickKey.Of(new PolicySettings.Ketama(new KeySource.Query("a")), new KeyInput { Query = bytes }, [])));
    }

    [Property]
    public void A_uri_is_path_and_query_wherever_they_stand(byte[] path, byte[] query, byte[] between, bool inHead, bool swapped)
    {
        byte[] head = swapped ? [.. query, .. between, .. path] : [.. path, .. between, .. query];
        var (pathStart, queryStart) = swapped ? (query.Length + between.Length, 0) : (0, path.Length + between.Length);
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var input = inHead
            ? new KeyInput { Head = head, Path = head.AsSpan(pathStart, path.Length), Query = head.AsSpan(queryStart, query.Length) }
            : new KeyInput { Head = path, Path = path, Query = query };
        Assert.Equal((byte[])[.. path, .. query], PickKey.Of(new PolicySettings.Ketama(new KeySource.Uri()), input, scratch).ToArray());
    }

    [Property]
    public void Addresses_share_a_key_exactly_if_they_share_the_prefix(IPAddress left, IPAddress right, byte bits)
    {
        var (four, six) = (bits % 33, bits % 129);
        var policy = new PolicySettings.SourceIpHash(four, six);
        Assert.Equal(PrefixOf(left, four, six) == PrefixOf(right, four, six), KeyOf(policy, left) == KeyOf(policy, right));
        Assert.Equal(KeyOf(policy, left), KeyOf(policy, left.MapToIPv6()));
        Assert.Equal(KeyOf(policy, left), PickKey.OfText(policy, left.ToString()).Match(Convert.ToHexString, static () => "none"));
    }

    [Property]
    public void The_ip_hash_of_nginx_takes_the_bytes_of_24_bits_of_Ipv4_and_of_all_of_Ipv6(IPAddress client)
    {
        var whole = KeyOf(new PolicySettings.SourceIpHash(24, 128), client);
        Assert.Equal(whole.Length == 8 ? whole[..6] : whole, KeyOf(new PolicySettings.NginxIpHash(), client));
        Assert.Equal(KeyOf(new PolicySettings.NginxIpHash(), client), PickKey.OfText(new PolicySettings.NginxIpHash(), client.ToString()).Match(Convert.ToHexString, static () => "none"));
    }

    private static string PrefixOf(IPAddress address, int four, int six)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bits = string.Concat(plain.GetAddressBytes().Select(static b => b.ToString("b8", System.Globalization.CultureInfo.InvariantCulture)));
        return bits.Length + bits[..(bits.Length == 32 ? four : six)];
    }

    private static string KeyOf(PolicySettings policy, IPAddress client)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        return Convert.ToHexString(PickKey.Of(policy, new KeyInput { Client = client }, scratch));
    }

    private static string KeyOf(KeySource source, params (string Name, string Value)[] fields)
    {
        var head = Encoding.ASCII.GetBytes(string.Concat(fields.Select(static f => f.Name + f.Value)));
        var at = 0;
        var slices = fields.Select(f => new HeaderField(new Slice(at, f.Name.Length), new Slice((at += f.Name.Length + f.Value.Length) - f.Value.Length, f.Value.Length), FieldName.Other)).ToArray();
        return Encoding.ASCII.GetString(PickKey.Of(new PolicySettings.Ketama(source), new KeyInput { Head = head, Fields = slices }, []));
    }
}
