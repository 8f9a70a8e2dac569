using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Proxy;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A server with hooks of a test's own, in the test's process, on a port of its own.</summary>
internal sealed class HookedProxy<TContext> : IAsyncDisposable
{
    private readonly Server _server = new() { HandlesSignals = false };
    private readonly ConcurrentQueue<string> _bugs = new();
    private readonly HttpProxyService _service;
    private readonly Task<int> _running;

    private HookedProxy(ProxyHttp<TContext> hooks)
    {
        _service = HttpProxyService.Create(hooks).AddTcp("127.0.0.1:0");
        _server.UnexpectedError = bug => _bugs.Enqueue(bug.ToString());
        _running = _server.AddService(_service).RunAsync();
    }

    public static async Task<HookedProxy<TContext>> StartAsync(ProxyHttp<TContext> hooks)
    {
        var proxy = new HookedProxy<TContext>(hooks);
        await (await Task.WhenAny(proxy._server.Started, proxy._running).Within(what: "the proxy to start"));
        return proxy;
    }

    public Task<TestClient> ConnectAsync() => TestClient.ConnectAsync(((IPEndPoint)_service.BoundTo[0]).Port);

    /// <summary>Stops at once, whatever is under way; nothing unexpected may have happened.</summary>
    public async ValueTask DisposeAsync()
    {
        _server.Stop();
        _server.Stop();
        await _running.Within(what: "the proxy to stop");
        Assert.Empty(_bugs);
    }
}
