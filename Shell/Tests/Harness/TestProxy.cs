using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>How one exchange ended, as the proxy saw it.</summary>
internal sealed record Ended(int Status, Outcome Outcome, string Attempts);

/// <summary>The configured proxy inside the test process: one plain listener, one upstream, one route. For tests of what happens on the wire.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly ConfiguredServer _server;
    private readonly Task<int> _running;
    private readonly ConcurrentQueue<Ended> _ended = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _bugs = new();
    private ProxySettings _settings;

    private TestProxy(ProxySettings settings)
    {
        _settings = settings;
        _server = new ConfiguredServer(settings, new ConfiguredServerOptions
        {
            ExchangeEnded = (session, upstream) =>
            {
                _lines.Enqueue(LineOf(session, upstream));
                _ended.Enqueue(new Ended(session.Status, session.Outcome, session.Attempts.ToString()!));
            },
        });
        _server.Server.HandlesSignals = false;
        _server.Server.UnexpectedError = bug => _bugs.Enqueue(bug.ToString());
        _running = _server.RunAsync();
    }

    public int Port => ((IPEndPoint)_server.BoundTo[0]).Port;

    public IReadOnlyList<Ended> Exchanges => [.. _ended];

    /// <summary>What the access log would say of them.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>A proxy in front of these backends, with settings changed as wanted.</summary>
    public static Task<TestProxy> StartAsync(params TestOrigin[] backends) => StartAsync(static settings => settings, backends);

    public static Task<TestProxy> StartAsync(Func<ProxySettings, ProxySettings> change, params TestOrigin[] backends) =>
        StartAsync(change, backends.Select(static origin => origin.Port));

    public static async Task<TestProxy> StartAsync(Func<ProxySettings, ProxySettings> change, IEnumerable<int> ports)
    {
        var proxy = new TestProxy(change(Settings(ports)));
        var first = await Task.WhenAny(proxy._server.Started, proxy._running).Within(what: "the proxy to start");
        await first;
        return proxy;
    }

    public static ProxySettings Settings(IEnumerable<int> ports) => ProxySettings.Empty with
    {
        Listeners = Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Loopback, 0), None)),
        Upstreams = Seq1(UpstreamSettings.Of("origin", toSeq(ports.Select(static port => new BackendSettings(new BackendAddress.Ip(IPAddress.Loopback, port), Weight.One))).Strict())),
        Routes = Seq1(new RouteSettings(default, PathPattern.Any, "origin", HeaderEdits.None, HeaderEdits.None)),
    };

    /// <summary>Serves by other settings from now on.</summary>
    public void Reload(ProxySettings settings) => _server.Reload(_settings = settings);

    /// <summary>The same, with what is wanted otherwise.</summary>
    public void Reload(Func<ProxySettings, ProxySettings> change) => Reload(change(_settings));

    /// <summary>Stops gracefully; the exit code, once nothing is under way any more or the drain limit is over.</summary>
    public Task<int> DrainAsync()
    {
        _server.Server.Stop();
        return _running;
    }

    public Task<TestClient> ConnectAsync() => TestClient.ConnectAsync(Port);

    /// <summary>One request on a connection of its own.</summary>
    public async Task<TestResponse> AskAsync(string request)
    {
        await using var client = await ConnectAsync();
        return await client.AskAsync(request);
    }

    /// <summary>The exchanges, once there are that many.</summary>
    public async Task<IReadOnlyList<Ended>> EndedAsync(int count)
    {
        await Eventually.True(() => _ended.Count >= count, $"{count} exchanges to end");
        return Exchanges;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Server.Stop();
        _server.Server.Stop();
        await _running.Within(what: "the proxy to stop");
        Assert.Empty(_bugs);
    }

    private static string LineOf(Session session, string upstream)
    {
        Span<byte> line = stackalloc byte[8 * 1024];
        return Encoding.ASCII.GetString(line[..AccessLogLine.WriteText(line, AccessLogRecord.Of(session, upstream))]);
    }
}

/// <summary>Changes of settings that tests want.</summary>
internal static class SettingsChanges
{
    public static ProxySettings WithUpstream(this ProxySettings settings, Func<UpstreamSettings, UpstreamSettings> change) =>
        settings with { Upstreams = settings.Upstreams.Map(change).Strict() };

    public static ProxySettings WithHalfClosedServed(this ProxySettings settings) =>
        settings with { Listeners = settings.Listeners.Map(static listener => listener with { ServesHalfClosed = true }).Strict() };

    public static ProxySettings WithRetryOff(this ProxySettings settings) => settings.WithUpstream(static upstream => upstream with { Retry = RetrySettings.Off });
}
