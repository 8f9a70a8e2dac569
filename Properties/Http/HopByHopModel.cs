using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Http1;

namespace Fairlead.Properties.Http;

/// <summary>RFC 9110 §7.6.1 over strings, the long way.</summary>
internal static class HopByHopModel
{
    private static readonly string[] OfThisHop =
    [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "content-length", "upgrade",
        "http2-settings", "expect",
    ];

    private static readonly string[] Protected = ["host", "content-length", "transfer-encoding", "forwarded", "x-real-ip", "via", "authorization", "cookie"];

    public static HeadFault FaultOf(IEnumerable<string> lines)
    {
        var nominations = Nominations(lines).ToList();
        for (var i = 0; i < nominations.Count; i++)
        {
            if (i == 9)
                return HeadFault.TooManyNominations;
            if (!nominations[i].All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
                return HeadFault.BadNomination;
            if (IsProtected(nominations[i]))
                return HeadFault.ForbiddenNomination;
        }

        return HeadFault.None;
    }

    public static IEnumerable<string> Request(IReadOnlyList<string> lines) => Without(lines, [.. Nominations(lines)]);

    public static IEnumerable<string> Response(IReadOnlyList<string> lines) => Without(lines, [.. Nominations(lines).Where(static name => !IsProtected(name)).Take(9)]);

    public static string NameOf(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant();

    public static string ValueOf(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ', '\t');

    private static bool IsProtected(string name) => Protected.Contains(name) || name.StartsWith("x-forwarded-", StringComparison.Ordinal);

    private static IEnumerable<string> Nominations(IEnumerable<string> lines) => lines
        .Where(static line => NameOf(line) == "connection")
        .SelectMany(static line => ValueOf(line).Split(','))
        .Select(static member => member.Trim(' ', '\t').ToLowerInvariant())
        .Where(static member => member.Length > 0);

    private static IEnumerable<string> Without(IEnumerable<string> lines, string[] nominated) => lines
        .Where(line => !OfThisHop.Contains(NameOf(line)) && !nominated.Contains(NameOf(line)))
        .Select(static line => line[..line.IndexOf(':', StringComparison.Ordinal)] + ": " + ValueOf(line));
}
