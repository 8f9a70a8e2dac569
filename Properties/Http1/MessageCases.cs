using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.Http1;

/// <summary>A request head that is right, with limits it keeps.</summary>
public sealed record ValidRequest(string Text);

/// <summary>A response head that is right, and the method it answers.</summary>
public sealed record ValidResponse(string Text, MethodKind Method);

/// <summary>Anything near a message: right ones with a few bytes changed, lines put together at random, noise. The limits are sometimes small.</summary>
public sealed record AnyMessage(string Text, HeadLimits Limits, int Split);

/// <summary>A chunked body that is right, what is in it, and where to cut it.</summary>
public sealed record ValidChunked(string Text, string Body, string Trailers, int[] Cuts);

/// <summary>Anything near a chunked body.</summary>
public sealed record AnyChunked(string Text, ChunkedLimits Limits, int[] Cuts);

/// <summary>An absolute path full of dots.</summary>
public sealed record DottedPath(string Text);

/// <summary>Generates messages, right and nearly right. Text is Latin-1: a character is a byte.</summary>
public static class MessageCases
{
    public static readonly ChunkedLimits Wide = ChunkedLimits.Default;
    private static readonly ChunkedLimits Narrow = new(12, 16, 30, 2);
    private static readonly HeadLimits Tight = new(30, 70, 3);

