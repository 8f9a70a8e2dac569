using System;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Proxy;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>When another backend gets the request, when nobody else does, and what the client sees of it.</summary>
public sealed partial class RetryTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbody";

    private static readonly OriginAnswer Busy = Answers.Raw("HTTP/1.1 503 X\r\nX-From: busy\r\nContent-Length: 5\r\n\r\nbusy\n");

    private static readonly OriginAnswer Resets = static exchange =>
    {
        exchange.Reset();
        return Task.CompletedTask;
    };

    private static readonly OriginAnswer Closes = static exchange =>
    {
        exchange.Close();
        return Task.CompletedTask;
    };

    private static readonly RetrySettings Two = new(2) { BackOff = BackOff.None };
    private static readonly RetrySettings On503 = Two with { Statuses = StatusSet.Parse("503").IfNone(StatusSet.Empty) };

    /// <summary>A wait of hours: in a test it does not end by itself (once in a million runs it is below two seconds).</summary>
    private static readonly BackOff Hours = new(TimeSpan.FromDays(24), TimeSpan.FromDays(24));

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 503)]
    public async Task A_status_is_repeated_when_it_is_listed(bool isListed, int status)
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(isListed ? On503 : Two), busy, other);

        Assert.Equal(status, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(isListed ? $"{busy.Address}:503,{other.Address}:200" : $"{busy.Address}:503", (await proxy.EndedAsync(1))[0].Attempts);
    }

    [Fact]
    public async Task The_last_response_is_passed_on_as_it_is()
    {
        await using var one = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start(Answers.Raw("HTTP/1.1 503 Later\r\nX-From: other\r\nRetry-After: 7\r\nContent-Length: 6\r\n\r\nother\n"));
        await using var proxy = await TestProxy.StartAsync(With(On503), one, other);

        var response = await proxy.AskAsync(Get);

        Assert.Equal((503, "other", "7", "other\n"), (response.Status, response.Head["X-From"], response.Head["Retry-After"], Encoding.Latin1.GetString(response.Body)));
        Assert.Equal(new Ended(503, Outcome.None, $"{one.Address}:503,{other.Address}:503"), (await proxy.EndedAsync(1))[0]);
        Assert.Contains($"{one.Address}:503,{other.Address}:503", proxy.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_connection_of_a_response_that_was_dropped_whole_is_used_again()
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503, new PolicySettings.First()), busy, other);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await client.GetAsync()).Status);

        Assert.Equal((3, 1), (busy.Requests.Count, busy.Connections));
    }

    [Fact]
    public async Task A_dropped_response_of_which_more_would_come_ends_with_its_connection()
    {
        await using var busy = TestOrigin.Start(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\nhalf");
            await exchange.UntilClosedAsync();
        });
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503), busy, other);

        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        await Eventually.True(() => busy.OpenConnections == 0, "the connection to be closed");
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(true, false, 502)]
    [InlineData(false, true, 200)]
    [InlineData(false, false, 502)]
    public async Task What_a_backend_breaks_off_is_repeated_when_that_is_wanted(bool resets, bool isWanted, int status)
    {
        await using var broken = TestOrigin.Start(resets ? Resets : Closes);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(Two with { OnReset = isWanted }), broken, other);

        Assert.Equal(status, (await proxy.AskAsync(Get)).Status);
        Assert.Equal([1, isWanted ? 1 : 0], TestOrigin.Counts(broken, other));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 504)]
    public async Task An_attempt_that_takes_too_long_is_repeated_when_that_is_wanted(bool isWanted, int status)
    {
        await using var silent = TestOrigin.Start(Answers.Never);
        await using var other = TestOrigin.Start();
        var timeout = TimeSpan.FromSeconds(isWanted ? 3 : 0.2);      // the other one has as long, and answers
        await using var proxy = await TestProxy.StartAsync(With(Two with { OnResponseTimeout = isWanted, AttemptTimeout = timeout }), silent, other);

        Assert.Equal(status, (await proxy.AskAsync(Get)).Status);
        Assert.StartsWith($"{silent.Address}:response-head-timeout", (await proxy.EndedAsync(1))[0].Attempts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 502, 0)]
    [InlineData(true, 200, 1)]
    public async Task A_POST_that_was_seen_is_repeated_only_when_that_is_allowed(bool isAllowed, int status, int seenByOther)
    {
        await using var broken = TestOrigin.Start(Resets);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(Two with { OnReset = true, NonIdempotent = isAllowed }), broken, other);

        Assert.Equal(status, (await proxy.AskAsync(Post)).Status);
        Assert.Equal([1, seenByOther], TestOrigin.Counts(broken, other));
        Assert.All(other.Requests, static request => Assert.Equal("body"u8, request.Body));
    }

    [Fact]
    public async Task A_POST_that_nobody_took_goes_to_another_backend_whole()
    {
        using var dead = new DeadPort();
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(Two), [dead.Port, other.Port]);

        Assert.Equal(200, (await proxy.AskAsync(Post)).Status);
        Assert.Equal("body"u8, other.Requests.Single().Body);
        Assert.Equal($"{dead.Address}:refused,{other.Address}:200", (await proxy.EndedAsync(1))[0].Attempts);
    }

    [Fact]
    public async Task Retries_beyond_the_budget_are_not_made_until_one_of_them_is_over()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("at last")));
        await using var proxy = await TestProxy.StartAsync(With(On503 with { Budget = new RetryBudget(0, 1) }, new PolicySettings.First()), busy, other);
        await using var first = await proxy.ConnectAsync();

        await first.SendAsync(Get);
        await Eventually.True(() => other.Requests.Count == 1, "the first retry to run");
        Assert.Equal(503, (await proxy.AskAsync(Get)).Status);
        gate.SetResult();
        Assert.Equal(200, (await first.ResponseAsync()).Status);
        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        Assert.Equal([3, 2], TestOrigin.Counts(busy, other));
    }

    [Fact]
    public async Task A_retry_waits_while_others_are_served_and_counts_from_the_decision_on()
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503 with { BackOff = Hours, Budget = new RetryBudget(0, 1) }, new PolicySettings.First()), busy, other);
        await using var one = await proxy.ConnectAsync();
        await using var another = await proxy.ConnectAsync();

        var (first, second) = (one.AskAsync(Get), another.AskAsync(Get));
        var refused = await Task.WhenAny(first, second);             // whoever was second found the budget taken
        Assert.Equal(503, (await refused).Status);
        busy.Answer = Answers.Ok("fine");
        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        var (waiting, client) = refused == first ? (second, another) : (first, one);
        Assert.False(waiting.IsCompleted);

        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await Eventually.True(() => proxy.Exchanges.Contains(new Ended(0, Outcome.ClientGone, $"{busy.Address}:503")), "the wait to end with its client");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_a_retry()
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var proxy = await TestProxy.StartAsync(With(On503 with { BackOff = Hours }), busy);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Get);
        await Eventually.True(() => busy.Requests.Count == 1, "the first attempt");

        await proxy.DisposeAsync();

        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task A_retry_that_would_wait_beyond_the_total_is_not_made()
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            settings => With(On503 with { BackOff = Hours })(settings).WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { Total = TimeSpan.FromMinutes(1) } }), busy, other);

        Assert.Equal("busy", (await proxy.AskAsync(Get)).Head["X-From"]);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Retries_are_counted_by_reason()
    {
        await using var busy = TestOrigin.Start(Answers.Status(599));
        await using var other = TestOrigin.Start();
        using var retries = new Measurements("fairlead.retries");
        await using var proxy = await TestProxy.StartAsync(With(Two with { Statuses = StatusSet.Parse("599").IfNone(StatusSet.Empty) }), busy, other);

        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(1, retries.Sum(("reason", "status")));          // only tests of this class, one after the other, repeat a status
    }

    [Fact]
    public async Task An_address_that_swallows_connections_leaves_time_for_the_next()
    {
        using var silent = await SilentPort.OpenAsync();
        await using var origin = TestOrigin.Start();
        var peer = new HttpPeer(AddressOf(origin.Port))
        {
            DialTargets = [AddressOf(silent.Port), AddressOf(origin.Port)],
            Options = new PeerOptions { ConnectTimeout = Deadlines.Patience / 20 },
        };

        var connected = await Connector.ConnectAsync(peer, default, default);

        Assert.Equal(Outcome.None, connected.Outcome);
        connected.Transport!.Dispose();
    }

    private static BackendAddress AddressOf(int port) => new BackendAddress.Ip(IPAddress.Loopback, port);

    private static Func<ProxySettings, ProxySettings> With(RetrySettings retry, PolicySettings? policy = null) =>
        settings => settings.WithUpstream(upstream => upstream with { Retry = retry, Policy = policy ?? upstream.Policy });

    private static async Task<TestResponse> PutAsync(TestProxy proxy, byte[] body, bool isChunked)
    {
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\n" + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n"));
        if (!isChunked)
        {
            await client.SendAsync(body);
            return await client.ResponseAsync();
        }

        foreach (var piece in body.Chunk(5000))
        {
            await client.SendAsync($"{piece.Length:x}\r\n");
            await client.SendAsync(piece);
            await client.SendAsync("\r\n");
        }

        return await client.AskAsync("0\r\n\r\n");
    }
}
