using System.Linq;
using System.Net;
using Fairlead.Http;

namespace Fairlead.Tests.Http;

public sealed class ClientAddressTests
{
    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];

    [Theory]
    [InlineData("198.51.100.9")]
    [InlineData("2001:db8::9")]
    public void A_peer_that_is_not_trusted_is_the_client_whatever_it_says(string peer) =>
        Assert.Equal(peer, Effective(peer, "X-Forwarded-For: 192.0.2.1"));

    [Fact]
    public void A_trusted_peer_that_says_nothing_is_the_client() => Assert.Equal("10.0.0.1", Effective("10.0.0.1", "Forwarded: for=192.0.2.1", "X-Real-IP: 192.0.2.1"));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("6.6.6.6, 192.0.2.1", "192.0.2.1")]
    [InlineData("6.6.6.6, 192.0.2.1, 10.1.1.1", "192.0.2.1")]
    [InlineData("10.9.9.9, 192.0.2.1,10.1.1.1 ,\t10.2.2.2", "192.0.2.1")]
    [InlineData("fd00::5, 2001:db8::7, fd00::6", "2001:db8::7")]
    [InlineData("192.0.2.1,,", "192.0.2.1")]
    public void Behind_trusted_proxies_it_is_the_rightmost_entry_that_is_not_one_of_them(string value, string expected) =>
        Assert.Equal(expected, Effective("10.0.0.1", "X-Forwarded-For: " + value));

    [Fact]
    public void When_all_entries_are_trusted_it_is_the_leftmost() => Assert.Equal("10.3.3.3", Effective("10.0.0.1", "X-Forwarded-For: 10.3.3.3, 10.2.2.2"));

    [Fact]
    public void Several_lines_are_one_list() =>
        Assert.Equal("192.0.2.1", Effective("10.0.0.1", "X-Forwarded-For: 6.6.6.6", "x-forwarded-for: 192.0.2.1, 10.2.2.2", "A: 1", "X-Forwarded-For: ", "X-Forwarded-For: 10.3.3.3"));

    [Theory]
    [InlineData("192.0.2.1:8080", "192.0.2.1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::1]:443", "2001:db8::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("[::ffff:c000:201]:1", "192.0.2.1")]
    public void An_entry_may_have_a_port_brackets_or_an_IPv4_address_in_IPv6_form(string entry, string expected) =>
        Assert.Equal(expected, Effective("10.0.0.1", "X-Forwarded-For: " + entry));

    [Fact]
    public void An_IPv4_proxy_is_recognised_in_IPv6_form() => Assert.Equal("192.0.2.1", Effective("::ffff:10.0.0.1", "X-Forwarded-For: 192.0.2.1, ::ffff:10.5.5.5"));

    [Theory]
    [InlineData("unknown")]
    [InlineData("_hidden")]
    [InlineData("example.com")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1.5")]
    [InlineData("192.0.2.01")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("192.0.2.256")]
    [InlineData("192.0.2.+1")]
    [InlineData("192.0.2. 1")]
    [InlineData("192..2.1")]
    [InlineData(".192.0.2")]
    [InlineData("192.0.2.1.")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:x")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("[192.0.2.1]")]
    [InlineData("[]")]
    [InlineData("[")]
    [InlineData("[2001:db8::1")]
    [InlineData("2001:db8::1]")]
    [InlineData("[2001:db8::1]443")]
    [InlineData("[2001:db8::1]:")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::1::2")]
    [InlineData("2001:db8::12345")]
    [InlineData("::ffff:192.0.2.010")]
    [InlineData("::ffff:192.0.2.256")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("\"192.0.2.1\"")]
    [InlineData("for=192.0.2.1")]
    [InlineData("192.0.2.1 6.6.6.6")]
    [InlineData("\u00e9")]
    public void Text_that_is_no_address_ends_the_walk_at_the_last_proxy_believed(string garbage)
    {
        Assert.Equal("10.0.0.1", Effective("10.0.0.1", "X-Forwarded-For: 192.0.2.1, " + garbage));
        Assert.Equal("10.2.2.2", Effective("10.0.0.1", "X-Forwarded-For: 192.0.2.1, " + garbage + ", 10.2.2.2"));
        Assert.Equal("192.0.2.7", Effective("10.0.0.1", "X-Forwarded-For: " + garbage + ", 192.0.2.7, 10.2.2.2"));
    }

    [Fact]
    public void Only_so_many_entries_are_looked_at()
    {
        var proxies = Enumerable.Range(1, ClientAddress.EntriesMax).Select(static i => $"10.0.1.{i}").ToArray();
        Assert.Equal("192.0.2.1", Effective("10.0.0.1", "X-Forwarded-For: 192.0.2.1, " + string.Join(',', proxies.Skip(1))));
        Assert.Equal("10.0.1.1", Effective("10.0.0.1", "X-Forwarded-For: 192.0.2.1, " + string.Join(',', proxies)));
    }

    private static string Effective(string peer, params string[] lines)
    {
        var given = new FieldLines(lines);
        return ClientAddress.Effective(IPAddress.Parse(peer), Trusted, given.Bytes, given.Fields).ToString();
    }
}
