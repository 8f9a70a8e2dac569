using System;
using System.Linq;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class UpgradesTests
{
    private static readonly byte[][] WebSocket = ["websocket"u8.ToArray()];

    [Theory]
    [InlineData("websocket", true)]
    [InlineData("WebSocket", true)]
    [InlineData("tcp", true)]
    [InlineData("a/1.0", true)]
    [InlineData("h2c", false)]
    [InlineData("H2C", false)]
    [InlineData("h2", false)]
    [InlineData("HTTP/2.0", false)]
    [InlineData("http", false)]
    [InlineData("TLS/1.3", false)]
    [InlineData("", false)]
    [InlineData("/", false)]
    [InlineData("a/", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a b", false)]
    [InlineData("a,b", false)]
    public void Other_versions_of_HTTP_and_TLS_cannot_be_allowed(string protocol, bool can) => Assert.Equal(can, Upgrades.CanBeAllowed(Encoding.Latin1.GetBytes(protocol)));

    [Theory]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: Upgrade|Upgrade: websocket", "websocket")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: keep-alive, uPGRADE|Upgrade: a, b", "a, b")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Content-Length: 0", "websocket")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Content-Length: 1", "")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Transfer-Encoding: chunked", "")]
    [InlineData("GET / HTTP/1.0|Host: a|Connection: upgrade|Upgrade: websocket", "")]
    [InlineData("POST / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket", "")]
    [InlineData("GET / HTTP/1.1|Host: a|Upgrade: websocket", "")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade", "")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Upgrade: websocket", "")]
    public void Only_a_bodiless_GET_of_1_1_with_one_nominated_line_offers_anything(string head, string offered)
    {
        var bytes = Encoding.Latin1.GetBytes(head.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");
        var fields = new HeaderField[16];
        var request = RequestHeadParser.Parse(bytes, 0, HeadLimits.Request, fields);

        Assert.Equal(ParseStatus.Done, request.Status);
        Assert.Equal(offered, Encoding.Latin1.GetString(Upgrades.Offered(request, fields.AsSpan(0, request.FieldCount)).Of(bytes)));
    }

    [Theory]
    [InlineData("websocket", "websocket", "websocket")]
    [InlineData("WEBSOCKET", "websocket", "WEBSOCKET")]
    [InlineData("h2c, websocket", "websocket", "websocket")]
    [InlineData(" ,a,, websocket ,b", "b websocket", "websocket, b")]
    [InlineData("websocket/2", "websocket", "")]
    [InlineData("websocke", "websocket", "")]
    [InlineData("websocket;x", "websocket", "")]
    [InlineData("websocket", "", "")]
    [InlineData("h2c", "h2c", "")]
    public void What_is_offered_and_allowed_is_asked_for(string offered, string allowed, string asked) => Assert.Equal(asked, Asked(offered, allowed));

    [Fact]
    public void A_list_too_long_to_be_meant_asks_for_nothing() =>
        Assert.Equal("", Asked(string.Join(',', Enumerable.Repeat("websocket", 100)), "websocket"));

    [Theory]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: websocket", "websocket", "websocket")]
    [InlineData("HTTP/1.1 101|Connection: x, Upgrade|Upgrade: WebSocket", "websocket", "WebSocket")]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: b, a", "a, b", "b, a")]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: websocket, b", "websocket", null)]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: websocket", "", null)]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: tcp", "websocket", null)]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade:", "websocket", null)]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade|Upgrade: websocket|Upgrade: websocket", "websocket", null)]
    [InlineData("HTTP/1.1 101 X|Upgrade: websocket", "websocket", null)]
    [InlineData("HTTP/1.1 101 X|Connection: upgrade", "websocket", null)]
    [InlineData("HTTP/1.0 101 X|Connection: upgrade|Upgrade: websocket", "websocket", null)]
    [InlineData("HTTP/1.1 200 X|Connection: upgrade|Upgrade: websocket", "websocket", null)]
    public void Only_a_101_that_names_what_was_asked_for_answers_it(string head, string asked, string? chosen)
    {
        var bytes = Encoding.Latin1.GetBytes(head.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");
        var fields = new HeaderField[16];
        var response = ResponseHeadParser.Parse(bytes, 0, HeadLimits.Response, MethodKind.Get, fields);

        var isAnswered = Upgrades.IsAnswered(response, bytes, fields.AsSpan(0, response.FieldCount), Encoding.Latin1.GetBytes(asked), out var at);

        Assert.Equal(ParseStatus.Done, response.Status);
        Assert.Equal(chosen is not null, isAnswered);
        Assert.Equal(chosen ?? "", Encoding.Latin1.GetString(at.Of(bytes)));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var offered = "h2c, websocket"u8.ToArray();
        Span<byte> asked = stackalloc byte[Upgrades.AskedBytesMax];
        var length = Upgrades.WriteAsked(asked, offered, WebSocket);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            length = Upgrades.WriteAsked(asked, offered, WebSocket);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(9, length);
    }

    private static string Asked(string offered, string allowed)
    {
        var asked = new byte[Upgrades.AskedBytesMax];
        byte[][] protocols = [.. allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.Latin1.GetBytes)];
        return Encoding.Latin1.GetString(asked, 0, Upgrades.WriteAsked(asked, Encoding.Latin1.GetBytes(offered), protocols));
    }
}
