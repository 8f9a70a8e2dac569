using System;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class PickKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("::", "::")]
    public void The_client_is_its_address_as_text(string client, string key) =>
        Assert.Equal(key, Key(new KeySource.ClientIp(), new RequestText("/"), client));

    [Theory]
    [InlineData("first", "X-Tenant: first", "x-tenant: second")]
    [InlineData("v", "X-Tenant2: no", "x-TENANT: v")]
    [InlineData("", "X-Other: v")]
    [InlineData("")]
    public void A_header_is_the_first_field_of_that_name_in_any_case(string key, params string[] fields) =>
        Assert.Equal(key, Key(new KeySource.Header("x-tenant"), new RequestText("/", fields)));

    [Theory]
    [InlineData("1", "Cookie: sid=1")]
    [InlineData("1", "Cookie: a=b; sid=1; sid=2")]
    [InlineData("1", "Cookie: a=b;\tsid=1 ;c=d")]
    [InlineData("2", "Cookie: SID=1; sid=2")]
    [InlineData("2", "Cookie: xsid=1; sid=2")]
    [InlineData("2", "Cookie: sidx=1; sid=2")]
    [InlineData("a=b", "Cookie: sid=a=b")]
    [InlineData("\"q\"", "Cookie: sid=\"q\"")]
    [InlineData("3", "cookie: a=1", "COOKIE: sid=3")]
    [InlineData("", "Cookie: a=b")]
    [InlineData("", "Cookie: ;;=; sid")]
    [InlineData("", "Set-Cookie: sid=1")]
    public void A_cookie_is_the_first_pair_of_exactly_that_name(string key, params string[] fields) =>
        Assert.Equal(key, Key(new KeySource.Cookie("sid"), new RequestText("/", fields)));

    [Theory]
    [InlineData("/p?id=1&id=2", "1")]
    [InlineData("/p?xid=0&id=%41+b", "%41+b")]
    [InlineData("/p?ID=1&id=2", "2")]
    [InlineData("/p?id&id=2", "")]
    [InlineData("/p?id=a=b", "a=b")]
    [InlineData("/p?&&id=7", "7")]
    [InlineData("/p?", "")]
    [InlineData("/p", "")]
    public void A_query_parameter_is_the_first_of_that_name_as_sent(string target, string key) =>
        Assert.Equal(key, Key(new KeySource.Query("id"), new RequestText(target)));

    [Theory]
    [InlineData("/a/b?c=d", "/a/b", "/a/b?c=d")]
    [InlineData("/a/b", "/a/b", "/a/b")]
    [InlineData("/?", "/", "/?")]
    public void Path_and_uri_differ_by_the_query(string target, string path, string uri)
    {
        Assert.Equal(path, Key(new KeySource.Path(), new RequestText(target)));
        Assert.Equal(uri, Key(new KeySource.Uri(), new RequestText(target)));
    }

    [Fact]
    public void A_uri_that_stands_in_one_piece_is_not_copied()
    {
        var request = new RequestText("/a?b=c");
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var key = PickKey.Of(KetamaOf(new KeySource.Uri()), InputOf(request), scratch);
        Assert.True(request.Head.AsSpan().Overlaps(key));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(1_000, 24)]
    [InlineData(1_000, 25)]
    [InlineData(2_000, 3)]
    public void A_uri_in_two_pieces_is_put_together_up_to_the_scratch(int path, int query)
    {
        var (pathBytes, queryBytes) = (Encoding.ASCII.GetBytes(new string('p', path)), Encoding.ASCII.GetBytes(new string('q', query)));
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var key = PickKey.Of(KetamaOf(new KeySource.Uri()), new KeyInput { Path = pathBytes, Query = queryBytes }, scratch);
        Assert.Equal((byte[])[.. pathBytes.Concat(queryBytes).Take(PickKey.ScratchBytes)], key.ToArray());
    }

    [Fact]
    public void A_long_path_without_query_is_the_whole_key()
    {
        var request = new RequestText("/" + new string('x', 5_000));
        Assert.Equal(5_001, Key(new KeySource.Uri(), request).Length);
    }

    [Theory]
    [InlineData("192.0.2.129", 32, 64, "C0000281")]
    [InlineData("192.0.2.129", 25, 64, "C0000280")]
    [InlineData("192.0.2.129", 0, 64, "00000000")]
    [InlineData("::ffff:192.0.2.129", 24, 64, "C0000200")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 64, "20010DB8000100020000000000000000")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 57, "20010DB8000100000000000000000000")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 128, "20010DB8000100020003000400050006")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 999, "20010DB8000100020003000400050006")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, -1, "00000000000000000000000000000000")]
    public void The_source_hash_takes_the_network_bytes(string client, int four, int six, string hex)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var policy = new PolicySettings.SourceIpHash(four, six);
        Assert.Equal(hex, Convert.ToHexString(PickKey.Of(policy, new KeyInput { Client = IPAddress.Parse(client) }, scratch)));
        Assert.Equal(hex, PickKey.OfText(policy, client).Match(Convert.ToHexString, () => "none"));
    }

    [Theory]
    [InlineData("192.0.2.129", "C00002")]
    [InlineData("::ffff:192.0.2.129", "C00002")]                      // a client of IPv4 on a socket for both
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB8000100020003000400050006")]
    [InlineData("::1", "00000000000000000000000000000001")]
    public void The_ip_hash_of_nginx_takes_three_bytes_of_Ipv4_and_all_of_Ipv6(string client, string hex)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        scratch.Fill(0xee);
        var policy = new PolicySettings.NginxIpHash();
        Assert.Equal(hex, Convert.ToHexString(PickKey.Of(policy, new KeyInput { Client = IPAddress.Parse(client) }, scratch)));
        Assert.Equal(hex, PickKey.OfText(policy, client).Match(Convert.ToHexString, () => "none"));
    }

    [Fact]
    public void The_ip_hash_of_nginx_takes_three_zeros_for_no_address_and_no_text_that_is_none()
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        scratch.Fill(0xee);
        Assert.Equal([0, 0, 0], PickKey.Of(new PolicySettings.NginxIpHash(), default, scratch).ToArray());
        Assert.True(PickKey.OfText(new PolicySettings.NginxIpHash(), "unix:").IsNone);
    }

    [Fact]
    public void Every_policy_with_a_key_source_takes_the_same_bytes()
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var input = InputOf(new RequestText("/a?id=7", "X-Tenant: t"));
        foreach (var source in (KeySource[])[new KeySource.ClientIp(), new KeySource.Header("x-tenant"), new KeySource.Query("id"), new KeySource.Path(), new KeySource.Uri()])
        {
            var expected = PickKey.Of(KetamaOf(source), input, scratch).ToArray();
            Assert.NotEmpty(expected);
            foreach (var policy in WithKey(source))
                Assert.Equal(expected, PickKey.Of(policy, input, scratch).ToArray());
        }

        foreach (var policy in WithKey(new KeySource.Uri()))
            Assert.Equal("/ä"u8.ToArray(), PickKey.OfText(policy, "/ä").IfNone([0]));

        static PolicySettings[] WithKey(KeySource source) =>
        [
            new PolicySettings.Hash(source), new PolicySettings.Hash(source, ModuloVariant.Nginx), new PolicySettings.Hash(source, ModuloVariant.Pingora),
            new PolicySettings.Rendezvous(source), new PolicySettings.Maglev(source), new PolicySettings.JumpHash(source),
        ];
    }

    [Fact]
    public void Policies_without_key_have_the_empty_one_and_a_missing_client_too()
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var input = InputOf(new RequestText("/a?b"));
        Assert.True(PickKey.Of(new PolicySettings.RoundRobin(), input, scratch).IsEmpty);
        Assert.True(PickKey.Of(new PolicySettings.Random(), input, scratch).IsEmpty);
        Assert.True(PickKey.Of(new PolicySettings.First(), input, scratch).IsEmpty);
        Assert.True(PickKey.Of(new PolicySettings.SourceIpHash(), default, scratch).IsEmpty);
        Assert.True(PickKey.Of(KetamaOf(new KeySource.ClientIp()), default, scratch).IsEmpty);
    }

    [Fact]
    public void Text_is_a_key_for_Ketama_an_address_for_the_source_hash_and_nothing_for_others()
    {
        Assert.Equal("/ä"u8.ToArray(), PickKey.OfText(KetamaOf(new KeySource.Uri()), "/ä").IfNone([0]));
        Assert.Empty(PickKey.OfText(new PolicySettings.RoundRobin(), "x").IfNone([0]));
        Assert.Empty(PickKey.OfText(new PolicySettings.Random(), "x").IfNone([0]));
        foreach (var text in (string[])["", "x", "1", "1.2.3", "010.0.0.1", "[::1]", "fe80::1%eth0", "1.2.3.4 "])
            Assert.True(PickKey.OfText(new PolicySettings.SourceIpHash(), text).IsNone, text);
    }

    private static PolicySettings KetamaOf(KeySource source) => new PolicySettings.Ketama(source);

    private static KeyInput InputOf(RequestText request, IPAddress? client = null) => new()
    {
        Client = client ?? IPAddress.Loopback,
        Head = request.Head,
        Fields = request.Fields,
        Path = request.Path,
        Query = request.Query,
    };

    private static string Key(KeySource source, RequestText request, string client = "192.0.2.1")
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        return Encoding.Latin1.GetString(PickKey.Of(KetamaOf(source), InputOf(request, IPAddress.Parse(client)), scratch));
    }
}
