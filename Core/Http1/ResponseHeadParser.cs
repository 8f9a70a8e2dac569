using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>Reads response heads (RFC 9112 §4–§6). Total: any bytes, no exception, no allocation. As strict as <see cref="RequestHeadParser"/>: a doubtful answer is no answer.</summary>
public static class ResponseHeadParser
{
    private static ReadOnlySpan<byte> Beginning => "HTTP/1."u8;

    /// <summary>
    /// Reads the head at the start of <paramref name="input"/>; see <see cref="RequestHeadParser.Parse"/> for <paramref name="scanned"/> and <paramref name="fields"/>. The request's
    /// method decides whether a body follows (RFC 9112 §6.3).
    /// </summary>
    public static ResponseHead Parse(ReadOnlySpan<byte> input, int scanned, in HeadLimits limits, MethodKind requestMethod, Span<HeaderField> fields)
    {
        if (LineReader.IsStillPartial(input, scanned, Beginning.Length, limits))
            return default;
        if (!Beginning.StartsWith(input[..Math.Min(input.Length, Beginning.Length)]))
            return Answer(ParseStatus.Invalid, HeadFault.BadStatusLine);

        var lines = new LineReader(input, 0);
        var status = lines.Next(limits.LineBytesMax + 2L, HeadFault.BadStatusLine, out var fault);
        if (status != ParseStatus.Done)
            return Answer(status, fault);
        if (!TryStatusLine(input, lines.Line, out var head))
            return Answer(ParseStatus.Invalid, HeadFault.BadStatusLine);

        var facts = new FieldFacts();
        status = FieldSection.Parse(input, ref lines, limits, fields, ref facts, out var count, out fault);
        if (status != ParseStatus.Done)
            return Answer(status, fault);
        fault = facts.Framing(input, head.Version, BodyKind.UntilClose, out var body);
        if (fault != HeadFault.None)
            return Answer(ParseStatus.Invalid, fault);
        var hasNoBody = requestMethod == MethodKind.Head || head.StatusCode is < 200 or 204 or 304;
        return head with { Status = ParseStatus.Done, Length = lines.At, FieldCount = count, Hop = facts.Hop, Body = hasNoBody ? default : body };
    }

    /// <summary><c>HTTP/1.x SP 3DIGIT [SP reason]</c>; some servers leave out the last space with the reason.</summary>
    private static bool TryStatusLine(ReadOnlySpan<byte> input, Slice line, out ResponseHead head)
    {
        head = default;
        var bytes = line.Of(input);
        if (bytes.Length < 12 || !char.IsAsciiDigit((char)bytes[7]) || bytes[8] != (byte)' ')
            return false;
        var code = 0;
        foreach (var b in bytes[9..12])
        {
            if (!char.IsAsciiDigit((char)b))
                return false;
            code = (code * 10) + b - '0';
        }

        if (code is < 100 or > 599 || (bytes.Length > 12 && (bytes[12] != (byte)' ' || !FieldNames.IsValue(bytes[13..]))))
            return false;
        var reasonStart = Math.Min(13, bytes.Length);
        head = new ResponseHead
        {
            Version = bytes[7] == (byte)'0' ? HttpVersion.Http10 : HttpVersion.Http11,
            StatusCode = code,
            Reason = new Slice(line.Start + reasonStart, bytes.Length - reasonStart),
        };
        return true;
    }

    private static ResponseHead Answer(ParseStatus status, HeadFault fault) => new() { Status = status, Fault = fault };
}
