using System.Globalization;
using System.Text;

namespace Fairlead.Properties.Fuzz;

/// <summary>Input as well-behaved programs write it, most of it valid; the mutator does the rest. Text is Latin-1: a character is a byte.</summary>
internal static class Traffic
{
    private static readonly string[] Methods = ["GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "M-SEARCH", "get"];
    private static readonly string[] Targets =
        ["/", "/a/b.c?d=e", "/%41%2fb", "/../x", "/./a/../b", "*", "http://a.test/", "HTTP://[::1]:80?x", "https://a.test", "a.test:443", "[::1]:1", "/a;b=c", "/a?/../b", "//a", "/~[]{}^|`"];
    private static readonly string[] Hosts = ["a.test", "A.test:8080", "127.0.0.1", "[2001:db8::a]:65535", "a-b_c.", "a:0"];
    private static readonly string[] RequestFields =
    [
        "Accept: */*", "X:", "X-Forwarded-For: 192.0.2.1, 10.0.0.1", "Forwarded: for=\"[2001:db8::1]:80\";proto=https, for=192.0.2.1", "Cookie: a=b; c=\"d\"", "Via: 1.1 fairlead", "Connection: close",
        "Connection: Keep-Alive, X", "Upgrade: websocket", "Connection: upgrade", "TE: trailers, deflate;q=0.5", "Expect: 100-continue", "Trailer: a", "Max-Forwards: 3", "!#$%&'*+-.^_`|~09: \u00e9\t!", "Keep-Alive: 5",
    ];
    private static readonly string[] Framings = ["", "", "Content-Length: 3", "content-length:0", "Content-Length: \t9223372036854775807 ", "Transfer-Encoding: chunked", "TRANSFER-ENCODING:\tChunked"];
    private static readonly string[] StatusLines =
        ["HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.0 200 OK", "HTTP/1.1 204 ", "HTTP/1.1 304 Not Modified", "HTTP/1.1 100 Continue", "HTTP/1.1 101 Switching", "HTTP/1.7 599 \u00e9\t!", "HTTP/1.1 404  x "];
    private static readonly string[] ResponseFields =
        ["Server: a", "Date: Tue, 24 Nov 2026 13:00:00 GMT", "Set-Cookie: a=b", "Connection: close", "Connection: keep-alive, Server", "Keep-Alive: timeout=5", "Upgrade: websocket", "Trailer: a", "Alt-Svc: h2=\":443\"", "X: \u00ff"];
    private static readonly string[] Extensions = ["", "", "", ";a", ";a=b", ";a=\"b\\\"c;\u00e9\"", ";a;b=\"\"", ";ab;cd=ef"];
    private static readonly string[] Trailers = ["A: b", "X-Sum:1", "Date: x", "Set-Cookie: a", "Content-MD5: x", "X-Forwarded-For: 10.0.0.1", "Cache-Control: no-store", "Authorization: x"];
    private static readonly string[] Addresses = ["192.0.2.1", "10.0.0.1", "10.0.0.1:80", "2001:db8::1", "[2001:db8::1]:443", "[fd00::1]", "::ffff:10.0.0.3", "unknown", "_hidden", "203.0.113.9"];

    public static string Request(Dice dice)
    {
        var text = new StringBuilder(dice.OneIn(8) ? "\r\n" : "");
        text.Append(dice.Pick<string>(Methods)).Append(' ').Append(dice.Pick<string>(Targets)).Append(" HTTP/1.").Append(dice.OneIn(6) ? '0' : '1').Append("\r\n");
        if (!dice.OneIn(16))
            text.Append("Host: ").Append(dice.Pick<string>(Hosts)).Append("\r\n");
        return Rest(text, RequestFields, dice);
    }

    public static string Response(Dice dice) => Rest(new StringBuilder(dice.Pick<string>(StatusLines)).Append("\r\n"), ResponseFields, dice);

    public static string Chunked(Dice dice)
    {
        var text = new StringBuilder();
        for (var count = dice.Below(4); count > 0; count--)
        {
            var length = 1 + dice.Below(dice.OneIn(4) ? 40 : 6);
            text.Append(dice.OneIn(4) ? "00" : "").Append(length.ToString(dice.OneIn(2) ? "x" : "X", CultureInfo.InvariantCulture)).Append(dice.Pick<string>(Extensions)).Append("\r\n");
            text.Append(dice.Pick<char>("a\r\n0"), length).Append("\r\n");
        }

        return text.Append(dice.OneIn(4) ? "000" : "0").Append(dice.Pick<string>(Extensions)).Append("\r\n").Append(TrailerSection(dice)).Append("\r\n").ToString();
    }

    public static string Extension(Dice dice) => string.Concat(dice.Pick<string>(Extensions), dice.Pick<string>(Extensions));

    public static string TrailerSection(Dice dice)
    {
        var text = new StringBuilder();
        for (var count = dice.Below(4); count > 0; count--)
            text.Append(dice.Pick<string>(Trailers)).Append("\r\n");
        return text.ToString();
    }

    public static string ForwardedFor(Dice dice)
    {
        var text = new StringBuilder(dice.Pick<string>(Addresses));
        for (var count = dice.Below(4); count > 0; count--)
            text.Append(dice.OneIn(2) ? ", " : ",").Append(dice.Pick<string>(Addresses));
        return text.ToString();
    }

    public static string Forwarded(Dice dice)
    {
        var text = new StringBuilder();
        for (var count = 1 + dice.Below(3); count > 0; count--)
            text.Append(dice.OneIn(2) ? "for=\"" : "proto=http;For=\"").Append(dice.Pick<string>(Addresses)).Append('"').Append(dice.Pick<string>(["", ";by=_x", ";host=\"a\\\"b\"", ";proto=https"])).Append(count > 1 ? ", " : "");
        return text.ToString();
    }

    public static string Settings(Dice dice)
    {
        var text = new StringBuilder("listeners/bind=127.0.0.1:6188\nupstreams/a/backends=10.0.0.1:80,weight=2\n");
        for (var count = dice.Below(4); count > 0; count--)
            text.Append(dice.Pick<string>(
            [
                "upstreams/a/policy=ketama\n", "upstreams/a/health/every=2s\n", "upstreams/a/timeouts/connect=1m30s\n", "upstreams/a/tiers/panic=50%\n", "limits/request-head=32KiB\n", "upstreams/a/retry/attempts=3\n",
                "trusted-proxies=10.0.0.0/8\n", "upstreams/a/health/http/expect=200-299\n", "routes/to=a\n", "upstreams/a/sticky/secret=${S:-0123456789abcdef}\n", "routes/path=/a/../b\n", "upstreams/a/pool/idle-max=8\n",
            ]));
        return text.ToString();
    }

    private static string Rest(StringBuilder text, string[] fields, Dice dice)
    {
        for (var count = dice.Below(5); count > 0; count--)
            text.Append(dice.Pick<string>(fields)).Append("\r\n");
        var framing = dice.Pick<string>(Framings);
        if (framing.Length > 0)
            text.Append(framing).Append("\r\n");
        for (var count = dice.Below(2); count > 0; count--)
            text.Append(dice.Pick<string>(fields)).Append("\r\n");
        return text.Append("\r\n").Append(dice.OneIn(3) ? "abcGET / HTTP/1.1\r\n" : "").ToString();
    }
}
