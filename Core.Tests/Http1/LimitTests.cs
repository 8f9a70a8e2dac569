using System.Linq;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

/// <summary>Each limit exactly, and one above; also when what is above it has no end yet, or ends wrongly.</summary>
public sealed class LimitTests
{
    private const string Line = " HTTP/1.1";

    [Fact]
    public void The_usual_limits_are_those_of_the_reference()
    {
        Assert.Equal(new HeadLimits(8_192, 32_768, 100), HeadLimits.Request);
        Assert.Equal(new HeadLimits(8_192, 65_536, 200), HeadLimits.Response);
        Assert.Equal(new ChunkedLimits(1_024, 16_384, 8_192, 32), ChunkedLimits.Default);
        Assert.Equal(32, HeadLimits.MethodBytesMax);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    public void A_request_line_has_its_limit(string before)
    {
        var target = "/" + new string('a', Heads.Small.LineBytesMax - "GET /".Length - Line.Length);
        Assert.Equal(HeadFault.None, Heads.FaultOf(before + Heads.Of("GET " + target + Line, "Host: a"), Heads.Small));
        Assert.Equal(ParseStatus.NeedMore, Heads.Request(before + "GET " + target + Line + "\r", Heads.Small).Status);
        foreach (var end in (string[])["\r\nHost: a\r\n\r\n", "\n", "\r\r\n", "", "\0"])
            Assert.Equal(HeadFault.RequestLineTooLong, Heads.FaultOf(before + "GET " + target + "ab" + Line + end, Heads.Small));
        Assert.Equal(HeadFault.RequestLineTooLong, Heads.FaultOf(before + "GET " + target + "a" + Line + "\r\n", Heads.Small));
        Assert.Equal(414, HeadFaults.StatusOf(HeadFault.RequestLineTooLong));
    }

    [Fact]
    public void A_status_line_has_its_limit()
    {
        var line = "HTTP/1.1 200 ".PadRight(Heads.Small.LineBytesMax, 'a');
        Assert.Equal(HeadFault.None, Heads.Response(line + "\r\n\r\n", limits: Heads.Small).Head.Fault);
        foreach (var end in (string[])["a\r\n\r\n", "aa\n", "aa", "aa\r\r\n"])
            Assert.Equal(HeadFault.BadStatusLine, Heads.Response(line + end, limits: Heads.Small).Head.Fault);
    }

    [Fact]
    public void A_method_has_its_limit()
    {
        Assert.Equal(HeadFault.None, Heads.FaultOf(Heads.Of(new string('M', 32) + " / HTTP/1.1", "Host: a")));
        Assert.Equal(HeadFault.MethodTooLong, Heads.FaultOf(Heads.Of(new string('M', 33) + " / HTTP/1.1", "Host: a")));
        Assert.Equal(501, HeadFaults.StatusOf(HeadFault.MethodTooLong));
    }

    [Fact]
    public void A_header_section_has_its_limit_and_its_blank_line_counts()
    {
        var host = "Host: a\r\nX: ".PadRight(Heads.Small.HeadBytesMax - 4, 'b');
        Assert.Equal(HeadFault.None, Heads.FaultOf("GET / HTTP/1.1\r\n" + host + "\r\n\r\n", Heads.Small));
        Assert.Equal(HeadFault.None, Heads.Response("HTTP/1.1 200\r\n" + host + "\r\n\r\n", limits: Heads.Small).Head.Fault);
        foreach (var end in (string[])["b\r\n\r\n", "bbbb", "bbbb\n", "bb\r\n\n", "bbbb\r\r\n", "\r\ncccc"])
        {
            Assert.Equal(HeadFault.HeadTooLarge, Heads.FaultOf("GET / HTTP/1.1\r\n" + host + end, Heads.Small));
            Assert.Equal(HeadFault.HeadTooLarge, Heads.Response("HTTP/1.1 200\r\n" + host + end, limits: Heads.Small).Head.Fault);
        }

        Assert.Equal(431, HeadFaults.StatusOf(HeadFault.HeadTooLarge));
    }

    [Fact]
    public void The_number_of_fields_has_its_limit()
    {
        Assert.Equal(HeadFault.None, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a", "b:", "c:"), Heads.Small));
        Assert.Equal(HeadFault.TooManyFields, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a", "b:", "c:", "d:"), Heads.Small));
        Assert.Equal(HeadFault.TooManyFields, Heads.FaultOf("GET / HTTP/1.1\r\nHost: a\r\nb:\r\nc:\r\n no field\r\n", Heads.Small));
        Assert.Equal(HeadFault.TooManyFields, Heads.Response(Heads.Of("HTTP/1.1 200", "a:", "b:", "c:", "d:"), limits: Heads.Small).Head.Fault);
        Assert.Equal(431, HeadFaults.StatusOf(HeadFault.TooManyFields));
    }

    [Fact]
    public void The_usual_number_of_fields_is_held_to()
    {
        var fields = Enumerable.Range(0, 99).Select(static i => "f: " + i).ToArray();
        Assert.Equal(HeadFault.None, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", ["Host: a", .. fields])));
        Assert.Equal(HeadFault.TooManyFields, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", ["Host: a", .. fields, "x:"])));
    }

    [Fact]
    public void The_array_lent_for_fields_is_a_limit_too()
    {
        var message = Encoding.ASCII.GetBytes(Heads.Of("GET / HTTP/1.1", "Host: a", "b:"));
        Assert.Equal(ParseStatus.Done, RequestHeadParser.Parse(message, 0, HeadLimits.Request, new HeaderField[2]).Status);
        Assert.Equal(HeadFault.TooManyFields, RequestHeadParser.Parse(message, 0, HeadLimits.Request, new HeaderField[1]).Fault);
        Assert.Equal(HeadFault.TooManyFields, RequestHeadParser.Parse(message, 0, HeadLimits.Request, default).Fault);
    }

    [Fact]
    public void No_limit_at_all_is_a_limit_too()
    {
        var without = new HeadLimits(int.MaxValue, int.MaxValue, int.MaxValue);
        Assert.Equal(ParseStatus.Done, Heads.Request(Heads.Of("GET / HTTP/1.1", "Host: a"), without).Status);
        Assert.Equal(HeadFault.RequestLineTooLong, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a"), default(HeadLimits)));
        Assert.Equal(HeadFault.TooManyFields, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a"), HeadLimits.Request with { FieldsMax = -1 }));
        Assert.Equal(HeadFault.HeadTooLarge, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a"), HeadLimits.Request with { HeadBytesMax = -1 }));
    }
}
