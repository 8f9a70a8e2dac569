using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>Every kind of frame goes through the tunnel as it is, however it is cut (RFC 6455 §5): what Autobahn asks of two ends, asked of what lies between them.</summary>
public sealed class WebSocketTunnelTests : IAsyncLifetime
{
    private const string Ask = "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private TestOrigin _origin = null!;
    private TestProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _origin = TestOrigin.Start(EchoAsync);
        _proxy = await TestProxy.StartAsync(_origin);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _origin.DisposeAsync();
    }

    /// <summary>Lengths at which the head of a frame changes its form, and around the sizes of buffers.</summary>
    [Theory]
    [InlineData(0x81, 0)]
    [InlineData(0x81, 1)]
    [InlineData(0x82, 125)]
    [InlineData(0x82, 126)]
    [InlineData(0x82, 127)]
    [InlineData(0x82, 65_535)]
    [InlineData(0x82, 65_536)]
    [InlineData(0x82, 1_000_000)]
    [InlineData(0x89, 125)]
    [InlineData(0x8A, 0)]
    [InlineData(0xF3, 3)]
    public async Task A_frame_of_any_kind_and_length_comes_back_the_same(byte first, int length)
    {
        await using var client = await _proxy.ConnectAsync();
        await UpgradeAsync(client, Ask);
        var sent = new WebSocketFrame(first, [.. Enumerable.Range(0, length).Select(static i => (byte)(i * 31))]);

        var sending = client.SendAsync(sent.FromClient(0x37FA213D));

        Assert.True(sent.IsSame(await WebSocketFrame.ReadAsync(client.ExactlyAsync)));
        await sending;
    }

    [Fact]
    public async Task A_message_in_fragments_with_a_ping_between_them_keeps_its_frames()
    {
        await using var client = await _proxy.ConnectAsync();
        await UpgradeAsync(client, Ask);
        WebSocketFrame[] frames = [new(0x01, "Hel"u8.ToArray()), new(0x89, "ping"u8.ToArray()), new(0x00, []), new(0x80, "lo"u8.ToArray())];

        await client.SendAsync(frames.SelectMany(static frame => frame.FromClient(0xDEADBEEF)).ToArray());

        foreach (var frame in frames)
            Assert.True(frame.IsSame(await WebSocketFrame.ReadAsync(client.ExactlyAsync)));
    }

    [Fact]
    public async Task A_frame_in_the_same_piece_as_the_request_is_the_first_of_the_tunnel()
    {
        await using var client = await _proxy.ConnectAsync();
        var early = new WebSocketFrame(0x81, "early"u8.ToArray());

        await UpgradeAsync(client, Ask + Encoding.Latin1.GetString(early.FromClient(0)));

        Assert.True(early.IsSame(await WebSocketFrame.ReadAsync(client.ExactlyAsync)));
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_the_same_frame()
    {
        await using var client = await _proxy.ConnectAsync();
        await UpgradeAsync(client, Ask);
        var sent = new WebSocketFrame(0x82, Enumerable.Range(0, 200).Select(static i => (byte)i).ToArray());

        foreach (var one in sent.FromClient(0x01020304))
            await client.SendAsync(new[] { one });

        Assert.True(sent.IsSame(await WebSocketFrame.ReadAsync(client.ExactlyAsync)));
    }

    /// <summary>RFC 6455 §7.1.1: the server closes first, and its client sees the end behind the last frame.</summary>
    [Fact]
    public async Task A_close_is_answered_and_then_the_connection_ends()
    {
        await using var client = await _proxy.ConnectAsync();
        await UpgradeAsync(client, Ask);
        var close = new WebSocketFrame(0x88, [0x03, 0xE8, .. "bye"u8]);

        await client.SendAsync(close.FromClient(0x11223344));

        Assert.True(close.IsSame(await WebSocketFrame.ReadAsync(client.ExactlyAsync)));
        Assert.True(await client.IsClosedByPeerAsync());
        await Eventually.True(() => _origin.OpenConnections == 0, "the backend's connection to end too");
    }

    /// <summary>A client that leaves without a close: the backend must not wait for its next frame.</summary>
    [Fact]
    public async Task A_client_that_is_gone_is_gone_for_the_backend_too()
    {
        await using (var client = await _proxy.ConnectAsync())
        {
            await UpgradeAsync(client, Ask);
            await client.SendAsync(new WebSocketFrame(0x81, "half"u8.ToArray()).FromClient(0).AsMemory(0, 5));
        }

        await Eventually.True(() => _origin.OpenConnections == 0, "the backend's connection to end");
    }

    private static async Task UpgradeAsync(TestClient client, string request)
    {
        await client.SendAsync(request);
        var head = await client.HeadAsync();
        Assert.Equal("HTTP/1.1 101 Switching Protocols", head.FirstLine);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head["Sec-WebSocket-Accept"]);   // the known answer of RFC 6455 §1.3
    }

    private static async Task EchoAsync(OriginExchange exchange)
    {
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(exchange.Request["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        await exchange.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        try
        {
            WebSocketFrame frame;
            do
            {
                frame = await WebSocketFrame.ReadAsync(exchange.ReadAsync);
                await exchange.SendAsync(frame.FromServer());
            }
            while ((frame.First & 0x0F) != 0x08);
        }
        catch (EndOfStreamException)
        {
            // The client left without a close.
        }

        exchange.Close();
    }
}
