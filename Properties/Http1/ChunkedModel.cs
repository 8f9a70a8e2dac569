using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Fairlead.Http1;

namespace Fairlead.Properties.Http1;

/// <summary>RFC 9112 §7.1 over strings, the long way. Knows no limits.</summary>
internal static class ChunkedModel
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private static readonly Regex SizeLine = new($$"""\A(?<size>[0-9A-Fa-f]{1,16})(?:;{{Token}}(?:=(?:{{Token}}|"(?:[\t\x20!\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*\r\z""");
    private static readonly Regex Field = new($@"\A(?<name>{Token}):[\t\x20-\x7e\x80-\xff]*\r\z");
    private static readonly string[] Forbidden = ["content-length", "transfer-encoding", "host"];

    /// <summary>The body, its trailer section, how it ended, and what is left over (after an end only).</summary>
    public static (string Body, string Trailers, BodyEvent End, string Left) Read(string text, string body = "")
    {
        if (LineOf(text) is not { } line)
            return (body, "", BodyEvent.NeedMore, "");
        var size = SizeLine.Match(line) is { Success: true } match ? ulong.Parse(match.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : ulong.MaxValue;
        if (size > long.MaxValue)
            return (body, "", BodyEvent.Invalid, "");
        var rest = text[(line.Length + 1)..];
        if (size == 0)
            return Trailers(rest, "", body);

        var data = (ulong)rest.Length <= size ? rest : rest[..(int)size];
        var after = rest[data.Length..];
        return !after.StartsWith("\r\n", StringComparison.Ordinal) ? (body + data, "", after is "" or "\r" ? BodyEvent.NeedMore : BodyEvent.Invalid, "") : Read(after[2..], body + data);
    }

    private static (string Body, string Trailers, BodyEvent End, string Left) Trailers(string text, string before, string body) => LineOf(text) switch
    {
        null => (body, "", BodyEvent.NeedMore, ""),
        "\r" => (body, before, BodyEvent.End, text[2..]),
        var line when Field.Match(line) is { Success: true } match && !Forbidden.Contains(match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase) =>
            Trailers(text[(line.Length + 1)..], before + line + "\n", body),
        _ => (body, "", BodyEvent.Invalid, ""),
    };

    /// <summary>Up to its LF, or with the byte after a CR that is none: no rule allows such a line.</summary>
    private static string? LineOf(string text) => Regex.Match(text, @"\A[^\r\n]*(?:\r?\n|\r[^\n])") is { Success: true } line ? line.Value.TrimEnd('\n') : null;
}
