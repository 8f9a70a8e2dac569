using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Tests.Http1;

/// <summary>Reads heads in every way a socket may deliver them: whole, byte by byte, and with bytes behind them. All must agree.</summary>
internal static class Heads
{
    private static readonly string[] Tails = ["\n", "\r\n", "\0", "x", "GET / HTTP/1.1\r\nHost: b\r\n\r\n"];

    public static readonly HeadLimits Small = new(LineBytesMax: 40, HeadBytesMax: 60, FieldsMax: 3);

    public static string Of(string line, params string[] fields) => line + "\r\n" + string.Concat(fields.Select(static field => field + "\r\n")) + "\r\n";

    public static HeadFault FaultOf(string message, HeadLimits? limits = null) => Request(message, limits).Head.Fault;

    public static Parsed<RequestHead> Request(string message, HeadLimits? limits = null) => Read(message, (bytes, scanned, fields) =>
    {
        var head = RequestHeadParser.Parse(bytes, scanned, limits ?? HeadLimits.Request, fields);
        return (head, head.Status, head.FieldCount);
    });

    public static Parsed<ResponseHead> Response(string message, MethodKind method = MethodKind.Get, HeadLimits? limits = null) => Read(message, (bytes, scanned, fields) =>
    {
        var head = ResponseHeadParser.Parse(bytes, scanned, limits ?? HeadLimits.Response, method, fields);
        return (head, head.Status, head.FieldCount);
    });

    private static Parsed<T> Read<T>(string message, Parser<T> parser)
    {
        var whole = new Parsed<T>(message, parser);
        var (status, scanned) = (ParseStatus.NeedMore, 0);
        for (var length = 0; length <= message.Length && status == ParseStatus.NeedMore; length++)
        {
            var part = new Parsed<T>(message[..length], parser, scanned);
            (status, scanned) = (part.Status, length);
            if (status != ParseStatus.NeedMore)
                Assert.Equal((whole.Head, whole.Lines), (part.Head, part.Lines));
        }

        Assert.Equal(whole.Status, status);
        if (status != ParseStatus.NeedMore)
        {
            Assert.All(Tails.Select(tail => new Parsed<T>(message + tail, parser)), followed => Assert.Equal((whole.Head, whole.Lines), (followed.Head, followed.Lines)));
        }

        return whole;
    }

    internal delegate (T Head, ParseStatus Status, int FieldCount) Parser<T>(ReadOnlySpan<byte> input, int scanned, Span<HeaderField> fields);

    internal sealed class Parsed<T>
    {
        private readonly byte[] _bytes;

        public Parsed(string message, Parser<T> parser, int scanned = 0)
        {
            _bytes = Encoding.Latin1.GetBytes(message);
            var fields = new HeaderField[200];
            (Head, Status, var count) = parser(_bytes, scanned, fields);
            Fields = fields[..count];
            Lines = string.Join('\n', Fields.Select(field => $"{Text(field.Name)}={Text(field.Value)}"));
        }

        public T Head { get; }

        public ParseStatus Status { get; }

        public HeaderField[] Fields { get; }

        /// <summary>The fields as <c>name=value</c>, a line each.</summary>
        public string Lines { get; }

        public string Text(Slice slice) => Encoding.Latin1.GetString(slice.Of(_bytes));
    }
}
