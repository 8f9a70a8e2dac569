using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>What two readers could understand differently is refused, the connection closed, and nothing of it reaches a backend (RFC 9112 §11.2).</summary>
public sealed class SmugglingTests : IAsyncLifetime
{
    private TestOrigin _origin = null!;
    private TestProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _origin = TestOrigin.Start();
        _proxy = await TestProxy.StartAsync(_origin);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello")]
    [InlineData("Content-Length: 5, 5\r\n\r\nhello")]
    [InlineData("Content-Length: +5\r\n\r\nhello")]
    [InlineData("Content-Length: 05\r\n\r\nhello")]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Content-Length: 5 5\r\n\r\nhello")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length:\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("Content-Length : 5\r\n\r\nhello")]
    [InlineData(" Content-Length: 5\r\n\r\nhello")]
    [InlineData("X: a\r\n Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\r\n\r\n0\r\n\r\n")]
    [InlineData("X: a\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("X: a\rContent-Length: 5\r\n\r\nhello")]
    [InlineData("X: a\0b\r\n\r\n")]
    [InlineData("X\r\n\r\n")]
    [InlineData(": x\r\n\r\n")]
    [InlineData("X y: z\r\n\r\n")]
    [InlineData("Connection: host\r\n\r\n")]
    [InlineData("Connection: x-forwarded-for\r\n\r\n")]
    [InlineData("Connection: content-length\r\nContent-Length: 0\r\n\r\n")]
    public Task Ambiguous_heads_are_refused(string rest) => RefusedAsync("POST / HTTP/1.1\r\nHost: a.test\r\n" + rest, 400);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test/x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET\t/ HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET / http/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET / HTTP/1.10\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a.test\n\n")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET /../x HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET /%2e%2E/x HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("GET http://user@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    [InlineData("POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public Task Malformed_requests_are_refused(string request) => RefusedAsync(request, 400);

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)]
    [InlineData("GET / HTTP/3.0\r\nHost: a.test\r\n\r\n", 505)]
    [InlineData("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n", 405)]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n", 405)]
    [InlineData("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\nExpect: miracles\r\n\r\n", 417)]
    public Task What_is_not_served_is_refused(string request, int status) => RefusedAsync(request, status);

    [Theory]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("0\r\nHost: b.test\r\n\r\n")]
    [InlineData("0\r\n bad: folding\r\n\r\n")]
    public async Task A_malformed_chunk_is_refused_and_no_whole_request_reaches_a_backend(string body)
    {
        await using var client = await _proxy.ConnectAsync();

        var response = await client.AskAsync("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body + Smuggled);

        Assert.Equal((400, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Empty(_origin.Requests);
    }

    /// <summary>A body behind the answer to HEAD is the next answer for a client that sent more.</summary>
    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nGET", 400)]
    [InlineData("Expect: miracles\r\n\r\n", 417)]
    public async Task A_refused_HEAD_is_answered_without_a_body(string rest, int status)
    {
        await using var client = await _proxy.ConnectAsync();

        var response = await client.AskAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n" + rest + "\r\n");

        Assert.Equal(status, response.Status);
        Assert.Equal("", await client.ToEndAsync());
    }

    [Fact]
    public async Task Nothing_after_a_refused_request_is_executed()
    {
        await using var client = await _proxy.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n" + Smuggled);

        Assert.Equal(400, (await client.ResponseAsync()).Status);
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Empty(_origin.Requests);
    }

    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private async Task RefusedAsync(string request, int status)
    {
        await using var client = await _proxy.ConnectAsync();

        await client.SendAsync(request);
        client.ShutdownSend();
        var response = await client.ResponseAsync();

        Assert.Equal((status, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Empty(_origin.Requests);
        Assert.Equal(0, _origin.Connections);
    }
}
