using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>A connection becomes a tunnel when, and only when, a backend grants what was asked of it (RFC 9110 §7.8, RFC 6455).</summary>
public sealed class UpgradeTests
{
    private const string WebSocketFields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    private const string Granted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static readonly string Ask = "GET /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "\r\n";

    [Fact]
    public async Task Bytes_go_both_ways_once_the_backend_has_granted_the_upgrade()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var head = await UpgradeAsync(client);
        await client.SendAsync("ping");

        Assert.Equal("ping", Text(await client.ExactlyAsync(4)));
        Assert.Equal("HTTP/1.1 101 Switching Protocols", head.FirstLine);
        Assert.Equal(("websocket", "Upgrade", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), (head["Upgrade"], head["Connection"], head["Sec-WebSocket-Accept"]));
        var asked = origin.Requests[0];
        Assert.Equal(("websocket", "Upgrade", "dGhlIHNhbXBsZSBub25jZQ=="), (asked["Upgrade"], asked["Connection"], asked["Sec-WebSocket-Key"]));
    }

    [Fact]
    public async Task A_tunnel_ends_in_the_log_with_the_bytes_of_both_ways_and_who_ended_it()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using (var client = await proxy.ConnectAsync())
        {
            await UpgradeAsync(client);
            await client.SendAsync("hello");
            await client.ExactlyAsync(5);
        }

        Assert.Equal(new Ended(101, Outcome.TunnelClosedByClient, $"{origin.Address}:101"), (await proxy.EndedAsync(1))[0]);
        Assert.Matches(@"^\S+ 127\.0\.0\.1 GET a\.test /chat 101 origin \S+:101 [0-9.]+ms 5 5 CT\n$", proxy.Lines[0]);
    }

    [Fact]
    public async Task Bytes_after_the_request_wait_until_the_upgrade_is_granted()
    {
        var isWaiting = new TaskCompletionSource<long>();
        var mayGrant = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 103 Early Hints\r\n\r\n");
            await mayGrant.Task.Within();
            isWaiting.SetResult(exchange.BytesArrived - exchange.Request.Head.Text.Length);
            await exchange.SendAsync(Granted);
            await EchoAsync(exchange);
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Ask + "early");
        Assert.Equal("HTTP/1.1 103 Early Hints", (await client.HeadAsync()).FirstLine);   // by now the request is at the backend, and all of it would be
        mayGrant.SetResult();

        Assert.Equal(0, await isWaiting.Task.Within());
        Assert.Equal("HTTP/1.1 101 Switching Protocols", (await client.HeadAsync()).FirstLine);
        Assert.Equal("early", Text(await client.ExactlyAsync(5)));
    }

    [Fact]
    public async Task Bytes_that_came_with_the_101_are_passed_on()
    {
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted + "first");
            exchange.Close();
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);

        Assert.Equal("first", await client.ToEndAsync());
    }

    [Fact]
    public async Task A_refused_upgrade_is_an_ordinary_response_and_what_follows_the_next_request()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("plain"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Ask + "GET /next HTTP/1.1\r\nHost: b.test\r\n\r\nnot HTTP\r\n\r\n");

        Assert.Equal("plain", (await client.ResponseAsync()).Text);
        Assert.Equal("plain", (await client.ResponseAsync()).Text);
        Assert.Equal(400, (await client.ResponseAsync()).Status);
        Assert.Equal(["/chat", "/next"], origin.Requests.Select(static request => request.Target));
        Assert.Null(origin.Requests[1]["Upgrade"]);
        Assert.Equal(2, origin.Connections);                         // a backend that was asked to change the protocol gets no other request
        Assert.Equal([Outcome.None, Outcome.None, Outcome.BadRequest], (await proxy.EndedAsync(3)).Select(static ended => ended.Outcome));
    }

    [Theory]
    [InlineData("", "Connection: Upgrade\r\nUpgrade: websocket\r\n")]                    // nobody asked
    [InlineData("Upgrade: websocket\r\n", "Connection: Upgrade\r\nUpgrade: websocket\r\n")]   // asked for without nominating it
    [InlineData("Connection: Upgrade\r\n", "Connection: Upgrade\r\nUpgrade: websocket\r\n")]  // nominated without asking
    [InlineData(WebSocketFields, "Connection: Upgrade\r\nUpgrade: tcp\r\n")]
    [InlineData(WebSocketFields, "Connection: Upgrade\r\nUpgrade: websocket, tcp\r\n")]
    [InlineData(WebSocketFields, "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n")]
    [InlineData(WebSocketFields, "Upgrade: websocket\r\n")]
    [InlineData(WebSocketFields, "Connection: Upgrade\r\n")]
    [InlineData(WebSocketFields, "Connection: Upgrade\r\nUpgrade: ,\r\n")]
    public async Task A_101_that_was_not_asked_for_is_no_answer(string asked, string granted)
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 101 Switching Protocols\r\n" + granted + "\r\nsurplus"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.GetAsync(fields: asked)).Status);
        Assert.Equal(Outcome.BadResponse, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Theory]
    [InlineData("POST /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "Content-Length: 0\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.0\r\nHost: a.test\r\n" + WebSocketFields + "\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "Content-Length: 5\r\n\r\nhello")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a.test\r\n" + WebSocketFields + "Upgrade: websocket\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")]
    public async Task Any_other_upgrade_is_removed_and_the_request_handled_as_usual(string request)
    {
        await using var origin = TestOrigin.Start(Answers.Ok("plain"));
        await using var proxy = await TestProxy.StartAsync(origin);

        Assert.Equal("plain", (await proxy.AskAsync(request)).Text);
        Assert.All(["Upgrade", "Connection", "HTTP2-Settings"], name => Assert.Null(origin.Requests[0][name]));
    }

    [Fact]
    public async Task A_route_says_which_protocols_may_be_asked_for()
    {
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: {exchange.Request["Upgrade"]}\r\n\r\n");
            await EchoAsync(exchange);
        });
        await using var proxy = await TestProxy.StartAsync(static settings => WithUpgrades(settings, "tcp", "other/1"), origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: h2c, TCP, websocket, other, tcp/2\r\n\r\nping");

        Assert.Equal("TCP", (await client.HeadAsync())["Upgrade"]);
        Assert.Equal("ping", Text(await client.ExactlyAsync(4)));
        Assert.Equal("TCP", origin.Requests[0]["Upgrade"]);
    }

    [Fact]
    public async Task A_route_without_upgrades_asks_for_none()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("plain"));
        await using var proxy = await TestProxy.StartAsync(static settings => WithUpgrades(settings), origin);

        Assert.Equal("plain", (await proxy.AskAsync(Ask)).Text);
        Assert.Null(origin.Requests[0]["Upgrade"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_the_client_is_passed_on_and_the_backend_goes_on(bool isTls)
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost", "127.0.0.1");
        await using var origin = TestOrigin.Start(
            async exchange =>
            {
                await exchange.SendAsync(Granted);
                var all = await exchange.ToEndAsync();
                await exchange.SendAsync("got " + Text(all));
                exchange.Close();
            },
            isTls ? certificate : null);
        await using var proxy = await TestProxy.StartAsync(settings => isTls ? WithTls(settings, certificates, certificate) : settings, origin);
        await using var client = isTls ? await TestClient.ConnectTlsAsync(proxy.Port, "localhost", certificates) : await proxy.ConnectAsync();

        await UpgradeAsync(client);
        await client.SendAsync("all");
        await client.ShutdownSendAsync();

        Assert.Equal("got all", await client.ToEndAsync());
        Assert.Equal(Outcome.TunnelClosedByClient, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task The_end_of_the_backend_is_passed_on_and_the_client_goes_on()
    {
        var received = new TaskCompletionSource<string>();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted + "bye");
            exchange.ShutdownSend();
            received.SetResult(Text(await exchange.ToEndAsync()));
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        Assert.Equal("bye", await client.ToEndAsync());
        await client.SendAsync("still here");
        client.ShutdownSend();

        Assert.Equal("still here", await received.Task.Within());
        Assert.Equal(Outcome.TunnelClosedByBackend, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task The_head_of_a_101_is_edited_like_any_other()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings with { Routes = settings.Routes.Map(static route => route with { ResponseHeaders = new HeaderEdits(default, Seq1(("X-Edited", "yes")), default) }).Strict() }, origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal("yes", (await UpgradeAsync(client))["X-Edited"]);
    }

    [Fact]
    public async Task A_hook_cannot_make_another_response_of_a_101()
    {
        await using var origin = TestOrigin.Start(Echo);
        var hooks = new StatusSetter(origin.Port);
        await using var proxy = await HookedProxy<Unit>.StartAsync(hooks);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(500, (await client.AskAsync(Ask)).Status);
        Assert.IsType<InvalidOperationException>(hooks.Failure);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_hook_says_which_protocols_may_be_asked_for_but_never_HTTP()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("plain"));
        await using var proxy = await HookedProxy<Unit>.StartAsync(new TcpAllower(origin.Port));
        await using var client = await proxy.ConnectAsync();

        Assert.Equal("plain", (await client.GetAsync(fields: "Connection: upgrade\r\nUpgrade: websocket, tcp\r\n")).Text);
        Assert.Equal("tcp", origin.Requests[0]["Upgrade"]);
        Assert.Equal(500, (await client.GetAsync("/h2c")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_side_breaks_the_other(bool byClient)
    {
        var broken = new TaskCompletionSource<bool>();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted);
            await exchange.ReadAsync(1);
            if (!byClient)
                exchange.Reset();
            broken.SetResult(byClient && await BreaksAsync(() => exchange.ToEndAsync()));
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        await client.SendAsync("x");
        if (byClient)
            client.Reset();
        else
            Assert.True(await BreaksAsync(() => client.ToEndAsync()));

        Assert.Equal(byClient, await broken.Task.Within());
        Assert.Equal(byClient ? Outcome.TunnelBrokenByClient : Outcome.TunnelBrokenByBackend, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_tunnel_in_which_nothing_moves_is_cut_off()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(static settings => WithTimeouts(settings, static timeouts => timeouts with { TunnelIdle = TimeSpan.FromMilliseconds(150) }), origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);

        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Equal(Outcome.TunnelIdle, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_tunnel_ends_after_its_time_however_busy_it_is()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(
            static settings => WithTimeouts(settings, static timeouts => timeouts with { TunnelTotal = TimeSpan.FromMilliseconds(150), Total = TimeSpan.FromMilliseconds(50) }), origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        Assert.True(await BreaksAsync(async () =>
        {
            while (true)
            {
                await client.SendAsync("ping");
                await client.ExactlyAsync(4);
            }
        }));

        Assert.Equal(Outcome.TunnelTimeout, (await proxy.EndedAsync(1))[0].Outcome);   // the deadline of an exchange does not hold for a tunnel
    }

    [Fact]
    public async Task A_reader_that_stops_stops_the_other_side_and_gets_everything_in_the_end()
    {
        const int blockBytes = 256 * 1024;
        const int blocks = 400;
        var block = new byte[blockBytes];
        new Random(17).NextBytes(block);
        var sent = 0;
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted);
            for (; sent < blocks; sent++)
                await exchange.SendAsync(block);
            exchange.Close();
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        var (before, same) = (-1, 0);
        await Eventually.True(() =>
        {
            var now = Volatile.Read(ref sent);
            same = now == before && now > 0 ? same + 1 : 0;
            before = now;
            return same == 10;
        }, "the backend to be stopped");

        Assert.InRange(Volatile.Read(ref sent), 1, blocks / 2);      // the rest of it can only be in the kernel's buffers
        for (var i = 0; i < blocks; i++)
        {
            var received = await client.ExactlyAsync(blockBytes);
            Assert.True(received.AsSpan().SequenceEqual(block), $"block {i} is another one");
        }

        Assert.Equal("", await client.ToEndAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_real_web_socket_works_over_plain_and_TLS(bool isTls)
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost", "127.0.0.1");
        await using var origin = TestOrigin.Start(WebSocketEchoAsync, isTls ? certificate : null);
        await using var proxy = await TestProxy.StartAsync(settings => isTls ? WithTls(settings, certificates, certificate) : settings, origin);
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Certificate.GetCertHashString();

        await socket.ConnectAsync(new Uri($"{(isTls ? "wss" : "ws")}://127.0.0.1:{proxy.Port}/chat"), limit.Token);
        var message = new byte[1 << 20];
        new Random(17).NextBytes(message);
        var sending = socket.SendAsync(message, WebSocketMessageType.Binary, true, limit.Token);
        var received = await ReceiveMessageAsync(socket, limit.Token);
        await sending;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", limit.Token);

        Assert.Equal(message, received);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
        var ended = (await proxy.EndedAsync(1))[0];
        Assert.Equal(101, ended.Status);
        Assert.Contains(ended.Outcome, new[] { Outcome.TunnelClosedByBackend, Outcome.TunnelClosedByClient });
    }

    [Fact]
    public async Task A_tunnel_survives_a_reload_and_a_drain_waits_for_it()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await UpgradeAsync(client);

        var port = proxy.Port;
        proxy.Reload(WithUpgrades(TestProxy.Settings([origin.Port])));
        var stopping = proxy.DrainAsync();
        await Eventually.True(async () => !await AcceptsAsync(port), "the listener to close");
        await client.SendAsync("ping");
        Assert.Equal("ping", Text(await client.ExactlyAsync(4)));
        Assert.False(stopping.IsCompleted);
        client.ShutdownSend();

        Assert.Equal("", await client.ToEndAsync());
        Assert.Equal(0, await stopping.Within());
    }

    [Fact]
    public async Task A_tunnel_that_does_not_end_is_cut_off_at_the_drain_limit()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(static settings => settings with { DrainLimit = TimeSpan.FromMilliseconds(100) }, origin);
        await using var client = await proxy.ConnectAsync();
        await UpgradeAsync(client);

        Assert.Equal(4, await proxy.DrainAsync().Within());
        Assert.True(await client.IsClosedByPeerAsync());
    }

    private sealed class TcpAllower(int port) : ProxyHttp<Unit>
    {
        public override Unit NewContext() => Unit.Default;

        public override ValueTask<bool> RequestFilter(Session session, Unit context)
        {
            session.AllowUpgrades(session.Request.Path == "/h2c" ? "h2c" : "tcp");
            return new(false);
        }

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Some(new HttpPeer(new BackendAddress.Ip(System.Net.IPAddress.Loopback, port))));
    }

    private sealed class StatusSetter(int port) : ProxyHttp<Unit>
    {
        public Exception? Failure { get; private set; }

        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Some(new HttpPeer(new BackendAddress.Ip(System.Net.IPAddress.Loopback, port))));

        public override ValueTask ResponseFilter(Session session, ResponseHeader response, Unit context)
        {
            response.Status = 200;
            return default;
        }

        public override void HookFailed(Session session, Exception bug) => Failure = bug;
    }

    private static async Task<MessageHead> UpgradeAsync(TestClient client)
    {
        await client.SendAsync(Ask);
        return await client.HeadAsync();
    }

    private static async Task Echo(OriginExchange exchange)
    {
        await exchange.SendAsync(Granted);
        await EchoAsync(exchange);
    }

    private static async Task EchoAsync(OriginExchange exchange)
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

    private static async Task WebSocketEchoAsync(OriginExchange exchange)
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

    private static async Task<byte[]> ReceiveMessageAsync(WebSocket socket, CancellationToken stop)
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

    private static async Task<bool> BreaksAsync(Func<Task> use)
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

    private static async Task<bool> AcceptsAsync(int port)
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

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static ProxySettings WithUpgrades(ProxySettings settings, params string[] protocols) =>
        settings with { Routes = settings.Routes.Map(route => route with { Upgrades = toSeq(protocols).Strict() }).Strict() };

    private static ProxySettings WithTimeouts(ProxySettings settings, Func<UpstreamTimeouts, UpstreamTimeouts> change) =>
        settings.WithUpstream(upstream => upstream with { Timeouts = change(upstream.Timeouts) });

    private static ProxySettings WithTls(ProxySettings settings, TestCertificates certificates, IssuedCertificate certificate) => (settings with
    {
        Listeners = settings.Listeners.Map(listener => listener with { Tls = new ListenerTls(certificate.CertificateFile, certificate.KeyFile) }).Strict(),
    }).WithUpstream(upstream => upstream with { Tls = new UpstreamTls("localhost", true, default, certificates.AuthorityFile, None) });
}
