using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Api;

/// <summary>The phases of a request, in the order and with the meaning the Pingora tutorial gives them.</summary>
public sealed class HookOrderTests
{
    [Fact]
    public async Task A_served_request_goes_through_its_phases_in_order() =>
        Assert.Equal(
            (200, "NewContext RequestFilter UpstreamPeer UpstreamRequestFilter ResponseFilter Logging:None"),
            await PhasesAsync(static origin => [origin.Port]));

    [Fact]
    public async Task A_failed_connect_asks_whether_and_then_whom_to_try()
    {
        using var dead = new DeadPort();

        Assert.Equal(
            (200, "NewContext RequestFilter UpstreamPeer FailToConnect:ConnectRefused UpstreamPeer UpstreamRequestFilter ResponseFilter Logging:None"),
            await PhasesAsync(origin => [dead.Port, origin.Port]));
    }

    [Fact]
    public async Task A_request_nobody_can_serve_ends_in_FailToProxy_and_Logging()
    {
        using var dead = new DeadPort();

        Assert.Equal(
            (502, "NewContext RequestFilter UpstreamPeer FailToConnect:ConnectRefused UpstreamPeer FailToProxy:ConnectRefused Logging:ConnectRefused"),
            await PhasesAsync(_ => [dead.Port]));
        Assert.Equal(
            (503, "NewContext RequestFilter UpstreamPeer FailToProxy:NoBackend Logging:NoBackend"),
            await PhasesAsync(static _ => []));
    }

    [Fact]
    public async Task A_request_answered_by_its_filter_goes_nowhere() =>
        Assert.Equal(
            (403, "NewContext RequestFilter Logging:AnsweredHere"),
            await PhasesAsync(static origin => [origin.Port], path: "/private"));

    [Fact]
    public async Task A_hook_that_throws_fails_its_own_request_only()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await HookedProxy<Box>.StartAsync(new Phases([origin.Port, origin.Port]));
        await using (var client = await proxy.ConnectAsync())
            Assert.Equal(500, (await client.GetAsync("/bug")).Status);

        await using var next = await proxy.ConnectAsync();
        Assert.Equal(200, (await next.GetAsync()).Status);
    }

    private static async Task<(int Status, string Phases)> PhasesAsync(Func<TestOrigin, int[]> ports, string path = "/")
    {
        await using var origin = TestOrigin.Start();
        var phases = new Phases(ports(origin));
        await using var proxy = await HookedProxy<Box>.StartAsync(phases);
        await using var client = await proxy.ConnectAsync();
        var status = (await client.GetAsync(path)).Status;
        await Eventually.True(() => string.Join(' ', phases.Seen).Contains("Logging", StringComparison.Ordinal), "the last phase");
        return (status, string.Join(' ', phases.Seen));
    }

    /// <summary>Notes each phase; sends the attempts of a request to those ports in turn.</summary>
    private sealed class Phases(IReadOnlyList<int> ports) : ProxyHttp<Box>
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public override Box NewContext()
        {
            Seen.Enqueue(nameof(NewContext));
            return new Box();
        }

        public override async ValueTask<bool> RequestFilter(Session session, Box context)
        {
            Seen.Enqueue(nameof(RequestFilter));
            if (session.Request.Path == "/bug")
                throw new InvalidOperationException("a bug in a hook");
            if (session.Request.Path != "/private")
                return false;
            await session.RespondAsync(403, "not for you\n");
            return true;
        }

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Box context)
        {
            Seen.Enqueue(nameof(UpstreamPeer));
            var attempt = context.Attempts++;
            return new(attempt < ports.Count ? Some(new HttpPeer(new BackendAddress.Ip(IPAddress.Loopback, ports[attempt]))) : None);
        }

        public override ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, Box context) => Note(nameof(UpstreamRequestFilter));

        public override ValueTask ResponseFilter(Session session, ResponseHeader response, Box context) => Note(nameof(ResponseFilter));

        public override RetryDecision FailToConnect(Session session, HttpPeer peer, in AttemptReport report, Box context)
        {
            Seen.Enqueue($"{nameof(FailToConnect)}:{report.Outcome}");
            return RetryDecision.OtherBackend;
        }

        public override ValueTask FailToProxy(Session session, Outcome outcome, Box context)
        {
            Seen.Enqueue($"{nameof(FailToProxy)}:{outcome}");
            return base.FailToProxy(session, outcome, context);
        }

        public override void Logging(Session session, Box context) => Seen.Enqueue($"{nameof(Logging)}:{session.Outcome}");

        private ValueTask Note(string phase)
        {
            Seen.Enqueue(phase);
            return default;
        }
    }

    private sealed class Box
    {
        public int Attempts { get; set; }
    }
}
