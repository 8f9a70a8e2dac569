using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

/// <summary>What every message passes through costs no heap, whether it is right or wrong.</summary>
public sealed class AllocationTests
{
    private readonly HeaderField[] _fields = new HeaderField[200];
    private readonly byte[] _destination = new byte[4_096];

    [Theory]
    [InlineData("GET /a?b HTTP/1.1|Host: [::1]:80|Connection: keep-alive, upgrade|TE: trailers|Expect: 100-continue|Content-Length: 5")]
    [InlineData("POST http://a/../b HTTP/1.1|Host: a|Transfer-Encoding: chunked")]
    [InlineData("GET / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked")]
    [InlineData("GET / HTTP/1.1|Host: [::1%x]")]
    [InlineData("GET /%0 HTTP/1.1")]
    [InlineData("\u0016\u0003")]
    public void Reading_a_request_head(string lines)
    {
        var message = Encoding.Latin1.GetBytes(lines.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");
        AllocatesNothing(() =>
        {
            RequestHeadParser.Parse(message.AsSpan(0, message.Length / 2), 0, HeadLimits.Request, _fields);
            RequestHeadParser.Parse(message, message.Length / 2, HeadLimits.Request, _fields);
        });
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5|Set-Cookie: a|Connection: close")]
    [InlineData("HTTP/1.1 200|Transfer-Encoding: chunked, chunked")]
    [InlineData("HTTP/3.0 200")]
    public void Reading_a_response_head(string lines)
    {
        var message = Encoding.Latin1.GetBytes(lines.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");
        AllocatesNothing(() => ResponseHeadParser.Parse(message, 0, HeadLimits.Response, MethodKind.Get, _fields));
    }

    [Theory]
    [InlineData("5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\nDate: c\r\n\r\n")]
    [InlineData("5;a=\"b\r\nhello\r\n")]
    [InlineData("0\r\nHost: a\r\n\r\n")]
    public void Reading_a_body(string input)
    {
        var bytes = Encoding.ASCII.GetBytes(input);
        AllocatesNothing(() =>
        {
            var (state, at) = (BodyState.Of(new BodyFraming(BodyKind.Chunked, 0)), 0);
            BodyStep step;
            do
            {
                step = BodyReader.Step(state, bytes.AsSpan(at), ChunkedLimits.Default);
                if (step.Event == BodyEvent.Trailers)
                    TrailerSection.ParseForResponse(step.Data.Of(bytes.AsSpan(at)), _fields);
                (state, at) = (step.Next, at + step.Consumed);
            }
            while (step.Event is BodyEvent.Data or BodyEvent.Trailers);
        });
    }

    [Fact]
    public void Writing()
    {
        var message = Encoding.ASCII.GetBytes(Heads.Of("GET /a/../b HTTP/1.1", "Host: a", "X: y", "Connection: close"));
        var head = RequestHeadParser.Parse(message, 0, HeadLimits.Request, _fields);
        Assert.Equal(3, head.FieldCount);
        AllocatesNothing(() =>
        {
            var length = PathNormalizer.RemoveDotSegments(head.Path.Of(message), _destination);
            var writer = new HeadWriter(_destination.AsSpan(length));
            writer.RequestLine(head.Method.Of(message), _destination.AsSpan(0, length));
            writer.Fields(message, _fields.AsSpan(0, head.FieldCount));
            writer.Framing(new BodyFraming(BodyKind.Length, 123));
            writer.End();
            writer.StatusLine(200, "OK"u8);
            ChunkedWriter.WriteHead(_destination, 4_096);
        });
    }

    [Fact]
    public void Saying_what_is_wrong()
    {
        var faults = Enum.GetValues<HeadFault>().ToArray();
        AllocatesNothing(() =>
        {
            foreach (var fault in faults)
                _ = HeadFaults.Describe(fault).Length + HeadFaults.StatusOf(fault);
        });
    }

    private static void AllocatesNothing(Action action)
    {
        action();                                                    // the first call compiles
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
