using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Yaml;
using Fairlead.Control;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>The configured proxy inside the test process, from YAML: one listener, one upstream that tests describe, one route.</summary>
internal sealed class YamlProxy : IAsyncDisposable
{
    private static int _proxies;

    private readonly string _name = $"app{Interlocked.Increment(ref _proxies)}";
    private readonly ConfiguredServer _server;
    private readonly Task<int> _running;
    private readonly ConcurrentQueue<Ended> _ended = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<ControlEffect.ReportVerdict> _verdicts = new();
    private readonly ConcurrentQueue<string> _bugs = new();
    private readonly QueueMeter _waiting;

    private YamlProxy(string upstream)
    {
        _server = new ConfiguredServer(SettingsOf(upstream), new ConfiguredServerOptions
        {
            ExchangeEnded = (session, upstream) =>
            {
                Span<byte> line = new byte[8 * 1024];
                _lines.Enqueue(Encoding.UTF8.GetString(line[..AccessLogLine.WriteJson(line, AccessLogRecord.Of(session, upstream))]));
                _ended.Enqueue(new Ended(session.Status, session.Outcome, session.Attempts.ToString()!));
            },
            VerdictChanged = _verdicts.Enqueue,
        });
        _server.Server.HandlesSignals = false;
        _server.Server.UnexpectedError = bug => _bugs.Enqueue(bug.ToString());
        _waiting = new QueueMeter(_name);
        _running = _server.RunAsync();
    }

    public IReadOnlyList<Ended> Exchanges => [.. _ended];

    /// <summary>Why each exchange got its backend, as the access log has it; empty when it got none.</summary>
    public IReadOnlyList<string> Selections =>
        [.. _lines.Select(static line => JsonDocument.Parse(line).RootElement.TryGetProperty("selection", out var word) ? word.GetString()! : "")];

    public IReadOnlyList<ControlEffect.ReportVerdict> Verdicts => [.. _verdicts];

    /// <summary>Requests that wait for a place, as the metric has it.</summary>
    public int Waiting => _waiting.Length;

    /// <summary>A proxy whose upstream has those keys (of a YAML flow mapping).</summary>
    public static async Task<YamlProxy> StartAsync(string upstream)
    {
        var proxy = new YamlProxy(upstream);
        await (await Task.WhenAny(proxy._server.Started, proxy._running).Within(what: "the proxy to start"));
        return proxy;
    }

    public void Reload(string upstream) => _server.Reload(SettingsOf(upstream));

    public Task<TestClient> ConnectAsync() => TestClient.ConnectAsync(((IPEndPoint)_server.BoundTo[0]).Port);

    /// <summary>One request on a connection of its own.</summary>
    public async Task<TestResponse> GetAsync(string path = "/", string fields = "")
    {
        await using var client = await ConnectAsync();
        return await client.GetAsync(path, fields: fields);
    }

    /// <summary>The bodies of so many requests, one after the other on one connection.</summary>
    public async Task<IReadOnlyList<string>> BodiesAsync(int count, string fields = "")
    {
        await using var client = await ConnectAsync();
        var bodies = new List<string>();
        for (var i = 0; i < count; i++)
            bodies.Add((await client.GetAsync(fields: fields)).Text);
        return bodies;
    }

    public Task UntilWaitingAsync(int count) => Eventually.True(() => Waiting == count, $"{count} requests to wait, not {Waiting}");

    /// <summary>Waits for that verdict of a backend, the newest of it.</summary>
    public Task UntilVerdictAsync(TestOrigin origin, Func<Health.Verdict, bool> wanted, string what) =>
        Eventually.True(() => Verdicts.LastOrDefault(change => change.Backend.Address.ToString() == origin.Address) is { } last && wanted(last.After), what);

    /// <summary>Stops it at once, whatever is under way; nothing unexpected may have happened.</summary>
    public async ValueTask DisposeAsync()
    {
        _server.Server.Stop();
        _server.Server.Stop();
        await _running.Within(what: "the proxy to stop");
        _waiting.Dispose();
        Assert.Empty(_bugs);
        Assert.Equal(0, Waiting);
    }

    private ProxySettings SettingsOf(string upstream)
    {
        var (root, faults) = YamlTree.Read($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { {{_name}}: { {{upstream}} } }
            routes: [ { to: {{_name}} } ]
            """);
        Assert.Empty(faults);
        return root.Map(SettingsReader.Read).IfNone(() => throw new InvalidOperationException("no document"))
            .Match(Succ: static settings => settings, Fail: static wrong => throw new InvalidOperationException(string.Join("; ", wrong)));
    }
}

/// <summary>An origin that answers with its name at once, but holds what is asked for at <c>/slow</c> until it is let go.</summary>
internal sealed class Gated : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(0);
    private int _present;

    public Gated(string name)
    {
        Origin = TestOrigin.Start(async exchange =>
        {
            var present = Interlocked.Increment(ref _present);
            PresentMost = Math.Max(PresentMost, present);
            if (exchange.Request.Target.StartsWith("/slow", StringComparison.Ordinal))
                await _gate.WaitAsync(Deadlines.Patience);
            Interlocked.Decrement(ref _present);
            await Answers.Ok(name)(exchange);
        });
    }

    public TestOrigin Origin { get; }

    public string Address => Origin.Address;

    /// <summary>Requests here that are not answered yet.</summary>
    public int Present => Volatile.Read(ref _present);

    /// <summary>The most there ever were at once.</summary>
    public int PresentMost { get; private set; }

    public int Count => Origin.Requests.Count;

    /// <summary>Answers that many of those that wait.</summary>
    public void Release(int count = 1) => _gate.Release(count);

    public Task UntilPresentAsync(int count) => Eventually.True(() => Present == count, $"{count} requests at an origin, not {Present}");

    public async ValueTask DisposeAsync()
    {
        _gate.Release(100);
        await Origin.DisposeAsync();
        _gate.Dispose();
    }
}
