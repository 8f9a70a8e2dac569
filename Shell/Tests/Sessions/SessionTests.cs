using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>A session between its hooks, its client and its backend, when one of them does not behave.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_refused_request_is_not_logged_as_an_earlier_one()
    {
        await using var origin = TestOrigin.Start();
        var hooks = new Hooks(origin);
        await using var proxy = await HookedProxy<Unit>.StartAsync(hooks);
        await using (var client = await proxy.ConnectAsync())
            await client.GetAsync("/secret?token=1");

        await using (var other = await proxy.ConnectAsync())
            Assert.Equal(400, (await other.AskAsync("GET / HTTP/1.1\r\n\r\n")).Status);

        await Eventually.True(() => hooks.Logged.Count == 2, "two lines");
        Assert.Equal(["GET a.test /secret?token=1", "  "], hooks.Logged);
    }

    [Fact]
    public async Task A_backend_that_breaks_off_is_answered_for_while_the_client_still_holds_its_body()
    {
        await using var origin = TestOrigin.Start(static exchange =>
        {
            exchange.Close();
            return Task.CompletedTask;
        });
        origin.ReadsBodies = false;
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin));
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");

        Assert.Equal(502, (await client.ResponseAsync()).Status);    // the body does not come before an answer does
    }

    [Fact]
    public async Task An_upload_may_take_longer_than_a_response_head()
    {
        var received = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.ReadAsync(1);
            received.SetResult();
            await exchange.ReadAsync(1);
            await Answers.Ok("stored")(exchange);
        });
        origin.ReadsBodies = false;
        await using var other = TestOrigin.Start(Answers.Never);
        var options = PeerOptions.Default with { ResponseHeadTimeout = TimeSpan.FromSeconds(2) };   // time enough to answer when all is there
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin) { Options = options });
        await using var slow = await HookedProxy<Unit>.StartAsync(new Hooks(other) { Options = options with { ResponseHeadTimeout = TimeSpan.FromSeconds(3) } });
        await using var client = await proxy.ConnectAsync();
        await using var clock = await slow.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\na");
        await received.Task.Within(what: "the first byte");
        Assert.Equal(504, (await clock.GetAsync()).Status);          // half as long again
        await client.SendAsync("b");

        Assert.Equal("stored", (await client.ResponseAsync()).Text);
    }

    [Fact]
    public async Task The_total_time_counts_while_connecting()
    {
        using var silent = await SilentPort.OpenAsync();
        var hooks = new Hooks(silent.Port) { Options = PeerOptions.Default with { ConnectTimeout = TimeSpan.FromSeconds(60), TotalTimeout = TimeSpan.FromMilliseconds(300) } };
        await using var proxy = await HookedProxy<Unit>.StartAsync(hooks);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(504, (await client.GetAsync()).Status);
        await Eventually.True(() => hooks.Outcomes.TryPeek(out var outcome) && outcome == Outcome.TotalTimeout, "the outcome");
    }

    [Fact]
    public async Task A_long_answer_of_a_hook_arrives_whole()
    {
        await using var origin = TestOrigin.Start();
        var text = new string('x', 300_000);
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin) { OnRequest = session => session.RespondAsync(200, text) });
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(text, (await client.GetAsync()).Text);
        Assert.Equal(text, (await client.GetAsync()).Text);
    }

    [Fact]
    public async Task A_hook_that_answers_204_sends_no_body()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin) { OnRequest = static session => session.RespondAsync(204, "stray") });
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(204, (await client.GetAsync()).Status);
        Assert.Null((await client.GetAsync())["Content-Length"]);
    }

    [Fact]
    public async Task A_request_is_answered_once_whatever_its_hook_says()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin) { OnRequest = static session => session.RespondAsync(403, "no"), SaysAnswered = false });
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(403, (await client.GetAsync()).Status);
        Assert.Equal(403, (await client.GetAsync()).Status);
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task A_hook_cannot_take_a_body_away_by_its_status_alone()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(origin) { OnResponse = static response => response.Status = 304 });
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(500, (await client.GetAsync()).Status);         // not a 304 whose body begins the next response
        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task A_failure_that_a_hook_does_not_answer_is_answered_all_the_same()
    {
        using var dead = new DeadPort();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Hooks(dead.Port) { AnswersFailures = false });
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.GetAsync()).Status);
    }

    [Fact]
    public async Task A_client_that_drips_its_unread_body_is_let_go()
    {
        await using var origin = TestOrigin.Start();
        var hooks = new Hooks(origin) { OnRequest = static session => session.RespondAsync(403, "no") };
        await using var proxy = await HookedProxy<Unit>.StartAsync(hooks);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\n");
        Assert.Equal(403, (await client.ResponseAsync()).Status);
        await Eventually.True(
            async () =>
            {
                await client.SendAsync("x");                         // each byte renews the wait for the next, but not for the body
                return !hooks.Logged.IsEmpty;
            },
            "the exchange to end",
            TimeSpan.FromSeconds(10));
    }

    /// <summary>A proxy made of hooks, as a program of one's own has it.</summary>
    private sealed class Hooks(int port) : ProxyHttp<Unit>
    {
        public Hooks(TestOrigin origin)
            : this(origin.Port)
        {
        }

        public ConcurrentQueue<string> Logged { get; } = new();

        public ConcurrentQueue<Outcome> Outcomes { get; } = new();

        public PeerOptions Options { get; init; } = PeerOptions.Default;

        public Func<Session, ValueTask>? OnRequest { get; init; }

        public Action<ResponseHeader>? OnResponse { get; init; }

        public bool SaysAnswered { get; init; } = true;

        public bool AnswersFailures { get; init; } = true;

        private HttpPeer Peer => field ??= new HttpPeer(new BackendAddress.Ip(IPAddress.Loopback, port)) { Options = Options };

        public override async ValueTask<bool> RequestFilter(Session session, Unit context)
        {
            if (OnRequest is null)
                return false;
            await OnRequest(session);
            return SaysAnswered;
        }

        public override ValueTask ResponseFilter(Session session, ResponseHeader response, Unit context)
        {
            OnResponse?.Invoke(response);
            return default;
        }

        public override ValueTask FailToProxy(Session session, Outcome outcome, Unit context) => AnswersFailures ? base.FailToProxy(session, outcome, context) : default;

        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Option<HttpPeer>.Some(Peer));

        public override void Logging(Session session, Unit context)
        {
            Logged.Enqueue($"{session.Request.Method} {session.Request.Authority} {session.Request.Path}{session.Request.Query}");
            Outcomes.Enqueue(session.Outcome);
        }
    }
}
