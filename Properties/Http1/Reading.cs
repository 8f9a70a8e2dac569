using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Properties.Http1;

/// <summary>One reading of a head: the verdict, with what its slices mean.</summary>
internal sealed class Reading<T>
{
    private readonly byte[] _bytes;

    internal delegate (T Head, ParseStatus Status, int FieldCount) Parser(ReadOnlySpan<byte> input, int scanned, Span<HeaderField> fields);

    public Reading(string text, Parser parser, int scanned = 0)
    {
        _bytes = MessageCases.Of(text);
        var fields = new HeaderField[200];
        (Head, Status, var count) = parser(_bytes, scanned, fields);
        Fields = fields[..count];
    }

    public T Head { get; }

    public ParseStatus Status { get; }

    public HeaderField[] Fields { get; }

    public byte[] Bytes => _bytes;

    /// <summary>The fields as <c>name=value</c>, a line each.</summary>
    public string Lines => string.Join('\n', Fields.Select(line => $"{Text(line.Name)}={Text(line.Value)}"));

    public string Text(Slice slice) => Encoding.Latin1.GetString(slice.Of(_bytes));
}

/// <summary>The ways to read a head.</summary>
internal static class Reading
{
    public static Reading<RequestHead> Request(string text, HeadLimits limits, int scanned = 0) => new(text, RequestParser(limits), scanned);

    public static Reading<ResponseHead> Response(string text, HeadLimits limits, MethodKind method = MethodKind.Get, int scanned = 0) => new(text, ResponseParser(limits, method), scanned);

    public static Reading<RequestHead>.Parser RequestParser(HeadLimits limits) => (bytes, scanned, fields) =>
    {
        var head = RequestHeadParser.Parse(bytes, scanned, limits, fields);
        return (head, head.Status, head.FieldCount);
    };

    public static Reading<ResponseHead>.Parser ResponseParser(HeadLimits limits, MethodKind method) => (bytes, scanned, fields) =>
    {
        var head = ResponseHeadParser.Parse(bytes, scanned, limits, method, fields);
        return (head, head.Status, head.FieldCount);
    };
}
