using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>
/// Reads request heads (RFC 9112 §3–§6). Total: any bytes, no exception, no allocation. A strict prefix of a valid head needs more; what follows a head changes nothing;
/// limits hold while bytes arrive. The stricter reading is taken wherever parsers could disagree.
/// </summary>
public static class RequestHeadParser
{
    /// <summary>An empty line and the first byte after it.</summary>
    private const int VettedBytes = 3;

    /// <summary>
    /// Reads the head at the start of <paramref name="input"/>. <paramref name="scanned"/> is how much of it an earlier call saw without finding the end: lines are read again
    /// only when a new one has ended. Fields go into <paramref name="fields"/>, whose length is a limit too.
    /// </summary>
    public static RequestHead Parse(ReadOnlySpan<byte> input, int scanned, in HeadLimits limits, Span<HeaderField> fields)
    {
        if (LineReader.IsStillPartial(input, scanned, VettedBytes, limits))
            return default;

        var status = SkipEmptyLine(input, out var start, out var fault);
        if (status != ParseStatus.Done)
            return Answer(status, fault);

        var lines = new LineReader(input, start);
        status = lines.Next(limits.LineBytesMax + 2L, HeadFault.RequestLineTooLong, out fault);
        if (status != ParseStatus.Done)
            return Answer(status, fault);
        fault = RequestLine(input, lines.Line, out var head);
        if (fault != HeadFault.None)
            return Answer(ParseStatus.Invalid, fault);

        var facts = new FieldFacts();
        status = FieldSection.Parse(input, ref lines, limits, fields, ref facts, out var count, out fault);
        if (status != ParseStatus.Done)
            return Answer(status, fault);
        var body = default(BodyFraming);
        fault = Host(input, facts, head);
        if (fault == HeadFault.None)
            fault = facts.Framing(input, head.Version, BodyKind.None, out body);
        return fault != HeadFault.None
            ? Answer(ParseStatus.Invalid, fault)
            : head with
            {
                Status = ParseStatus.Done,
                Length = lines.At,
                FieldCount = count,
                Body = body,
                Hop = facts.Hop,
                Authority = head.IsAbsoluteForm || head.Kind == MethodKind.Connect ? head.Authority : facts.Host,
            };
    }

    /// <summary>False while nothing of a request is here, but perhaps the empty line that may stand before it: whoever sent only that behind a body is idle, and waits for no answer.</summary>
    public static bool HasBegun(ReadOnlySpan<byte> input) => input is not ([] or [(byte)'\r'] or [(byte)'\r', (byte)'\n']);

    /// <summary>One empty line before the request line is a leftover of some clients (RFC 9112 §2.2).</summary>
    private static ParseStatus SkipEmptyLine(ReadOnlySpan<byte> input, out int start, out HeadFault fault)
    {
        (start, fault) = (0, HeadFault.None);
        if (input.IsEmpty || input is [(byte)'\r'])
            return ParseStatus.NeedMore;
        if (input[0] == (byte)'\r')
        {
            fault = input[1] != (byte)'\n' ? HeadFault.BareCr : input.Length > 2 && input[2] == (byte)'\r' ? HeadFault.EmptyLines : HeadFault.None;
            start = 2;
            if (fault == HeadFault.None && input.Length == 2)
                return ParseStatus.NeedMore;
        }

        if (fault == HeadFault.None && input[start] is < (byte)' ' or >= 0x7F)
            fault = input[start] == (byte)'\n' ? HeadFault.BareLf : HeadFault.NotHttp;
        return fault == HeadFault.None ? ParseStatus.Done : ParseStatus.Invalid;
    }

    private static HeadFault RequestLine(ReadOnlySpan<byte> input, Slice line, out RequestHead head)
    {
        head = default;
        var bytes = line.Of(input);
        var first = bytes.IndexOf((byte)' ');
        var last = bytes.LastIndexOf((byte)' ');
        if (first <= 0)
            return HeadFault.BadRequestLine;
        var method = new Slice(line.Start, first);
        if (!FieldNames.IsToken(method.Of(input)))
            return HeadFault.BadMethod;
        if (method.Length > HeadLimits.MethodBytesMax)
            return HeadFault.MethodTooLong;
        if (first == last)
            return HeadFault.BadVersion;
        var target = new Slice(line.Start + first + 1, last - first - 1);
        if (target.IsEmpty || target.Of(input).ContainsAny((byte)' ', (byte)'\t'))
            return HeadFault.BadRequestLine;

        var fault = Version(bytes[(last + 1)..], out var version);
        if (fault != HeadFault.None)
            return fault;
        var kind = KindOf(method.Of(input));
        fault = RequestTarget.Parse(input, target, kind, out var parsed);
        head = new RequestHead
        {
            Kind = kind,
            Version = version,
            Method = method,
            Target = target,
            Path = parsed.Path,
            Query = parsed.Query,
            Authority = parsed.Authority,
            HasDotSegments = parsed.HasDotSegments,
            IsAbsoluteForm = parsed.IsAbsoluteForm,
            IsHttpsTarget = parsed.IsHttps,
            IsAsteriskForm = parsed.IsAsteriskForm,
        };
        return fault;
    }

    private static HeadFault Version(ReadOnlySpan<byte> text, out HttpVersion version)
    {
        version = HttpVersion.Http11;
        if (text.Length != 8 || !text.StartsWith("HTTP/"u8) || text[6] != (byte)'.' || !char.IsAsciiDigit((char)text[5]) || !char.IsAsciiDigit((char)text[7]))
            return HeadFault.BadVersion;
        if (text[5] != (byte)'1')
            return HeadFault.UnsupportedVersion;
        version = text[7] == (byte)'0' ? HttpVersion.Http10 : HttpVersion.Http11;
        return HeadFault.None;
    }

    private static HeadFault Host(ReadOnlySpan<byte> input, in FieldFacts facts, in RequestHead head) =>
        facts.Hosts > 1 ? HeadFault.RepeatedHost
        : facts.Hosts == 0 ? (head.Version == HttpVersion.Http10 ? HeadFault.None : HeadFault.MissingHost)
        : HostSyntax.IsValid(facts.Host.Of(input)) ? HeadFault.None
        : HeadFault.BadHost;

    /// <summary>Methods are case-sensitive (RFC 9110 §9.1).</summary>
    private static MethodKind KindOf(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 when method.SequenceEqual("GET"u8) => MethodKind.Get,
        3 when method.SequenceEqual("PUT"u8) => MethodKind.Put,
        4 when method.SequenceEqual("POST"u8) => MethodKind.Post,
        4 when method.SequenceEqual("HEAD"u8) => MethodKind.Head,
        5 when method.SequenceEqual("PATCH"u8) => MethodKind.Patch,
        5 when method.SequenceEqual("TRACE"u8) => MethodKind.Trace,
        6 when method.SequenceEqual("DELETE"u8) => MethodKind.Delete,
        7 when method.SequenceEqual("OPTIONS"u8) => MethodKind.Options,
        7 when method.SequenceEqual("CONNECT"u8) => MethodKind.Connect,
        _ => MethodKind.Other,
    };

    private static RequestHead Answer(ParseStatus status, HeadFault fault) => new() { Status = status, Fault = fault };
}
