using System.Net;
using System.Text;
using Fairlead.Http;

namespace Fairlead.Tests.Http;

public sealed class ForwardedFieldsTests
{
    [Theory]
    [InlineData("X-Forwarded-For: 1.2.3.4")]
    [InlineData("x-forwarded-for: 1.2.3.4")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: a")]
    [InlineData("Forwarded: for=1.2.3.4")]
    [InlineData("X-Real-IP: 1.2.3.4")]
    public void Only_a_trusted_peer_may_say_whom_it_speaks_for(string line)
    {
        Assert.Equal(["A: 1", "B: 2"], Stripped(false, "A: 1", line, "B: 2"));
        Assert.Equal(["A: 1", line, "B: 2"], Stripped(true, "A: 1", line, "B: 2"));
    }

    [Theory]
    [InlineData("X_Forwarded_For: 1.2.3.4")]
    [InlineData("X-Forwarded_For: 1.2.3.4")]
    [InlineData("x_FORWARDED-proto: https")]
    [InlineData("X_Forwarded_Host: a")]
    [InlineData("X_Real_IP: 1.2.3.4")]
    [InlineData("Content_Length: 5")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Proxy_Authorization: x")]
    public void An_underscore_twin_of_a_known_field_goes_even_from_a_trusted_peer(string line)
    {
        Assert.Equal(["A: 1"], Stripped(false, line, "A: 1"));
        Assert.Equal(["A: 1"], Stripped(true, line, "A: 1"));
    }

    [Fact]
    public void Other_names_with_underscores_stay()
    {
        string[] lines = ["X_Request_Id: 1", "_: 2", "X_Forwarded_For_: 3", "A_Name_That_Is_Longer_Than_Any_That_Is_Known_Here: 4", "Via: 1.1 x", "Host: a"];
        Assert.Equal(lines, Stripped(false, lines));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:0.0.0.0", "0.0.0.0")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("2001:db8:1111:2222:3333:4444:5555:6666", "2001:db8:1111:2222:3333:4444:5555:6666")]
    public void The_peer_is_written_without_zone_and_in_its_own_family(string peer, string expected) => Assert.Equal(expected, For(peer));

    [Theory]
    [InlineData("192.0.2.7, 10.0.0.1", "X-Forwarded-For: 192.0.2.7")]
    [InlineData("192.0.2.7, 192.0.2.8, 10.0.0.1", "X-Forwarded-For: 192.0.2.7, 192.0.2.8")]
    [InlineData("192.0.2.7, 192.0.2.8, 10.0.0.1", "X-Forwarded-For: 192.0.2.7", "A: 1", "x-forwarded-for: 192.0.2.8")]
    [InlineData("unknown, 10.0.0.1", "X-Forwarded-For:", "X-Forwarded-For: unknown", "X-Forwarded-For: ")]
    public void All_that_was_received_stands_before_the_peer(string expected, params string[] lines) => Assert.Equal(expected, For("10.0.0.1", lines));

    [Fact]
    public void Too_small_a_destination_gets_nothing()
    {
        var given = new FieldLines("X-Forwarded-For: 192.0.2.7");
        var peer = IPAddress.Parse("10.0.0.1");
        var whole = "192.0.2.7, 10.0.0.1".Length;
        for (var size = 0; size < whole; size++)
            Assert.Equal(0, ForwardedFields.WriteFor(new byte[size], given.Bytes, given.Fields, peer));
        Assert.Equal(whole, ForwardedFields.WriteFor(new byte[whole], given.Bytes, given.Fields, peer));
    }

    [Theory]
    [InlineData(0, "Host: fairlead", "X: 1.1 fairlead")]
    [InlineData(0, "Via: 1.1 other", "Via: fairlead", "Via: 1.1 fairlead2", "Via: 1.1 fairlead.example:80", "Via: 1.1 x (fairlead)")]
    [InlineData(1, "Via: 1.1 fairlead")]
    [InlineData(1, "Via: 1.1 a, 1.1 fairlead , 1.0 b")]
    [InlineData(2, "Via: 1.1 fairlead, 1.1 fairlead")]
    [InlineData(3, "Via: 1.1 fairlead", "via: 1.0 Fairlead", "Via: HTTP/1.1\tfairlead (a comment)")]
    public void Our_name_is_counted_wherever_it_stands_in_Via(int expected, params string[] lines)
    {
        var given = new FieldLines(lines);
        Assert.Equal(expected, ForwardedFields.CountOwnVia(given.Bytes, given.Fields));
    }

    [Theory]
    [InlineData(Fairlead.Http1.HttpVersion.Http10, "1.0 fairlead")]
    [InlineData(Fairlead.Http1.HttpVersion.Http11, "1.1 fairlead")]
    public void What_is_added_to_Via_says_how_the_request_came_and_is_counted(Fairlead.Http1.HttpVersion received, string added)
    {
        Assert.Equal(added, Encoding.ASCII.GetString(ForwardedFields.OwnVia(received)));
        var given = new FieldLines("Via: " + Encoding.ASCII.GetString(ForwardedFields.OwnVia(received)));
        Assert.Equal(1, ForwardedFields.CountOwnVia(given.Bytes, given.Fields));
    }

    private static string[] Stripped(bool peerIsTrusted, params string[] lines)
    {
        var given = new FieldLines(lines);
        return [.. given.First(ForwardedFields.Strip(given.Bytes, given.Fields, peerIsTrusted))];
    }

    private static string For(string peer, params string[] lines)
    {
        var given = new FieldLines(lines);
        var destination = new byte[ForwardedFields.ForBytesMax(given.Fields)];
        return Encoding.ASCII.GetString(destination, 0, ForwardedFields.WriteFor(destination, given.Bytes, given.Fields, IPAddress.Parse(peer)));
    }
}
