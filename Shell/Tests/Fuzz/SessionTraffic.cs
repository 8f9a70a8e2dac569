using System.Text;
using Fairlead.Properties.Fuzz;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>What clients send on one connection: right requests, and the tricks by which requests have been smuggled past proxies.</summary>
internal static class SessionTraffic
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Post = "POST /p HTTP/1.1\r\nHost: a.test\r\n";

    private static readonly string[] Right =
    [
        "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /a/../b?c=d HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n",
        "HEAD /h HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /old HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n",
        "GET http://b.test/abs?x HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "DELETE /d HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
        Post + "Content-Length: 5\r\n\r\nhello",
        Post + "Content-Length: " + "42" + "\r\n\r\n" + Smuggled + "xx",
        Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n3;a=\"b\"\r\nabc\r\n28\r\n" + Smuggled + "\r\n00\r\nX-Sum: 1\r\n\r\n",
        Post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "\r\nPUT /u HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: Chunked\r\nTE: trailers\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
    ];

    /// <summary>CL.TE, TE.CL, TE.TE, CL.0, 0.CL, folded and split lines, sizes that overflow, and words that mean something to the next hop. A request waits behind each.</summary>
    private static readonly string[] Tricks =
    [
        Post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        Post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n28\r\n" + Smuggled + "\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        Post + " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Post + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Post + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Post + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding\0: chunked\r\n\r\n0\r\n\r\n",
        Post + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
        Post + "Foo: bar\r\n\rTransfer-Encoding: chunked\r\n\r\n",
        Post + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        Post + "Content-Length: 0, 40\r\n\r\n",
        Post + "Content-Length: +40\r\n\r\n",
        Post + "Content-Length: 0x28\r\n\r\n",
        Post + "Content-Length: 4 0\r\n\r\n",
        Post + "Content-Length: 18446744073709551656\r\n\r\n",
        Post + "Content-Length\t: 40\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 40\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 40\r\nConnection: content-length\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: host, x-fuzz-id, transfer-encoding\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nX-Fuzz-Id: 1\r\nX-Fuzz-Id: 2\r\nConnection: X-Fuzz-Id\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\nx\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n100000000\r\nx\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n5;\nxxx\r\nhello\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n5;a=\"\r\nhello\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 40\r\nHost: evil\r\n\r\n",
        Post + "Transfer-Encoding: chunked\r\n\r\n0\n\n",
        "GET http://a.test/ HTTP/1.1\r\nX: HTTP/1.1\r\nHost: b.test\r\nHost: a.test\r\n\r\n",
        "GET http://a.test\r\nX:/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /\r\nHost: a.test\r\n\r\n",
        "GET / HTTP/1.1 HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET /\r\n",
        "GET / HTTP/0.9\r\nHost: a.test\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        Post + "Expect: 100-continue\r\nContent-Length: 40\r\n\r\n",
        Post + "Expect: 100-continue, y\r\nContent-Length: 0\r\n\r\n",
        "CONNECT a.test:80 HTTP/1.1\r\nHost: b.test\r\n\r\n",
        "CONNECT b.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        "CONNECT a.test:81 HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\nContent-Length: 40\r\n\r\n",
        "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "CONNECT http://a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 40\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nX: \u010d\u010a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\n\r\nX: y\r\n\r\n",
    ];

    /// <summary>Session number <paramref name="index"/> of a run.</summary>
    public static byte[] Session(ulong seed, long index)
    {
        var dice = new Dice(Fairlead.Primitives.Entropy.Mix(seed ^ Fairlead.Primitives.Entropy.Mix((ulong)index)));
        var stream = Stream(dice);
        return dice.OneIn(4) ? stream : Mutator.Mutate(stream, Stream(dice), dice);
    }

    private static byte[] Stream(Dice dice)
    {
        var text = new StringBuilder();
        for (var count = dice.Below(4); count > 0; count--)
            text.Append(dice.Pick<string>(Right));
        if (dice.OneIn(2))
            text.Append(dice.Pick<string>(Tricks));
        return Encoding.Latin1.GetBytes(text.Append(dice.OneIn(2) ? Smuggled : dice.Pick<string>(Right)).ToString());
    }
}
