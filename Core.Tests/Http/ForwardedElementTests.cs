using System;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.Http;
using Fairlead.Primitives;

namespace Fairlead.Tests.Http;

public sealed class ForwardedElementTests
{
    [Theory]
    [InlineData("192.0.2.1", false, "a.test", "for=192.0.2.1;proto=http;host=a.test")]
    [InlineData("192.0.2.1", true, "a.test:8443", "for=192.0.2.1;proto=https;host=\"a.test:8443\"")]
    [InlineData("2001:db8::1", true, "[::1]:80", "for=\"[2001:db8::1]\";proto=https;host=\"[::1]:80\"")]
    [InlineData("::ffff:192.0.2.1", false, "", "for=192.0.2.1;proto=http")]
    [InlineData("fe80::1%3", false, "", "for=\"[fe80::1]\";proto=http")]
    public void Our_element_says_who_how_and_for_whom(string peer, bool isTls, string authority, string expected) => Assert.Equal(expected, Written(peer, isTls, authority));

    [Theory]
    [InlineData("for=192.0.2.7, for=10.0.0.1;proto=http", "Forwarded: for=192.0.2.7")]
    [InlineData("for=a, for=b;by=c, for=10.0.0.1;proto=http", "Forwarded: for=a", "A: 1", "forwarded: for=b;by=c", "Forwarded: ")]
    [InlineData("for=10.0.0.1;proto=http", "Forwarded: for=\"open")]
    public void What_was_received_stands_before_it_unless_it_is_malformed(string expected, params string[] lines) => Assert.Equal(expected, Written("10.0.0.1", false, "", lines));

    [Fact]
    public void Too_little_room_writes_nothing()
    {
        var given = new FieldLines("Forwarded: for=192.0.2.7");
        var peer = IPAddress.Parse("10.0.0.1");
        var whole = ForwardedElement.Write(new byte[256], given.Bytes, given.Fields, peer, false, "a"u8);
        Assert.InRange(whole, 1, ForwardedElement.BytesMax(given.Fields, 1));
        for (var room = 0; room < whole; room++)
            Assert.Equal(0, ForwardedElement.Write(new byte[room], given.Bytes, given.Fields, peer, false, "a"u8));
        Assert.Equal(whole, ForwardedElement.Write(new byte[whole], given.Bytes, given.Fields, peer, false, "a"u8));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("for=192.0.2.1", "192.0.2.1")]
    [InlineData("FOR=\"[2001:db8::1]:80\"", "[2001:db8::1]:80")]
    [InlineData("proto=http;for=a;by=b , host=\"x,for=y;\" ,for=c", "a||c")]
    [InlineData(", ,for=a,", "a")]
    [InlineData("for=a; proto=http ;", "a")]
    [InlineData("by=\"\\\"\";for=a", "a")]
    public void The_for_of_each_element_is_found(string value, string expected) => Assert.Equal(expected, Read(value));

    [Theory]
    [InlineData("for")]
    [InlineData("for=")]
    [InlineData("=a")]
    [InlineData("for=a=b")]
    [InlineData("for = a")]
    [InlineData("for=a b")]
    [InlineData("for=\"a")]
    [InlineData("for=\"a\\")]
    [InlineData("for=\"a\\b\"")]
    [InlineData("for=\"a\"b")]
    [InlineData("for=[::1]")]
    [InlineData("for=192.0.2.1:80")]
    [InlineData("for=a;for=b")]
    public void What_is_malformed_or_says_it_twice_is_not_read_at_all(string value)
    {
        Assert.Null(Read(value));
        Assert.Null(Read("for=a, " + value + ", for=b"));
    }

    [Fact]
    public void More_elements_than_there_is_room_for_are_not_read() => Assert.Null(Read(string.Join(',', Enumerable.Repeat("for=a", 9))));

    [Theory]
    [InlineData("for=192.0.2.1", "192.0.2.1")]
    [InlineData("for=6.6.6.6, for=\"192.0.2.1:99\", for=10.1.1.1", "192.0.2.1")]
    [InlineData("for=\"[2001:db8::1]:4\";proto=https", "2001:db8::1")]
    [InlineData("for=192.0.2.1, proto=http", "10.0.0.1")]
    [InlineData("for=192.0.2.1, for=unknown", "10.0.0.1")]
    [InlineData("for=192.0.2.1, for=_x, for=10.2.2.2", "10.2.2.2")]
    [InlineData("for=192.0.2.1, for=\"", "10.0.0.1")]
    public void The_client_is_read_from_the_end_of_it_by_those_who_want_that(string value, string expected)
    {
        IPNetwork[] trusted = [IPNetwork.Parse("10.0.0.0/8")];
        var given = new FieldLines("X-Forwarded-For: 9.9.9.9", "Forwarded: " + value);
        Assert.Equal(expected, ClientAddress.Effective(IPAddress.Parse("10.0.0.1"), trusted, given.Bytes, given.Fields, ForwardingFields.Forwarded).ToString());
        Assert.Equal("198.51.100.1", ClientAddress.Effective(IPAddress.Parse("198.51.100.1"), trusted, given.Bytes, given.Fields, ForwardingFields.Forwarded).ToString());
        foreach (var other in new[] { ForwardingFields.XForwarded, ForwardingFields.Both, ForwardingFields.Off })
            Assert.Equal("9.9.9.9", ClientAddress.Effective(IPAddress.Parse("10.0.0.1"), trusted, given.Bytes, given.Fields, other).ToString());
    }

    [Fact]
    public void Writing_and_reading_allocates_nothing()
    {
        var given = new FieldLines("Forwarded: for=192.0.2.7;proto=https");
        var destination = new byte[256];
        var entries = new Slice[8];
        var peer = IPAddress.Parse("fd00::9");
        var length = ForwardedElement.Write(destination, given.Bytes, given.Fields, peer, true, "a.test:80"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            length = ForwardedElement.Write(destination, given.Bytes, given.Fields, peer, true, "a.test:80"u8);
            ForwardedElement.ReadFor(given.Bytes, given.Fields[0].Value, entries);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal("for=192.0.2.7;proto=https, for=\"[fd00::9]\";proto=https;host=\"a.test:80\"", Encoding.ASCII.GetString(destination, 0, length));
    }

    private static string Written(string peer, bool isTls, string authority, params string[] lines)
    {
        var given = new FieldLines(lines);
        var destination = new byte[ForwardedElement.BytesMax(given.Fields, authority.Length)];
        return Encoding.Latin1.GetString(destination, 0, ForwardedElement.Write(destination, given.Bytes, given.Fields, IPAddress.Parse(peer), isTls, Encoding.Latin1.GetBytes(authority)));
    }

    private static string? Read(string value)
    {
        var bytes = Encoding.Latin1.GetBytes(value);
        var entries = new Slice[8];
        var count = ForwardedElement.ReadFor(bytes, new Slice(0, bytes.Length), entries);
        return count < 0 ? null : string.Join('|', entries.Take(count).Select(entry => Encoding.Latin1.GetString(entry.Of(bytes))));
    }
}
