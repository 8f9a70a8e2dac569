using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Shell.Tests.Review;

/// <summary>A session between its hooks, its client and its backend, when one of them does not behave.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_refused_request_is_not_logged_as_an_earlier_one()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await HookedProxy.StartAsync(new Hooks(origin));
        await using (var client = await proxy.ConnectAsync())
            await client.GetAsync("/secret?token=1");

        await using (var other = await proxy.ConnectAsync())
            Assert.Equal(400, (await other.AskAsync("GET / HTTP/1.1\r\n\r\n")).Status);

        await Eventually.True(() => proxy.Hooks.Logged.Count == 2, "two lines");
        Assert.Equal(["GET a.test /secret?token=1", "  "], proxy.Hooks.Logged);
    }

    /// <summary>A proxy made of hooks, as a program of one's own has it.</summary>
    private class Hooks(TestOrigin origin) : ProxyHttp<Unit>
    {
        private readonly HttpPeer _peer = new(new BackendAddress.Ip(IPAddress.Loopback, origin.Port));

        public ConcurrentQueue<string> Logged { get; } = new();

        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Option<HttpPeer>.Some(_peer));

        public override void Logging(Session session, Unit context) =>
            Logged.Enqueue($"{session.Request.Method} {session.Request.Authority} {session.Request.Path}{session.Request.Query}");
    }

    private sealed class HookedProxy : IAsyncDisposable
    {
        private readonly Server _server = new() { HandlesSignals = false };
        private readonly ConcurrentQueue<string> _bugs = new();
        private readonly HttpProxyService _service;
        private readonly Task<int> _running;

        private HookedProxy(Hooks hooks)
        {
            Hooks = hooks;
            _service = HttpProxyService.Create(hooks).AddTcp("127.0.0.1:0");
            _server.UnexpectedError = bug => _bugs.Enqueue(bug.ToString());
            _running = _server.AddService(_service).RunAsync();
        }

        public Hooks Hooks { get; }

        public static async Task<HookedProxy> StartAsync(Hooks hooks)
        {
            var proxy = new HookedProxy(hooks);
            await (await Task.WhenAny(proxy._server.Started, proxy._running).Within(what: "the proxy to start"));
            return proxy;
        }

        public Task<TestClient> ConnectAsync() => TestClient.ConnectAsync(((IPEndPoint)_service.BoundTo[0]).Port);

        public async ValueTask DisposeAsync()
        {
            _server.Stop();
            _server.Stop();
            await _running.Within(what: "the proxy to stop");
            Assert.Empty(_bugs);
        }
    }
}
