using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace Fairlead.HttpClients.Tests;

/// <summary>Requests in flight: counted to the end of the body, limited, and waited for.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Many_requests_at_once_never_exceed_a_limit_and_leave_nothing_in_flight()
    {
        await using var one = new Crowded();
        await using var two = new Crowded();
        var balancer = Clients.BalancerOf(options => options.Add(one.Origin.Address, inFlightMax: 3).Add(two.Origin.Address, inFlightMax: 5).Policy = new PolicySettings.PowerOfTwoChoices());
        using var client = Clients.ClientOf(balancer);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.Ask(50))).Within();

        Assert.Equal(800, one.Origin.Requests.Count + two.Origin.Requests.Count);
        Assert.InRange(one.Most, 2, 3);
        Assert.InRange(two.Most, 3, 5);
        Assert.All(balancer.Backends, static backend => Assert.Equal(0, backend.InFlight));
        Assert.Equal(0, balancer.Waiting);
    }

    [Fact]
    public async Task A_request_is_in_flight_until_its_body_was_read()
    {
        await using var origin = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address));
        using var client = Clients.ClientOf(balancer);

        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, balancer.Backends[0].InFlight);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        while (await body.ReadAsync(buffer) > 0)
            Assert.Equal(1, balancer.Backends[0].InFlight);

        Assert.Equal(0, balancer.Backends[0].InFlight);
    }

    [Fact]
    public async Task A_response_that_is_disposed_unread_is_no_longer_in_flight()
    {
        await using var origin = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address));
        using var client = Clients.ClientOf(balancer);

        using (await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(1, balancer.Backends[0].InFlight);

        Assert.Equal(0, balancer.Backends[0].InFlight);
    }

    [Fact]
    public async Task A_response_that_is_forgotten_is_no_longer_in_flight_once_it_is_collected()
    {
        await using var origin = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address));
        using var client = Clients.ClientOf(balancer);

        await Forget(client);

        await Eventually.True(
            () =>
            {
                GC.Collect();
                return balancer.Backends[0].InFlight == 0;
            },
            "the forgotten place");

        static async Task Forget(HttpClient client) => await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
    }

    [Fact]
    public async Task A_response_without_body_and_a_failure_leave_nothing_in_flight()
    {
        using var dead = new DeadPort();
        await using var empty = TestOrigin.Start(Answers.Status(200));
        var balancer = Clients.BalancerOf(options => options.Add(dead.Address).Add(empty.Address));
        using var client = Clients.ClientOf(balancer);

        await client.Outcome();
        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(new[] { 0, 0 }, balancer.Backends.Select(static backend => backend.InFlight));
    }

    [Fact]
    public async Task A_request_that_cannot_be_rewritten_leaves_nothing_in_flight()
    {
        await using var origin = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address));
        using var client = Clients.ClientOf(balancer);
        using var invoker = new HttpMessageInvoker(new FairleadHandler(balancer, new SocketsHttpHandler()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/relative");

        await Assert.ThrowsAsync<InvalidOperationException>(() => invoker.SendAsync(request, default));

        Assert.Equal(0, balancer.Backends[0].InFlight);
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task The_content_is_what_it_was()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nExpires: never\r\n\r\n\u00e2\u0082\u00ac"));
        await using var chunked = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        using var client = Clients.ClientOf(options => options.Add(origin.Address).Add(chunked.Address));

        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        using var second = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal((3L, "text/plain", "never"), (response.Content.Headers.ContentLength, response.Content.Headers.ContentType?.MediaType, response.Content.Headers.NonValidated["Expires"].ToString()));
        Assert.Equal("€", await response.Content.ReadAsStringAsync());
        Assert.Null(second.Content.Headers.ContentLength);
        Assert.Equal("abc", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task When_all_are_full_a_request_waits_for_a_place()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("hello\n")));
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address, inFlightMax: 1));
        using var client = Clients.ClientOf(balancer);

        var requests = Enumerable.Range(0, 4).Select(_ => client.GetStringAsync("/")).ToList();
        await Eventually.True(() => balancer.Waiting == 3, "three that wait");
        Assert.Equal(1, balancer.Backends[0].InFlight);
        gate.SetResult();

        Assert.All(await Task.WhenAll(requests).Within(), static body => Assert.Equal("hello\n", body));
        Assert.Equal((0, 0), (balancer.Waiting, balancer.Backends[0].InFlight));
    }

    [Fact]
    public async Task Waiting_ends_with_the_callers_patience()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("hello\n")));
        var balancer = Clients.BalancerOf(options => options.Add(origin.Address, inFlightMax: 1));
        using var client = Clients.ClientOf(balancer);
        using var patience = new CancellationTokenSource();

        var first = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Backends[0].InFlight == 1, "a request in flight");
        var impatient = client.GetStringAsync("/", patience.Token);
        var patient = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Waiting == 2, "two that wait");
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.Within());
        gate.SetResult();
        await Task.WhenAll(first, patient).Within();
        Assert.Equal(2, origin.Requests.Count);
    }

    [Fact]
    public async Task Waiting_ends_with_the_queues_timeout_and_says_which_limit_it_was()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("hello\n")));
        var time = new FakeTimeProvider();
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(origin.Address, inFlightMax: 1);
            options.Selection = SelectionSettings.Default with { Queue = new QueueSettings(1, TimeSpan.FromSeconds(5)) };
            options.TimeProvider = time;
        });
        using var client = Clients.ClientOf(balancer);

        var first = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Backends[0].InFlight == 1, "a request in flight");
        var waiting = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Waiting == 1, "one that waits");

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, refused.HttpRequestError);
        Assert.Equal($"No backend has room ({origin.Address} takes 1 at a time), and 1 requests may wait.", refused.Message);

        // The fake clock starts a timer only once it is waited for.
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return waiting.IsCompleted;
            },
            "the end of the wait");
        var late = await Assert.ThrowsAsync<HttpRequestException>(() => waiting);
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, late.HttpRequestError);
        Assert.Equal($"No backend had room within 5 s: {origin.Address} takes 1 at a time.", late.Message);
        Assert.Equal(0, balancer.Waiting);

        gate.SetResult();
        await first.Within();
    }

    [Fact]
    public async Task Who_waits_is_served_by_a_backend_that_is_new()
    {
        var gate = new TaskCompletionSource();
        await using var full = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("full")));
        await using var fresh = TestOrigin.Start(Answers.Ok("new"));
        var balancer = Clients.BalancerOf(options => options.Add(full.Address, inFlightMax: 1));
        using var client = Clients.ClientOf(balancer);

        var first = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Backends[0].InFlight == 1, "a request in flight");
        var second = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Waiting == 1, "one that waits");
        balancer.Update([HttpBackend.At(full.Address, inFlightMax: 1), HttpBackend.At(fresh.Address)]);

        Assert.Equal("new", await second.Within());
        Assert.Equal(1, balancer.Backends[0].InFlight);               // kept by the update
        gate.SetResult();
        Assert.Equal("full", await first.Within());
        Assert.Equal(0, balancer.Backends[0].InFlight);
    }

    [Fact]
    public async Task Without_a_queue_a_full_client_refuses()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("hello\n")));
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(origin.Address, inFlightMax: 1);
            options.Selection = SelectionSettings.Default with { Queue = new QueueSettings(0, TimeSpan.Zero) };
        });
        using var client = Clients.ClientOf(balancer);

        var first = client.GetStringAsync("/");
        await Eventually.True(() => balancer.Backends[0].InFlight == 1, "a request in flight");

        Assert.Equal("ConfigurationLimitExceeded", await client.Outcome());
        gate.SetResult();
        await first.Within();
    }

    [Fact]
    public async Task Nobody_to_ask_is_said_with_the_reason_of_each()
    {
        await using var origin = TestOrigin.Start(Answers.Status(500));
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(origin.Address).Add("192.0.2.1:80", weight: 0);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1, MaxEjectedPercent = 100 };
            options.TimeProvider = new FakeTimeProvider();
        });
        using var client = Clients.ClientOf(balancer);

        Assert.Equal("500", await client.Outcome());
        var nobody = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));
        balancer.Update([]);
        var none = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));

        Assert.Equal((HttpRequestError.ConnectionError, HttpRequestError.ConnectionError), (nobody.HttpRequestError, none.HttpRequestError));
        Assert.Equal($"No backend is available: {origin.Address} is ejected for 30 s, 192.0.2.1:80 has weight 0.", nobody.Message);
        Assert.Equal("No backend is available: there is none.", none.Message);
    }

    /// <summary>An origin that notes how many requests it had at once at most, and takes each through the thread pool a few times so that they meet.</summary>
    private sealed class Crowded : IAsyncDisposable
    {
        private int _present;
        private int _most;

        public Crowded() => Origin = TestOrigin.Start(async exchange =>
        {
            var present = Interlocked.Increment(ref _present);
            InterlockedMax(ref _most, present);
            for (var i = 0; i < 20; i++)
                await Task.Yield();
            Interlocked.Decrement(ref _present);
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });

        public TestOrigin Origin { get; }

        public int Most => Volatile.Read(ref _most);

        public ValueTask DisposeAsync() => Origin.DisposeAsync();

        private static void InterlockedMax(ref int place, int value)
        {
            for (var seen = Volatile.Read(ref place); seen < value;)
                seen = Interlocked.CompareExchange(ref place, value, seen) is var before && before == seen ? value : before;
        }
    }
}