    private static readonly Gen<string> Methods = Gen.Elements("GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "get", "M-SEARCH", "x!#$%&'*+-.^_`|~");
    private static readonly Gen<string> Segments = Gen.Elements("", "a", "b.c", ".", "..", "%2e", "%2E.", "...", "%41", "~[]{}^|`", "..;");
    private static readonly Gen<string> Queries = Gen.Elements("", "", "?", "?a=b", "?%zz\\", "?a?b/../c", "?u@v");
    private static readonly Gen<string> Hosts = Gen.Elements("a", "A.example.", "a-b_c:8080", "127.0.0.1", "[::1]", "[2001:db8::A]:65535", "b:0", "b:");
    private static readonly Gen<string> Paths = Few(Segments, 1, 5).Select(static segments => "/" + string.Join('/', segments));

    private static readonly Gen<string> Targets = Gen.Frequency(
        (5, from path in Paths from query in Queries select path + query),
        (2, from scheme in Gen.Elements("http", "https", "HTTP")
            from host in Hosts
            from path in Gen.OneOf(Paths, Gen.Constant(""))
            from query in Queries
            select scheme + "://" + host + path + query));

    private static readonly Gen<string> RequestLines =
        from version in Gen.Elements("1.1", "1.1", "1.1", "1.7")
        from line in Gen.Frequency(
            (8, from method in Methods from target in Targets select method + " " + target),
            (1, Gen.Elements("OPTIONS *", "CONNECT a:443", "CONNECT [::1]:1")))
        select line + " HTTP/" + version;

    private static readonly Gen<string> StatusLines = Gen.Elements(
        "HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 204 ", "HTTP/1.1 304 Not Modified", "HTTP/1.1 100 Continue", "HTTP/1.9 599 \u00e9\t!", "HTTP/1.1 404  x ");

    private static readonly Gen<string> Framing = Gen.Elements(
        "", "", "Content-Length: 0", "Content-Length:\t12 ", "content-length: 9223372036854775807", "Transfer-Encoding: chunked", "TRANSFER-ENCODING:Chunked");

    private static readonly Gen<string> Fields = Gen.Frequency(
        (4, from name in Gen.Elements("A", "b", "X-Forwarded-For", "Cookie", "Via", "!~") from value in Gen.Elements("", " ", " c", "\t d e\u00ff\t", "a:b, \"c\"") select name + ":" + value),
        (2, Gen.Elements("Connection: close", "connection: Keep-Alive , upgrade", "Upgrade: websocket", "TE: trailers", "Expect: 100-continue", "Keep-Alive: 5", "Trailer: x")));

    /// <summary>Lines that are wrong, or right in another place.</summary>
    private static readonly Gen<string> OddLines = Gen.Elements(
        "", "a", ": b", "a : b", " a: b", "\ta", "Host:", "Host: a", "Host: a,b", "Host: a:65536", "Host: [::1", "Host: u@a", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked,",
        "Transfer-Encoding: identity", "Content-Length: 1,1", "Content-Length: 01", "Content-Length: +1", "Content-Length: 9223372036854775808", "GET / HTTP/1.0", "GET / HTTP/1.1",
        "GET  / HTTP/1.1", "GET * HTTP/1.1", "GET a HTTP/1.1", "GET a:1 HTTP/1.1", "GET ftp://a HTTP/1.1", "GET http://u@a HTTP/1.1", "GET / HTTP/2.0", "GET /", "CONNECT / HTTP/1.1",
        "GET /%00 HTTP/1.1", "GET /\\ HTTP/1.1", "HTTP/1.0 200 OK", "HTTP/1.1 600", "HTTP/1.1 2000", "a\rb: c", "a: \0");

    private static readonly Gen<string> Ends = Gen.Frequency((20, Gen.Constant("\r\n")), (1, Gen.Elements("\n", "\r", "\r\r\n", "")));
    private static readonly Gen<char> Bytes = Gen.Frequency((4, Gen.Elements("\r\n \t:;,=\"\\/%.0123fgx*@[]#\0\u007f\u00ff".ToCharArray())), (1, Gen.Choose(0, 255).Select(static b => (char)b)));
    private static readonly Gen<string> Noise = Few(Bytes, 0, 40).Select(static chars => new string(chars));

    private static readonly Gen<ValidRequest> Requests =
        from before in Gen.Elements("", "", "\r\n")
        from line in RequestLines
        from host in Hosts
        from framing in Framing
        from fields in Few(Fields, 0, 4)
        from at in Gen.Choose(0, fields.Length)
        select new ValidRequest(before + Message(line, [.. fields[..at], "hOsT:" + host, .. fields[at..], framing]));

    private static readonly Gen<ValidResponse> Responses =
        from line in StatusLines
        from framing in Framing
        from fields in Few(Fields, 0, 4)
        from method in Gen.Elements(MethodKind.Get, MethodKind.Head, MethodKind.Post)
        select new ValidResponse(Message(line, [.. fields, framing]), method);

    private static readonly Gen<string> Shuffled =
        from first in Gen.OneOf(RequestLines, StatusLines, OddLines)
        from lines in Few(Gen.Frequency((3, Fields), (1, Framing), (1, Hosts.Select(static host => "Host: " + host)), (2, OddLines)), 0, 4)
        from ends in Gen.ArrayOf(Ends, lines.Length + 2)
        select string.Concat(lines.Prepend(first).Append("").Zip(ends, static (line, end) => line + end));

    private static readonly Gen<string> Messages = Gen.Frequency(
        (4, Requests.Select(static given => given.Text).SelectMany(Mutated)),
        (3, Responses.Select(static given => given.Text).SelectMany(Mutated)),
        (4, Shuffled),
        (1, Noise));

    private static readonly Gen<string> Extensions = Gen.Elements("", "", "", ";a", ";a=b", ";a=\"b\\\"c;\u00e9\"", ";a;b=\"\"");

    private static readonly Gen<(string Text, string Body)> Chunks =
        from data in Gen.Frequency((3, Few(Bytes, 1, 6)), (1, Few(Bytes, 10, 20))).Select(static chars => new string(chars))
        from zeros in Gen.Elements("", "", "0", "000")
        from format in Gen.Elements("x", "X")
        from extension in Extensions
        select (zeros + data.Length.ToString(format, null) + extension + "\r\n" + data + "\r\n", data);

    private static readonly Gen<ValidChunked> Bodies =
        from chunks in Few(Chunks, 0, 4)
        from last in Gen.Elements("0", "000")
        from extension in Extensions
        from trailers in Few(Fields, 0, 3).Select(static lines => string.Concat(lines.Select(static line => line + "\r\n")))
        from cuts in Cuts
        select new ValidChunked(
            string.Concat(chunks.Select(static chunk => chunk.Text)) + last + extension + "\r\n" + trailers + "\r\n", string.Concat(chunks.Select(static chunk => chunk.Body)), trailers, cuts);

    private static readonly Gen<string> BrokenBodies = Gen.Frequency(
        (5, Bodies.Select(static given => given.Text).SelectMany(Mutated)),
        (2, from chunks in Few(Chunks, 0, 2)
            from odd in Gen.Elements("x", "0x1", "1 ", "-1", "8000000000000000", "00000000000000000", "1;", "1; a", "1;a=\"", "0\r\nHost: a", "0\r\na", "0\r\n b:c", "")
            from end in Ends
            from tail in Noise
            select string.Concat(chunks.Select(static chunk => chunk.Text)) + odd + end + tail),
        (1, Noise));

    private static Gen<int[]> Cuts => Few(Gen.Choose(1, 9), 1, 12);

    public static Arbitrary<ValidRequest> ValidRequest() => Arb.From(Requests);

    public static Arbitrary<ValidResponse> ValidResponse() => Arb.From(Responses);

    public static Arbitrary<ValidChunked> ValidChunked() => Arb.From(Bodies);

    public static Arbitrary<AnyMessage> AnyMessage() => Arb.From(
        from text in Messages
        from limits in Gen.Frequency((3, Gen.Constant(HeadLimits.Request)), (1, Gen.Constant(Tight)))
        from split in Gen.Choose(0, text.Length)
        select new AnyMessage(text, limits, split),
        static given => Shorter(given.Text).Select(text => given with { Text = text, Split = Math.Min(given.Split, text.Length) }));

    public static Arbitrary<AnyChunked> AnyChunked() => Arb.From(
        from text in BrokenBodies
        from limits in Gen.Elements(Wide, Narrow)
        from cuts in Cuts
        select new AnyChunked(text, limits, cuts),
        static given => Shorter(given.Text).Select(text => given with { Text = text }));

    public static Arbitrary<DottedPath> DottedPath() => Arb.From(
        Few(Segments, 0, 8).Select(static segments => new DottedPath("/" + string.Join('/', segments))),
        static given => Shorter(given.Text).Where(static text => text.StartsWith('/')).Select(static text => new DottedPath(text)));

    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    private static string Message(string line, string[] fields) => line + "\r\n" + string.Concat(fields.Where(static field => field.Length > 0).Select(static field => field + "\r\n")) + "\r\n";

    private static Gen<string> Mutated(string text) => Gen.Choose(0, 3).SelectMany(times => Enumerable.Range(0, times).Aggregate(Gen.Constant(text), static (so, _) => so.SelectMany(MutatedOnce)));

    private static Gen<string> MutatedOnce(string text) =>
        from at in Gen.Choose(0, text.Length)
        from to in Gen.Choose(at, Math.Min(text.Length, at + 4))
        from b in Bytes
        from how in Gen.Choose(0, 4)
        select how switch
        {
            0 => text[..at] + b + text[at..],
            1 => text[..at] + text[to..],
            2 => text[..at] + b + text[Math.Min(text.Length, at + 1)..],
            3 => text[..to] + text[at..],
            _ => text[..at],
        };

    private static System.Collections.Generic.IEnumerable<string> Shorter(string text) => Enumerable.Range(0, text.Length).Select(at => text.Remove(at, 1));

    private static Gen<T[]> Few<T>(Gen<T> elements, int min, int max) => Gen.Choose(min, max).SelectMany(count => Gen.ArrayOf(elements, count));
}
