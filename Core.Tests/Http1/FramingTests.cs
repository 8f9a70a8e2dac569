using System;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class FramingTests
{
    public static TheoryData<string, HeadFault> Refused => new()
    {
        { "Transfer-Encoding: chunked|Content-Length: 1", HeadFault.LengthAndTransferEncoding },
        { "Content-Length: 0|Transfer-Encoding: chunked", HeadFault.LengthAndTransferEncoding },
        { "Content-Length: x|Transfer-Encoding: identity", HeadFault.LengthAndTransferEncoding },
        { "Transfer-Encoding: gzip, chunked", HeadFault.UnknownTransferCoding },
        { "Transfer-Encoding: gzip,deflate ,\tCHUNKED", HeadFault.UnknownTransferCoding },
        { "Transfer-Encoding: chunked, chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunked|Transfer-Encoding: chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: gzip|Transfer-Encoding: chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunked;q=1", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: gzip;q=1, chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding:", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: ,chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunked,", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: gzip,,chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: identity", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: identity, chunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: xchunked", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunkedx", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: \"chunked\"", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chun\u00ebed", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: gzip", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunked, gzip", HeadFault.BadTransferEncoding },
        { "Transfer-Encoding: chunked, gzip, chunked", HeadFault.BadTransferEncoding },
        { "Content-Length: +1", HeadFault.BadContentLength },
        { "Content-Length: -1", HeadFault.BadContentLength },
        { "Content-Length: 1 1", HeadFault.BadContentLength },
        { "Content-Length: 0x1", HeadFault.BadContentLength },
        { "Content-Length: a", HeadFault.BadContentLength },
        { "Content-Length: 1.0", HeadFault.BadContentLength },
        { "Content-Length: 1;", HeadFault.BadContentLength },
        { "Content-Length:", HeadFault.BadContentLength },
        { "Content-Length: 00", HeadFault.BadContentLength },
        { "Content-Length: 01", HeadFault.BadContentLength },
        { "Content-Length: \u00b2", HeadFault.BadContentLength },
        { "Content-Length: 9223372036854775808", HeadFault.BadContentLength },
        { "Content-Length: 9999999999999999999", HeadFault.BadContentLength },
        { "Content-Length: 18446744073709551617", HeadFault.BadContentLength },
        { "Content-Length: 10000000000000000000000000", HeadFault.BadContentLength },
        { "Content-Length: 1,1", HeadFault.RepeatedContentLength },
        { "Content-Length: 1, 2", HeadFault.RepeatedContentLength },
        { "Content-Length: 1|Content-Length: 1", HeadFault.RepeatedContentLength },
        { "content-length: 1|CONTENT-LENGTH: 2", HeadFault.RepeatedContentLength },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Framing_that_readers_could_take_in_two_ways_is_refused(string lines, HeadFault fault)
    {
        Assert.Equal(fault, Heads.FaultOf(Heads.Of("POST / HTTP/1.1", ["Host: a", .. Split(lines)])));
        Assert.Equal(fault, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", [.. Split(lines), "Host: a"])));
        Assert.Equal(fault, Heads.Response(Heads.Of("HTTP/1.1 200 OK", Split(lines))).Head.Fault);
        Assert.Equal(fault == HeadFault.UnknownTransferCoding ? 501 : 400, HeadFaults.StatusOf(fault));
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("gzip, chunked")]
    [InlineData("identity")]
    [InlineData("")]
    public void Http_1_0_has_no_transfer_encoding(string coding)
    {
        string[] lines = ["Host: a", "Transfer-Encoding: " + coding, "Content-Length: 1"];
        Assert.Equal(HeadFault.TransferEncodingOnHttp10, Heads.FaultOf(Heads.Of("POST / HTTP/1.0", lines)));
        Assert.Equal(HeadFault.TransferEncodingOnHttp10, Heads.FaultOf(Heads.Of("POST / HTTP/1.0", lines[..2])));
        Assert.Equal(HeadFault.TransferEncodingOnHttp10, Heads.Response(Heads.Of("HTTP/1.0 200 OK", lines[1..])).Head.Fault);
    }

    public static TheoryData<string, BodyKind, long> Accepted => new()
    {
        { "X: 1", BodyKind.None, 0 },
        { "Transfer-Encoding: chunked", BodyKind.Chunked, 0 },
        { "TRANSFER-ENCODING:\t CHUNKED ", BodyKind.Chunked, 0 },
        { "Content-Length: 0", BodyKind.Length, 0 },
        { "Content-Length:7", BodyKind.Length, 7 },
        { "content-length: \t12345 ", BodyKind.Length, 12_345 },
        { "Content-Length: 9223372036854775807", BodyKind.Length, long.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Every_method_is_framed_by_the_same_table(string line, BodyKind kind, long length)
    {
        foreach (var method in (string[])["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH", "X"])
            Assert.Equal(new BodyFraming(kind, length), Heads.Request(Heads.Of(method + " / HTTP/1.1", "Host: a", line)).Head.Body);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void An_answer_without_framing_ends_with_the_connection(string line, BodyKind kind, long length)
    {
        var framing = kind == BodyKind.None ? new BodyFraming(BodyKind.UntilClose, 0) : new BodyFraming(kind, length);
        Assert.Equal(framing, Heads.Response(Heads.Of("HTTP/1.1 200 OK", line)).Head.Body);
        Assert.Equal(framing, Heads.Response(Heads.Of("HTTP/1.1 404 ", line)).Head.Body);
        if (kind != BodyKind.Chunked)
            Assert.Equal(framing, Heads.Response(Heads.Of("HTTP/1.0 200 OK", line)).Head.Body);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Answers_to_head_and_1xx_204_304_have_no_body_whatever_their_fields_say(string line, BodyKind kind, long length)
    {
        _ = (kind, length);
        Assert.Equal(default, Heads.Response(Heads.Of("HTTP/1.1 200 OK", line), MethodKind.Head).Head.Body);
        foreach (var status in (int[])[100, 101, 103, 199, 204, 304])
            Assert.Equal(default, Heads.Response(Heads.Of($"HTTP/1.1 {status}", line)).Head.Body);
    }

    private static string[] Split(string lines) => lines.Split('|', StringSplitOptions.None);
}
