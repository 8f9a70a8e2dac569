using System.Globalization;
using Fairlead.Proxy;
using Spectre.Console;

namespace Fairlead.Console.Demo;

/// <summary>The demo's line for one request: client, method, path, status, backend, time, and which backends were tried in vain.</summary>
internal static class RequestLine
{
    public static void Write(IAnsiConsole console, Session session)
    {
        var color = session.Status switch { >= 200 and < 400 => "green", >= 400 and < 500 => "yellow", _ => "red" };
        var attempts = session.Attempts;
        var backend = attempts.Count == 0 ? "-" : attempts.Last.Peer.ToString()!;
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"{session.ClientAddress}:{session.PeerPort} {Markup.Escape(session.Request.Method)} {Markup.Escape(session.Request.Path + session.Request.Query)} [{color}]{session.Status}[/] {Markup.Escape(backend)} {session.Elapsed.TotalMilliseconds:0.0} ms{Markup.Escape(TriedBefore(attempts))}"));
    }

    private static string TriedBefore(AttemptList attempts)
    {
        if (attempts.Count < 2)
            return "";
        var tried = new string[attempts.Count - 1];
        for (var i = 0; i < tried.Length; i++)
            tried[i] = attempts[i].Peer.ToString()!;
        return $" (tried {string.Join(", ", tried)} before)";
    }
}
