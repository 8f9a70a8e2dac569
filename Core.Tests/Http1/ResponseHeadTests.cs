using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Tests.Http1;

public sealed class ResponseHeadTests
{
    [Fact]
    public void A_response_is_read_whole()
    {
        var message = Heads.Of("HTTP/1.1 404 Not Found", "Date: today", "Content-Length: 3", "Set-Cookie: a", "Set-Cookie: b", "Connection: close");
        var read = Heads.Response(message);
        Assert.Equal(
            new ResponseHead
            {
                Status = ParseStatus.Done,
                Length = message.Length,
                Version = HttpVersion.Http11,
                StatusCode = 404,
                Reason = new Slice(13, 9),
                FieldCount = 5,
                Body = new BodyFraming(BodyKind.Length, 3),
                Hop = HopOptions.Close,
            },
            read.Head);
        Assert.Equal("Date=today\nContent-Length=3\nSet-Cookie=a\nSet-Cookie=b\nConnection=close", read.Lines);
    }

    [Theory]
    [InlineData("HTTP/1.1 200", 200, "")]
    [InlineData("HTTP/1.1 200 ", 200, "")]
    [InlineData("HTTP/1.1 200  ", 200, " ")]
    [InlineData("HTTP/1.1 100 Continue", 100, "Continue")]
    [InlineData("HTTP/1.1 599 a\tb \u00e9\xff", 599, "a\tb \u00e9\xff")]
    [InlineData("HTTP/1.7 200 OK", 200, "OK")]
    public void The_reason_is_whatever_has_no_control_character(string line, int status, string reason)
    {
        var read = Heads.Response(Heads.Of(line));
        Assert.Equal((ParseStatus.Done, HttpVersion.Http11, status, reason), (read.Status, read.Head.Version, read.Head.StatusCode, read.Text(read.Head.Reason)));
    }

    [Fact]
    public void Version_1_0_is_told_apart() => Assert.Equal(HttpVersion.Http10, Heads.Response("HTTP/1.0 200 OK\r\n\r\n").Head.Version);

    [Theory]
    [InlineData("HTTP/1.1 099 x")]
    [InlineData("HTTP/1.1 600 x")]
    [InlineData("HTTP/1.1 999")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1 2x0 OK")]
    [InlineData("HTTP/1.1 +20 OK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1\t200 OK")]
    [InlineData("HTTP/1.1 200\tOK")]
    [InlineData("HTTP/1.1 200OK")]
    [InlineData("HTTP/1.1 ")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.10 200 OK")]
    [InlineData("HTTP/1.x 200 OK")]
    [InlineData("HTTP/2.0 200 OK")]
    [InlineData("HTTP/0.9 200 OK")]
    [InlineData("HTTP/11 200 OK")]
    [InlineData("http/1.1 200 OK")]
    [InlineData(" HTTP/1.1 200 OK")]
    [InlineData("\r\nHTTP/1.1 200 OK")]
    [InlineData("ICY 200 OK")]
    [InlineData("<html>hello</html>")]
    [InlineData("HTTP/1.1 200 a\0")]
    [InlineData("HTTP/1.1 200 \x1b[0m")]
    [InlineData("HTTP/1.1 200 \x7f")]
    public void Anything_else_is_no_status_line(string line) => Assert.Equal(HeadFault.BadStatusLine, Heads.Response(Heads.Of(line, "Content-Length: 0")).Head.Fault);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\n\r\n", HeadFault.BareLf)]
    [InlineData("HTTP/1.1 200 OK\r\n\n", HeadFault.BareLf)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\n\r\n", HeadFault.BareLf)]
    [InlineData("HTTP/1.1 200 OK\r\r\n\r\n", HeadFault.BareCr)]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n", HeadFault.BareCr)]
    public void Lines_end_in_cr_lf(string message, HeadFault fault) => Assert.Equal(fault, Heads.Response(message).Head.Fault);

    [Theory]
    [InlineData("")]
    [InlineData("H")]
    [InlineData("HTTP/1.")]
    [InlineData("HTTP/1.1 200 OK\r")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\r")]
    public void A_beginning_needs_more(string message) => Assert.Equal(default, Heads.Response(message).Head);

    [Theory]
    [InlineData("X")]
    [InlineData("HTTQ")]
    [InlineData("HTTP/2")]
    public void What_cannot_become_a_status_line_is_refused_at_its_first_wrong_byte(string message) =>
        Assert.Equal(HeadFault.BadStatusLine, Heads.Response(message).Head.Fault);
}
