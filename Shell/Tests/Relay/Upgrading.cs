using System;
using System.IO;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Clients that ask for another protocol, and backends that grant it.</summary>
internal static class Upgrading
{
    public const string WebSocketFields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    public const string Granted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    public static readonly string Ask = "GET /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "\r\n";

    public static async Task<MessageHead> UpgradeAsync(TestClient client)
    {
        await client.SendAsync(Ask);
        return await client.HeadAsync();
    }

    public static async Task Echo(OriginExchange exchange)
    {
        await exchange.SendAsync(Granted);
        await EchoAsync(exchange);
    }

    public static async Task EchoAsync(OriginExchange exchange)
    {
        try
        {
            while (true)
                await exchange.SendAsync(await exchange.ReadAsync(1));
        }
        catch (EndOfStreamException)
        {
            exchange.Close();
        }
    }

    public static async Task WebSocketEchoAsync(OriginExchange exchange)
    {
        var key = exchange.Request["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
        await exchange.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        using var socket = WebSocket.CreateFromStream(exchange.Hijack(), new WebSocketCreationOptions { IsServer = true });
        await socket.SendAsync(await ReceiveMessageAsync(socket, limit.Token), WebSocketMessageType.Binary, true, limit.Token);
        await socket.ReceiveAsync(Memory<byte>.Empty, limit.Token);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, limit.Token);
    }

    public static async Task<byte[]> ReceiveMessageAsync(WebSocket socket, CancellationToken stop)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, stop);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return message.ToArray();
        }
    }

    public static async Task<bool> BreaksAsync(Func<Task> use)
    {
        try
        {
            await use().Within();
            return false;
        }
        catch (Exception e) when (e is (IOException or SocketException) and not EndOfStreamException)
        {
            return true;
        }
    }

    public static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            await using var client = await TestClient.ConnectAsync(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    public static ProxySettings WithUpgrades(ProxySettings settings, params string[] protocols) =>
        settings with { Routes = settings.Routes.Map(route => route with { Upgrades = toSeq(protocols).Strict() }).Strict() };

    public static ProxySettings WithTimeouts(ProxySettings settings, Func<UpstreamTimeouts, UpstreamTimeouts> change) =>
        settings.WithUpstream(upstream => upstream with { Timeouts = change(upstream.Timeouts) });

    public static ProxySettings WithTls(ProxySettings settings, TestCertificates certificates, IssuedCertificate certificate) => (settings with
    {
        Listeners = settings.Listeners.Map(listener => listener with { Tls = ListenerTls.Of(certificate.CertificateFile, certificate.KeyFile) }).Strict(),
    }).WithUpstream(upstream => upstream with { Tls = new UpstreamTls("localhost", true, default, certificates.AuthorityFile, None) });
}
