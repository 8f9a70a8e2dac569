using System;
using Fairlead.Http;

namespace Fairlead.Http1;

/// <summary>The field lines after the last chunk (RFC 9112 §7.1.2, RFC 9110 §6.5.1): which of them may be passed on to a client.</summary>
public static class TrailerSection
{
    /// <summary>
    /// Reads a raw trailer section (field lines, no blank line) into <paramref name="fields"/> and says how many are kept. Left out: what frames, routes, authenticates or
    /// describes the content, cookies, and lines that are malformed.
    /// </summary>
    public static int ParseForResponse(ReadOnlySpan<byte> section, Span<HeaderField> fields) => ParseForResponse(section, fields, default);

    /// <summary>The same, and what the head nominated in Connection is left out too: <paramref name="nominated"/> is a comma list of names.</summary>
    public static int ParseForResponse(ReadOnlySpan<byte> section, Span<HeaderField> fields, ReadOnlySpan<byte> nominated)
    {
        var lines = new LineReader(section, 0);
        var kept = 0;
        while (kept < fields.Length && lines.Next(long.MaxValue, HeadFault.HeadTooLarge, out _) == ParseStatus.Done)
        {
            if (!lines.Line.IsEmpty && FieldLine.Parse(section, lines.Line, out var field) == HeadFault.None
                && IsAllowed(field.Known, field.Name.Of(section)) && !ListMembers.Has(nominated, field.Name.Of(section)))
                fields[kept++] = field;
        }

        return kept;
    }

    /// <summary>Every field known here frames, routes or authenticates, except Date.</summary>
    private static bool IsAllowed(FieldName known, ReadOnlySpan<byte> name) =>
        known is FieldName.Other or FieldName.Date
        && !StartsWith(name, "content-"u8)
        && !StartsWith(name, ForwardedFields.Prefix)
        && !FieldNames.EqualsIgnoreCase(name, "set-cookie"u8)
        && !FieldNames.EqualsIgnoreCase(name, "www-authenticate"u8)
        && !FieldNames.EqualsIgnoreCase(name, "cache-control"u8)
        && !FieldNames.EqualsIgnoreCase(name, "location"u8);

    private static bool StartsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length >= prefix.Length && FieldNames.EqualsIgnoreCase(name[..prefix.Length], prefix);
}
