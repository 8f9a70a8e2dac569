using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A configured proxy with one listener that speaks no HTTP.</summary>
internal sealed class RawProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<EndedConnection> _ended = new();
    private readonly ConcurrentQueue<Exception> _bugs = new();
    private readonly ConfiguredServer _server;
    private readonly Task<int> _running;

    private ProxySettings _settings;

    private RawProxy(ProxySettings settings)
    {
        _settings = settings;
        _server = new ConfiguredServer(settings, new ConfiguredServerOptions { ConnectionEnded = _ended.Enqueue });
        _server.Server.HandlesSignals = false;
        _server.Server.UnexpectedError = _bugs.Enqueue;
        _running = _server.RunAsync();
    }

    public int Port => ((IPEndPoint)_server.BoundTo[0]).Port;

    public IReadOnlyList<EndedConnection> Ended => [.. _ended];

    public static Task<RawProxy> StartAsync(ListenerProtocol protocol, params (string Name, int[] Ports)[] upstreams) => StartAsync(protocol, static upstream => upstream, upstreams);

    public static Task<RawProxy> StartAsync(ListenerProtocol protocol, Func<UpstreamSettings, UpstreamSettings> change, params (string Name, int[] Ports)[] upstreams) =>
        StartAsync(protocol, change, static listener => listener, upstreams);

    public static async Task<RawProxy> StartAsync(
        ListenerProtocol protocol, Func<UpstreamSettings, UpstreamSettings> change, Func<ListenerSettings, ListenerSettings> changeListener, params (string Name, int[] Ports)[] upstreams)
    {
        var proxy = new RawProxy(ProxySettings.Empty with
        {
            Listeners = Seq1(changeListener(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Loopback, 0), None) { Protocol = protocol })),
            Upstreams = toSeq(upstreams.Select(upstream => change(UpstreamSettings.Of(
                upstream.Name, toSeq(upstream.Ports.Select(static port => new BackendSettings(new BackendAddress.Ip(IPAddress.Loopback, port), Weight.One))).Strict())))).Strict(),
        });
        await (await Task.WhenAny(proxy._server.Started, proxy._running).Within(what: "the proxy to start"));
        return proxy;
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return socket;
    }

    public async Task<IReadOnlyList<EndedConnection>> EndedAsync(int count)
    {
        await Eventually.True(() => _ended.Count >= count, $"{count} connections to end");
        return Ended;
    }

    /// <summary>Other settings for every upstream from now on.</summary>
    public void Reload(Func<UpstreamSettings, UpstreamSettings> change) => _server.Reload(_settings = _settings with { Upstreams = _settings.Upstreams.Map(change).Strict() });

    public Task<int> DrainAsync()
    {
        _server.Server.Stop();
        return _running;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Server.Stop();
        _server.Server.Stop();
        await _running.Within(what: "the proxy to stop");
        Assert.Empty(_bugs);
    }
}
