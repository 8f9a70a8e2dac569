using System;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

/// <summary>A head that comes in many small pieces is not read from its beginning for each of them, and is refused at its first wrong byte.</summary>
public sealed class ResumptionTests
{
    private static readonly HeadLimits Limits = new(LineBytesMax: 40, HeadBytesMax: 400, FieldsMax: 10);

    /// <summary>A byte that was seen before is made wrong: whoever notices has read it again.</summary>
    [Theory]
    [InlineData("GET /aaa", 20)]
    [InlineData("\r\nGET /aaa", 20)]
    [InlineData("GET / HTTP/1.1\r\nHost: a", 60)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nCookie: ", 300)]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\nX: y\r\nCookie: ", 300)]
    public void Lines_are_read_again_only_when_another_one_has_ended(string begun, int more)
    {
        var (bytes, fields) = (Encoding.ASCII.GetBytes(begun + new string('b', more)), new HeaderField[10]);
        Assert.Equal(ParseStatus.NeedMore, RequestHeadParser.Parse(bytes.AsSpan(0, begun.Length), 0, Limits, fields).Status);
        bytes[begun.IndexOf("GET", StringComparison.Ordinal)] = (byte)'(';
        for (var length = begun.Length; length < bytes.Length; length++)
            Assert.Equal(ParseStatus.NeedMore, RequestHeadParser.Parse(bytes.AsSpan(0, length + 1), length, Limits, fields).Status);

        var ended = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bytes) + "\r\n");
        Assert.Equal(HeadFault.BadMethod, RequestHeadParser.Parse(ended, bytes.Length, Limits, fields).Fault);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 ", 20)]
    [InlineData("HTTP/1.1 200\r\nA: b\r\nSet-Cookie: ", 300)]
    public void So_are_those_of_a_response(string begun, int more)
    {
        var (bytes, fields) = (Encoding.ASCII.GetBytes(begun + new string('b', more)), new HeaderField[10]);
        bytes[0] = (byte)'X';
        Assert.Equal(ParseStatus.NeedMore, ResponseHeadParser.Parse(bytes, begun.Length, Limits, MethodKind.Get, fields).Status);
        Assert.Equal(HeadFault.BadStatusLine, ResponseHeadParser.Parse(bytes, 0, Limits, MethodKind.Get, fields).Fault);
    }

    [Theory]
    [InlineData("GET /", 41, HeadFault.RequestLineTooLong)]
    [InlineData("\r\nGET /", 43, HeadFault.RequestLineTooLong)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nCookie: ", 415, HeadFault.HeadTooLarge)]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\nCookie: ", 417, HeadFault.HeadTooLarge)]
    public void A_limit_is_met_at_its_byte_however_the_line_came(string begun, int lengthMax, HeadFault fault)
    {
        var (bytes, fields) = (Encoding.ASCII.GetBytes(begun.PadRight(lengthMax + 1, 'b')), new HeaderField[10]);
        for (var length = 3; length < bytes.Length; length++)
            Assert.Equal(default, RequestHeadParser.Parse(bytes.AsSpan(0, length), length - 1, Limits, fields));
        Assert.Equal(fault, RequestHeadParser.Parse(bytes, bytes.Length - 1, Limits, fields).Fault);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\rX", HeadFault.BareCr)]
    [InlineData("GET /\rX\n", HeadFault.BareCr)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX", HeadFault.BareCr)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\rX", HeadFault.BareCr)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n", HeadFault.BareLf)]
    public void A_line_that_cannot_end_any_more_is_not_waited_for(string message, HeadFault fault)
    {
        Assert.Equal(fault, Heads.FaultOf(message));
        Assert.Equal(ParseStatus.NeedMore, Heads.Request(message[..^(message.EndsWith("X\n", StringComparison.Ordinal) ? 2 : 1)]).Status);
    }
}
