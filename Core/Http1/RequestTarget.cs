using System;
using System.Buffers;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>
/// The target of a request (RFC 9112 §3.2) in its four forms. Nothing is repaired: a byte that must be encoded is refused, since the backend may repair it in another way.
/// </summary>
internal readonly record struct RequestTarget
{
    /// <summary>Bytes that stand in no target; brackets, braces, caret, bar and backtick pass because browsers send them.</summary>
    private static readonly SearchValues<byte> NotInTargets = SearchValues.Create(NotInTarget());

    public Slice Path { get; init; }

    public Slice Query { get; init; }

    public Slice Authority { get; init; }

    public bool HasDotSegments { get; init; }

    public bool IsAbsoluteForm { get; init; }

    public bool IsHttps { get; init; }

    public bool IsAsteriskForm { get; init; }

    public static HeadFault Parse(ReadOnlySpan<byte> input, Slice target, MethodKind method, out RequestTarget parsed)
    {
        parsed = default;
        var bytes = target.Of(input);
        if (bytes.ContainsAny(NotInTargets))
            return HeadFault.BadTarget;
        if (method == MethodKind.Connect)
        {
            parsed = new RequestTarget { Authority = target };
            return bytes.Contains((byte)'@') ? HeadFault.UserInfo : HostSyntax.IsValid(bytes, needsPort: true) ? HeadFault.None : HeadFault.TargetFormMismatch;
        }

        if (bytes[0] == (byte)'/')
            return PathAndQuery(input, target, default, out parsed);
        if (bytes is [(byte)'*'])
        {
            parsed = new RequestTarget { IsAsteriskForm = true };
            return method == MethodKind.Options ? HeadFault.None : HeadFault.TargetFormMismatch;
        }

        return Absolute(input, target, out parsed);
    }

    private static HeadFault Absolute(ReadOnlySpan<byte> input, Slice target, out RequestTarget parsed)
    {
        parsed = default;
        var bytes = target.Of(input);
        var schemeEnd = bytes.IndexOf("://"u8);
        if (schemeEnd <= 0)
            return bytes.Contains((byte)':') ? HeadFault.TargetFormMismatch : HeadFault.BadTarget;
        var isHttps = FieldNames.EqualsIgnoreCase(bytes[..schemeEnd], "https"u8);
        if (!isHttps && !FieldNames.EqualsIgnoreCase(bytes[..schemeEnd], "http"u8))
            return HeadFault.UnknownScheme;

        var start = schemeEnd + 3;
        var length = bytes[start..].IndexOfAny((byte)'/', (byte)'?');
        var authority = new Slice(target.Start + start, length < 0 ? bytes.Length - start : length);
        if (authority.Of(input).Contains((byte)'@'))
            return HeadFault.UserInfo;
        if (!HostSyntax.IsValid(authority.Of(input)))
            return HeadFault.BadHost;
        var absolute = new RequestTarget { Authority = authority, IsAbsoluteForm = true, IsHttps = isHttps };
        return PathAndQuery(input, new Slice(authority.End, target.End - authority.End), absolute, out parsed);
    }

    private static HeadFault PathAndQuery(ReadOnlySpan<byte> input, Slice rest, RequestTarget form, out RequestTarget parsed)
    {
        var mark = rest.Of(input).IndexOf((byte)'?');
        var path = mark < 0 ? rest : new Slice(rest.Start, mark);
        var bytes = path.Of(input);
        parsed = form with
        {
            Path = path,
            Query = mark < 0 ? new Slice(rest.End, 0) : new Slice(path.End, rest.Length - mark),
            HasDotSegments = PathNormalizer.HasDotSegments(bytes),
        };
        return bytes.Contains((byte)'\\') ? HeadFault.BadTarget : HasBadPercent(bytes) ? HeadFault.BadPercentEncoding : HeadFault.None;
    }

    private static bool HasBadPercent(ReadOnlySpan<byte> path)
    {
        for (var percent = path.IndexOf((byte)'%'); percent >= 0; percent = path.IndexOf((byte)'%'))
        {
            if (path.Length < percent + 3 || !char.IsAsciiHexDigit((char)path[percent + 1]) || !char.IsAsciiHexDigit((char)path[percent + 2]))
                return true;
            if (path[percent + 1] == (byte)'0' && path[percent + 2] == (byte)'0')
                return true;
            path = path[(percent + 3)..];
        }

        return false;
    }

    private static byte[] NotInTarget()
    {
        Span<byte> all = stackalloc byte[256];
        var count = 0;
        for (var b = 0; b < 256; b++)
        {
            if (b is <= ' ' or >= 0x7F or '#' or '"' or '<' or '>')
                all[count++] = (byte)b;
        }

        return all[..count].ToArray();
    }
}
