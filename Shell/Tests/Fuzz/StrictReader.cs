using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>What stands at a place of a stream.</summary>
internal enum Found
{
    /// <summary>The beginning of a message, or nothing.</summary>
    Part = 0,

    /// <summary>A head, and a part of its body.</summary>
    Head,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>No message can go on so; the head is right if there is one.</summary>
    Wrong,
}

/// <summary>A message read from a stream.</summary>
internal sealed record StrictMessage(string First, IReadOnlyList<(string Name, string Value)> Fields, string Body, int End)
{
    public string Method => First.Split(' ')[0];

    public string Target => First.Split(' ')[1];

    public int Status => int.Parse(First.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    public string[] All(string name) => [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static field => field.Value)];
}

/// <summary>
/// A second opinion on HTTP/1.1, written from RFC 9112 without a line of the proxy's: regular expressions over Latin-1 text. What it calls wrong, some backend would understand
/// in another way than another.
/// </summary>
internal static class StrictReader
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";

    private static readonly Regex RequestLine = new($@"\A{Token} [!-~\x80-\xff]+ HTTP/1\.[0-9]\z");
    private static readonly Regex StatusLine = new(@"\AHTTP/1\.[0-9] [1-5][0-9]{2}(?: [\t\x20-\x7e\x80-\xff]*)?\z");
    private static readonly Regex Field = new($@"\A(?<name>{Token}):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*)\z");
    private static readonly Regex Size = new(@"\A(?<size>[0-9A-Fa-f]{1,16})(?:;[\t\x20-\x7e\x80-\xff]*)?\z");

    public static (Found Found, StrictMessage? Message) Request(string text, int at) => Message(text, at, RequestLine, static (_, _) => false);

    /// <summary>A response; without framing its body reaches to the end of the stream.</summary>
    public static (Found Found, StrictMessage? Message) Response(string text, int at, bool toHead) =>
        Message(text, at, StatusLine, (first, hasFraming) => !hasFraming && !toHead && !HasNoBody(first), toHead);

    private static bool HasNoBody(string first) => first[9] == '1' || first.AsSpan(9, 3) is "204" or "304";

    private static (Found Found, StrictMessage? Message) Message(string text, int at, Regex first, Func<string, bool, bool> reachesToEnd, bool toHead = false)
    {
        var lines = new List<string>();
        while (true)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0)
                return (Found.Part, null);
            if (end == at || text[end - 1] != '\r')
                return (Found.Wrong, null);
            var line = text[at..(end - 1)];
            at = end + 1;
            if (line.Length > 0)
                lines.Add(line);
            else if (lines.Count > 0)
                break;
            else if (first != RequestLine || text.AsSpan(at).StartsWith("\r\n"))
                return (Found.Wrong, null);                          // one empty line may stand before a request
        }

        var fields = lines.Skip(1).Select(static line => Field.Match(line)).ToList();
        if (!first.IsMatch(lines[0]) || !fields.All(static field => field.Success))
            return (Found.Wrong, null);
        var head = new StrictMessage(lines[0], [.. fields.Select(static field => (field.Groups["name"].Value, field.Groups["value"].Value.Trim(' ', '\t')))], "", at);
        if (toHead || (first == StatusLine && HasNoBody(lines[0])))
            return (Found.Message, head);
        return (head.All("Transfer-Encoding"), head.All("Content-Length")) switch
        {
            ([], []) when reachesToEnd(lines[0], false) => (Found.Message, head with { Body = text[at..], End = text.Length }),
            ([], []) => (Found.Message, head),
            ([], [var length]) when long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) =>
                text.Length - at < count ? (Found.Head, head) : (Found.Message, head with { Body = text.Substring(at, (int)count), End = at + (int)count }),
            ([var coding], []) when coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) => Chunked(text, head),
            _ => (Found.Wrong, null),
        };
    }

    private static (Found Found, StrictMessage? Message) Chunked(string text, StrictMessage head)
    {
        var (body, at) = (new StringBuilder(), head.End);
        while (true)
        {
            if (Line(text, ref at) is not { } line)
                return (Found.Head, head);
            if (Size.Match(line) is not { Success: true } size)
                return (Found.Wrong, head);
            var count = ulong.Parse(size.Groups["size"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (count == 0)
                break;
            if ((ulong)(text.Length - at) < count || text.Length - at - (int)count < 2)
                return (Found.Head, head);
            body.Append(text, at, (int)count);
            at += (int)count;
            if (text[at] != '\r' || text[at + 1] != '\n')
                return (Found.Wrong, head);
            at += 2;
        }

        while (Line(text, ref at) is { } line)
        {
            if (line.Length == 0)
                return (Found.Message, head with { Body = body.ToString(), End = at });
            if (!Field.IsMatch(line))
                return (Found.Wrong, head);
        }

        return (Found.Head, head);
    }

    /// <summary>Null before its end is here. A line that ends in a bare LF matches nothing.</summary>
    private static string? Line(string text, ref int at)
    {
        var end = text.IndexOf('\n', at);
        if (end < 0)
            return null;
        var line = end > at && text[end - 1] == '\r' ? text[at..(end - 1)] : text[at..(end + 1)];
        at = end + 1;
        return line;
    }
}
