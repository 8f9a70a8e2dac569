using System;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class HopByHopTests
{
    [Theory]
    [InlineData("Connection: keep-alive")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Proxy-Connection: keep-alive")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("Proxy-Authorization: Basic x")]
    [InlineData("TE: trailers")]
    [InlineData("Trailer: x-checksum")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 3")]
    [InlineData("Upgrade: h2c")]
    [InlineData("HTTP2-Settings: AAMAAABk")]
    [InlineData("Expect: 100-continue")]
    [InlineData("uPgRaDe: websocket")]
    public void A_field_of_this_hop_goes_in_both_directions(string line)
    {
        Assert.Equal(["A: 1", "B: 2"], Request("A: 1", line, "B: 2"));
        Assert.Equal(["A: 1", "B: 2"], Response("A: 1", line, "B: 2"));
    }

    [Fact]
    public void Everything_else_stays_in_its_order_and_repetition()
    {
        string[] lines = ["Host: a", "Set-Cookie: 1", "Date: now", "Set-Cookie: 2", "Via: 1.0 x", "Empty: ", "Authorization: x", "Cookie: y", "X-Forwarded-For: ::1", "Max-Forwards: 3"];
        Assert.Equal(lines, Request(lines));
        Assert.Equal(lines, Response(lines));
    }

    [Theory]
    [InlineData("Connection: x-secret")]
    [InlineData("Connection: X-SECRET")]
    [InlineData("Connection: close, x-secret")]
    [InlineData("Connection: ,\tx-secret , ,")]
    public void A_nominated_field_goes_wherever_it_stands(string connection)
    {
        Assert.Equal(["A: 1"], Request("X-Secret: 1", "A: 1", connection, "x-secret: 2"));
        Assert.Equal(["A: 1"], Response("X-Secret: 1", "A: 1", connection, "x-secret: 2"));
    }

    [Fact]
    public void The_nominations_of_a_response_can_be_kept_for_its_trailers()
    {
        var given = new FieldLines("Connection: a", "B: 1", "connection: close, c");
        var names = new byte[32];
        Assert.Equal("a,close, c,", Encoding.Latin1.GetString(names, 0, HopByHop.WriteNominations(names, given.Bytes, given.Fields)));
        Assert.Equal(-1, HopByHop.WriteNominations(new byte[10], given.Bytes, given.Fields));
        Assert.Equal(0, HopByHop.WriteNominations([], given.Bytes, given.Fields.AsSpan(1, 1)));
    }

    [Fact]
    public void Nominations_of_several_lines_are_one_list() =>
        Assert.Equal(["C: 3", "AB: 4"], Request("Connection: a", "A: 1", "Connection: b", "B: 2", "C: 3", "AB: 4"));

    [Fact]
    public void Nine_nominations_are_taken() =>
        Assert.Equal(["J: 1"], Request("Connection: a,b,c,d,e", "Connection: f,g,h,i", "I: 1", "J: 1"));

    [Theory]
    [InlineData("a,b,c,d,e,f,g,h,i,j", HeadFault.TooManyNominations)]
    [InlineData("close,close,close,close,close,close,close,close,close,close", HeadFault.TooManyNominations)]
    [InlineData(":path", HeadFault.BadNomination)]
    [InlineData("a b", HeadFault.BadNomination)]
    [InlineData("\"a\"", HeadFault.BadNomination)]
    [InlineData("close, x;y", HeadFault.BadNomination)]
    [InlineData("h\u00e9", HeadFault.BadNomination)]
    [InlineData("host", HeadFault.ForbiddenNomination)]
    [InlineData("close, HOST", HeadFault.ForbiddenNomination)]
    [InlineData("X-Forwarded-For", HeadFault.ForbiddenNomination)]
    [InlineData("x-forwarded-proto", HeadFault.ForbiddenNomination)]
    [InlineData("x-forwarded-host", HeadFault.ForbiddenNomination)]
    [InlineData("x-forwarded-port", HeadFault.ForbiddenNomination)]
    [InlineData("content-length", HeadFault.ForbiddenNomination)]
    [InlineData("transfer-encoding", HeadFault.ForbiddenNomination)]
    [InlineData("forwarded", HeadFault.ForbiddenNomination)]
    [InlineData("x-real-ip", HeadFault.ForbiddenNomination)]
    [InlineData("via", HeadFault.ForbiddenNomination)]
    [InlineData("authorization", HeadFault.ForbiddenNomination)]
    [InlineData("cookie", HeadFault.ForbiddenNomination)]
    public void A_request_with_such_nominations_is_refused_and_left_alone(string nominations, HeadFault expected)
    {
        var lines = new FieldLines("A: 1", "Connection: " + nominations, "TE: trailers");
        var before = (HeaderField[])lines.Fields.Clone();
        Assert.Equal(3, HopByHop.StripRequest(lines.Bytes, lines.Fields, out var fault));
        Assert.Equal(expected, fault);
        Assert.Equal(before, lines.Fields);
    }

    [Theory]
    [InlineData("x-forwarded")]
    [InlineData("close, keep-alive, upgrade, te, HTTP2-Settings")]
    [InlineData("")]
    [InlineData(" , ,")]
    public void An_ordinary_list_is_no_fault(string nominations) => Assert.Equal(["A: 1"], Request("Connection: " + nominations, "A: 1"));

    [Fact]
    public void A_response_may_not_nominate_away_what_a_request_may_not_either() =>
        Assert.Equal(["Via: 1.1 x", "Cookie: a"], Response("Connection: via, cookie, b, a b", "Via: 1.1 x", "B: 1", "Cookie: a"));

    [Fact]
    public void A_response_has_its_first_nine_nominations_heard() =>
        Assert.Equal(["J: 1"], Response("Connection: via,a,b,c,d,e,f,g,h,i,j", "A: 1", "I: 1", "J: 1"));

    [Fact]
    public void No_fields_are_no_trouble()
    {
        Assert.Empty(Request());
        Assert.Empty(Response());
    }

    private static string[] Request(params string[] lines)
    {
        var given = new FieldLines(lines);
        var kept = HopByHop.StripRequest(given.Bytes, given.Fields, out var fault);
        Assert.Equal(HeadFault.None, fault);
        return [.. given.First(kept)];
    }

    private static string[] Response(params string[] lines)
    {
        var given = new FieldLines(lines);
        return [.. given.First(HopByHop.StripResponse(given.Bytes, given.Fields))];
    }
}
