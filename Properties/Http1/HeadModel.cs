using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Http1;

namespace Fairlead.Properties.Http1;

/// <summary>RFC 9112 §2–§6 over strings, the long way: a head is lines, a line is a regular expression. Knows no limits. Null is "need more", empty is "invalid".</summary>
internal static class HeadModel
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private const string Host = @"(?:[0-9A-Za-z\-._~!$&'()*+;=]+|\[(?<ip>[0-9A-Fa-f:.]+)\])";
    private const string Port = ":(?<port>[0-9]{1,5})";
    private const string PerhapsPort = "(?::(?<port>[0-9]{0,5}))?";
    private const string Path = """(?<path>(?:/(?:[!$&-;=@-Z\[\]-~]|%(?!00)[0-9A-Fa-f]{2})*)""";
    private const string Query = """(?<query>(?:\?[!$-;=?-~]*)?)""";

    private static readonly Regex RequestLine = new(
        $@"\A(?:(?!CONNECT )(?<method>{Token}) (?<target>{Path}){Query}|(?i:http(?<tls>s?))://(?<authority>{Host}{PerhapsPort}){Path}?){Query})|(?<method>OPTIONS) (?<target>\*)|(?<method>CONNECT) (?<target>(?<authority>{Host}{Port}))) HTTP/1\.(?<minor>[0-9])\r\z");

    private static readonly Regex StatusLine = new(@"\AHTTP/1\.(?<minor>[0-9]) (?<status>[1-5][0-9]{2})(?: (?<reason>[\t\x20-\x7e\x80-\xff]*))?\r\z");
    private static readonly Regex Field = new($@"\A(?<name>{Token}):[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\z");
    private static readonly Regex HostValue = new($@"\A{Host}{PerhapsPort}\z");

    public static string? Request(string text)
    {
        if (Regex.IsMatch(text, @"\A\r?\z|\A\r\n\z"))
            return null;
        var start = Regex.Match(text, @"\A(?:\r\n)?(?=[\x20-\x7e])");
        return start.Success ? Head(text, start.Length, RequestLine, BodyKind.None, hostNeeded: true) : "";
    }

    public static string? Response(string text, MethodKind method)
    {
        const string Beginning = "HTTP/1.";
        var read = text.StartsWith(Beginning, System.StringComparison.Ordinal) || Beginning.StartsWith(text, System.StringComparison.Ordinal)
            ? Head(text, 0, StatusLine, BodyKind.UntilClose, hostNeeded: false) : "";
        return read is null || !(method == MethodKind.Head || Regex.IsMatch(read, @"\A(?:1..|204|304)\n")) ? read : Regex.Replace(read, @"\n(?:Length|Chunked|UntilClose) \d+", "\nNone 0");
    }

    private static string? Head(string text, int start, Regex first, BodyKind otherwise, bool hostNeeded)
    {
        var lines = text[start..].Split('\n')[..^1].ToList();
        var end = lines.FindIndex(static line => line == "\r");
        var top = lines.Take(1).Select(line => first.Match(line)).ToList();
        var fields = lines.Take(end < 0 ? lines.Count : end).Skip(1).Select(line => Field.Match(line)).ToList();
        if (end == 0 || !top.Concat(fields).All(static match => match.Success && IsAddress(match)))
            return "";
        if (end < 0)
            return Regex.IsMatch(text, @"\r[^\n]") ? "" : null;      // such a line never ends

        string[] Values(string name) => [.. fields.Where(field => string.Equals(field.Groups["name"].Value, name, System.StringComparison.OrdinalIgnoreCase)).Select(static field => field.Groups["value"].Value)];
        var (hosts, codings, lengths, is10) = (Values("host"), Values("transfer-encoding"), Values("content-length"), top[0].Groups["minor"].Value == "0");
        var hostsAreRight = !hostNeeded || (hosts.Length == 1 ? HostValue.Match(hosts[0]) is { Success: true } host && IsAddress(host) : hosts.Length == 0 && is10);
        var framing = (codings, lengths) switch
        {
            ([], []) => $"{otherwise} 0",
            ([], [var length]) when Regex.IsMatch(length, @"\A(?:0|[1-9][0-9]{0,18})\z") && long.TryParse(length, out _) => $"Length {length}",
            ([var coding], []) when !is10 && Regex.IsMatch(coding, @"\A(?i:chunked)\z", RegexOptions.CultureInvariant) => "Chunked 0",
            _ => "",
        };
        string Of(string group) => top[0].Groups[group].Value;
        var authority = Of("authority").Length > 0 ? Of("authority") : hosts.FirstOrDefault() ?? "";
        var summary = hostNeeded ? $"{Of("method")} {Of("target")} {authority} {Of("path")} {Of("query")} {Of("tls")}" : $"{Of("status")}\n{Of("reason")}";
        return framing.Length == 0 || !hostsAreRight ? "" : $"{summary}\n{is10}\n{framing}\n{start + lines.Take(end + 1).Sum(static line => line.Length + 1)}\n"
            + string.Join('\n', fields.Select(static field => $"{field.Groups["name"].Value}={field.Groups["value"].Value}"));
    }

    private static bool IsAddress(Match match) =>
        (match.Groups["ip"].Value is "" || (match.Groups["ip"].Value.Contains(':', System.StringComparison.Ordinal) && IPAddress.TryParse(match.Groups["ip"].Value, out _)))
        && (match.Groups["port"].Value is "" || int.Parse(match.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture) <= 65_535);
}
