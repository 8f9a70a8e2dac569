using System.Linq;
using System.Net;
using Fairlead.Upstreams;

namespace Fairlead.Tests.Upstreams;

public sealed class BackendAddressTests
{
    [Theory]
    [InlineData("10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("10.0.0.1:080", "10.0.0.1:80")]
    [InlineData("[::1]:65535", "[::1]:65535")]
    [InlineData("[2001:DB8:0:0::1]:1", "[2001:db8::1]:1")]
    [InlineData("[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.1]:80")]
    [InlineData("Example.COM:443", "example.com:443")]
    [InlineData("my_service:8080", "my_service:8080")]
    [InlineData("1and1.example:80", "1and1.example:80")]
    [InlineData("xn--bcher-kva.example:80", "xn--bcher-kva.example:80")]
    [InlineData("0xyz:80", "0xyz:80")]
    [InlineData("unix:/run/app.sock", "unix:/run/app.sock")]
    [InlineData("unix:/run/a:80", "unix:/run/a:80")]
    public void Addresses_have_one_canonical_text(string text, string canonical)
    {
        var address = BackendAddress.Parse(text);
        Assert.Equal(canonical, address.Match(static a => a.ToString(), static () => "none"));
        Assert.Equal(address, BackendAddress.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.1:+80")]
    [InlineData("10.0.0.1: 80")]
    [InlineData("10.0.0.1:000080")]
    [InlineData("010.0.0.1:80")]
    [InlineData("10.0.0.01:80")]
    [InlineData("10.0.0.256:80")]
    [InlineData("10.0.0:80")]
    [InlineData("10:80")]
    [InlineData("a.10:80")]
    [InlineData("0x7f000001:80")]
    [InlineData("127.0.0.0x1:80")]
    [InlineData("a.0x:80")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]80")]
    [InlineData("[10.0.0.1]:80")]
    [InlineData("[[::1]]:80")]
    [InlineData("[[::1]:9]:80")]
    [InlineData("[]:80")]
    [InlineData("[:80")]
    [InlineData("[fe80::1%1]:80")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("[::ffff:010.0.0.1]:80")]
    [InlineData("-a.example:80")]
    [InlineData("a-.example:80")]
    [InlineData("a..example:80")]
    [InlineData("example.com.:80")]
    [InlineData("exämple.com:80")]
    [InlineData("a b:80")]
    [InlineData("http://a:80")]
    [InlineData("unix:")]
    [InlineData("unix:run/app.sock")]
    [InlineData("unix:/run/\0")]
    public void Anything_else_is_refused(string text) => Assert.True(BackendAddress.Parse(text).IsNone);

    [Fact]
    public void Names_and_labels_and_paths_have_their_longest()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";
        Assert.True(BackendAddress.Parse(longest + ":80").IsSome);
        Assert.True(BackendAddress.Parse(longest + "a:80").IsNone);
        Assert.True(BackendAddress.Parse(label + "a:80").IsNone);
        Assert.True(BackendAddress.Parse("unix:/" + new string('a', BackendAddress.UnixPathBytesMax - 1)).IsSome);
        Assert.True(BackendAddress.Parse("unix:/" + new string('a', BackendAddress.UnixPathBytesMax)).IsNone);
        Assert.True(BackendAddress.Parse("unix:/" + new string('ä', BackendAddress.UnixPathBytesMax / 2 + 1)).IsNone);
    }

    [Fact]
    public void The_canonical_order_is_Ipv4_Ipv6_names_paths_then_bytes_then_port()
    {
        string[] ordered =
        [
            "9.0.0.1:80", "10.0.0.1:9", "10.0.0.1:80", "10.0.0.2:1", "[::1]:80", "[::1]:443", "[2001:db8::1]:80",
            "a.example:80", "a.example:443", "b.example:80", "unix:/A", "unix:/a",
        ];
        var addresses = ordered.Select(static text => BackendAddress.Parse(text).IfNone(static () => throw new System.FormatException())).ToArray();
        Assert.Equal(ordered, addresses.Reverse().Order().Select(static a => a.ToString()));
    }

    [Fact]
    public void Equal_addresses_are_equal_and_compare_so()
    {
        Assert.Equal(new BackendAddress.UnixPath("/a"), new BackendAddress.UnixPath("/a"));
        Assert.NotEqual(new BackendAddress.UnixPath("/a"), new BackendAddress.UnixPath("/A"));
        BackendAddress one = new BackendAddress.Ip(new IPAddress(IPAddress.IPv6Loopback.GetAddressBytes(), 1), 80);
        BackendAddress two = new BackendAddress.Ip(new IPAddress(IPAddress.IPv6Loopback.GetAddressBytes(), 2), 80);
        Assert.NotEqual(one, two);
        Assert.True(one.CompareTo(two) < 0 && two.CompareTo(one) > 0 && one.CompareTo(null) > 0);
    }
}
