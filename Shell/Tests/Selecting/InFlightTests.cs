using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>Policies and limits that look at the requests under way.</summary>
public sealed class InFlightTests
{
    [Theory]
    [InlineData("least-requests")]
    [InlineData("power-of-two")]
    [InlineData("peak-ewma")]
    public async Task A_busy_backend_is_avoided_until_it_has_answered(string policy)
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        await using var proxy = await YamlProxy.StartAsync($"policy: {policy}, {Backends(first, second)}");

        var slow = proxy.GetAsync("/slow");
        await Eventually.True(() => first.Present + second.Present == 1, "the slow request");
        var (busy, idle) = first.Present == 1 ? (first, "second") : (second, "first");
        Assert.All(await proxy.BodiesAsync(8), body => Assert.Equal(idle, body));

        busy.Release();
        Assert.NotEqual(idle, (await slow).Text);
        if (policy == "peak-ewma")
            return;                                                   // it has been slow, and that is remembered
        await Eventually.True(async () => (await proxy.BodiesAsync(1))[0] != idle, "the other one to be used again");
    }

    [Fact]
    public async Task Peak_ewma_remembers_who_was_slow()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        await using var proxy = await YamlProxy.StartAsync($"policy: peak-ewma, {Backends(first, second)}");

        var held = Stopwatch.StartNew();
        var slow = proxy.GetAsync("/slow");
        await Eventually.True(() => first.Present + second.Present == 1, "the slow request");
        var fast = (await proxy.BodiesAsync(1))[0];
        await Eventually.True(() => held.Elapsed > TimeSpan.FromSeconds(1), "the time it is slow: longer than a busy machine makes anybody wait");
        first.Release();
        second.Release();
        Assert.NotEqual(fast, (await slow).Text);

        Assert.All(await proxy.BodiesAsync(10), body => Assert.Equal(fast, body));
    }

    [Fact]
    public async Task First_uses_the_next_one_only_while_the_first_is_full()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        await using var proxy = await YamlProxy.StartAsync($$"""policy: first, backends: [ { address: "{{first.Address}}", max-in-flight: 1 }, "{{second.Address}}" ]""");

        Assert.All(await proxy.BodiesAsync(3), static body => Assert.Equal("first", body));
        var slow = proxy.GetAsync("/slow");
        await first.UntilPresentAsync(1);
        Assert.All(await proxy.BodiesAsync(3), static body => Assert.Equal("second", body));
        first.Release();
        await slow;

        await Eventually.True(async () => (await proxy.BodiesAsync(1))[0] == "first", "the first to have room again");
        Assert.Equal(1, first.PresentMost);
    }

    [Fact]
    public async Task A_bounded_load_spreads_a_hot_key()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        await using var third = new Gated("third");
        await using var fourth = new Gated("fourth");
        Gated[] origins = [first, second, third, fourth];
        await using var proxy = await YamlProxy.StartAsync($"policy: {{ ketama: {{ key: header x-user }} }}, bounded-load: 125%, {Backends(origins)}");

        var hot = Enumerable.Range(0, 8).Select(async i =>
        {
            await Eventually.True(() => origins.Sum(static origin => origin.Present) >= i, "those before");
            return (await proxy.GetAsync("/slow", "X-User: hot\r\n")).Status;
        }).ToArray();
        await Eventually.True(() => origins.Sum(static origin => origin.Present) == 8, "all of them");

        Assert.All(origins, static origin => Assert.InRange(origin.Present, 0, 3));   // 125% of 8 are 10: at most 3 of each of 4
        foreach (var origin in origins)
            origin.Release(8);
        Assert.All(await Task.WhenAll(hot), static status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task Whatever_way_an_attempt_ends_it_gives_its_place_back()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await YamlProxy.StartAsync($$"""retry: off, queue: { length: 0 }, backends: [ { address: "{{origin.Address}}", max-in-flight: 1 } ]""");
        OriginAnswer[] endings =
        [
            static exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            Answers.Raw("nonsense\r\n\r\n"),
            Answers.RawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            Answers.RawThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            Answers.Status(304),
        ];

        foreach (var ending in endings)
        {
            origin.Answer = ending;
            await using (var client = await proxy.ConnectAsync())
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
                await Eventually.True(() => proxy.Exchanges.Count > 0 && proxy.Exchanges[^1].Attempts.Length > 0, "the exchange to end");
            }

            origin.Answer = Answers.Ok("well");
            await Eventually.True(async () => (await proxy.GetAsync()).Text == "well", "room again");
        }

        var gate = new TaskCompletionSource();
        origin.Answer = Answers.After(gate.Task, Answers.Ok(new string('x', 1000)));
        var asked = origin.Requests.Count;
        var gone = await proxy.ConnectAsync();
        await gone.SendAsync("GET /gone HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count > asked, "the request");
        Assert.Equal(503, (await proxy.GetAsync()).Status);
        origin.Answer = Answers.Ok("well");
        gone.Reset();
        await Eventually.True(async () => (await proxy.GetAsync()).Status == 200, "room again after a client that left");
        gate.SetResult();
        Assert.Contains(proxy.Exchanges, static ended => ended.Outcome == Resilience.Outcome.QueueFull);
    }

    [Fact]
    public async Task A_load_balancer_in_hooks_knows_what_is_under_way()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        var balancer = LoadBalancer.FromAddresses(first.Address, second.Address);
        balancer.Policy = new PolicySettings.LeastRequests();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new Balanced(balancer));

        await using var slow = await proxy.ConnectAsync();
        await slow.SendAsync("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => first.Present + second.Present == 1, "the slow request");
        var (busy, idle) = first.Present == 1 ? (first, "second") : (second, "first");
        await using var client = await proxy.ConnectAsync();
        for (var i = 0; i < 6; i++)
            Assert.Equal(idle, (await client.GetAsync()).Text);

        busy.Release();
        Assert.NotEqual(idle, (await slow.ResponseAsync()).Text);
        await Eventually.True(async () => (await client.GetAsync()).Text != idle, "the other one to be used again");
    }

    [Fact]
    public async Task A_hook_that_throws_gives_the_place_back()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        var balancer = LoadBalancer.FromAddresses(first.Address, second.Address);
        balancer.Policy = new PolicySettings.LeastRequests();
        var hooks = new Balanced(balancer) { Throws = true };
        await using var proxy = await HookedProxy<Unit>.StartAsync(hooks);
        for (var i = 0; i < 5; i++)
        {
            await using var failing = await proxy.ConnectAsync();
            Assert.Equal(500, (await failing.GetAsync()).Status);
        }

        hooks.Throws = false;
        await using var client = await proxy.ConnectAsync();
        var bodies = new System.Collections.Generic.List<string>();
        for (var i = 0; i < 4; i++)
            bodies.Add((await client.GetAsync()).Text);

        Assert.Equal(2, bodies.Count(static body => body == "first"));   // with places left over, one would be avoided
    }

    private static string Backends(params Gated[] origins) => $"backends: [ {string.Join(", ", origins.Select(static origin => $"\"{origin.Address}\""))} ]";

    private sealed class Balanced(LoadBalancer balancer) : ProxyHttp<Unit>
    {
        public bool Throws { get; set; }

        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(balancer.Select([]).Map(static backend => new HttpPeer(backend)));

        public override ValueTask ResponseFilter(Session session, ResponseHeader response, Unit context) => Throws ? throw new InvalidOperationException("a bug") : default;
    }
}
