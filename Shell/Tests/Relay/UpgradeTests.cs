using System;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;
using static Fairlead.Shell.Tests.Relay.Upgrading;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>A connection becomes a tunnel when, and only when, a backend grants what was asked of it (RFC 9110 §7.8, RFC 6455).</summary>
public sealed class UpgradeTests
{
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
}
