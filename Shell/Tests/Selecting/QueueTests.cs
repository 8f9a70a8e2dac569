using System.Linq;
using System.Threading.Tasks;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>Requests that wait while all backends are full.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task Who_waits_is_served_in_order_and_never_more_at_once_than_allowed()
    {
        await using var origin = new Gated("origin");
        await using var proxy = await YamlProxy.StartAsync(One(origin, "queue: { timeout: 20s }"));
        var waiting = new System.Collections.Generic.List<Task<TestResponse>> { proxy.GetAsync("/slow/0") };
        await origin.UntilPresentAsync(1);
        for (var i = 1; i <= 5; i++)
        {
            waiting.Add(proxy.GetAsync($"/slow/{i}"));
            await proxy.UntilWaitingAsync(i);
        }

        origin.Release(6);

        Assert.All(await Task.WhenAll(waiting), static response => Assert.Equal(200, response.Status));
        Assert.Equal(["/slow/0", "/slow/1", "/slow/2", "/slow/3", "/slow/4", "/slow/5"], origin.Origin.Requests.Select(static request => request.Target));
        Assert.Equal(1, origin.PresentMost);
    }

    [Fact]
    public async Task Who_comes_new_does_not_overtake_who_waits()
    {
        await using var origin = new Gated("origin");
        await using var proxy = await YamlProxy.StartAsync(One(origin, "queue: { timeout: 20s }"));
        await using var first = await proxy.ConnectAsync();
        await first.SendAsync("GET /slow/first HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await origin.UntilPresentAsync(1);
        var second = proxy.GetAsync("/slow/second");
        await proxy.UntilWaitingAsync(1);

        // The next request of the first client is here before its answer is: it is looked at the moment the place is free.
        await first.SendAsync("GET /slow/third HTTP/1.1\r\nHost: a.test\r\n\r\n");
        origin.Release(3);

        Assert.Equal((200, 200, 200), ((await first.ResponseAsync()).Status, (await first.ResponseAsync()).Status, (await second).Status));
        Assert.Equal(["/slow/first", "/slow/second", "/slow/third"], origin.Origin.Requests.Select(static request => request.Target));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_timeout()
    {
        await using var origin = new Gated("origin");
        await using var proxy = await YamlProxy.StartAsync(One(origin, "queue: { timeout: 300ms }"));
        var slow = proxy.GetAsync("/slow");
        await origin.UntilPresentAsync(1);

        await EndsAsync(proxy, 1, proxy.GetAsync("/patient"), 503, Outcome.QueueTimeout);
        origin.Release();
        await EndsAsync(proxy, 2, slow, 200, Outcome.None);
        await EndsAsync(proxy, 3, proxy.GetAsync("/after"), 200, Outcome.None);
        Assert.Equal(["/slow", "/after"], origin.Origin.Requests.Select(static request => request.Target));
    }

    [Fact]
    public async Task Never_more_wait_than_the_length()
    {
        await using var origin = new Gated("origin");
        await using var proxy = await YamlProxy.StartAsync(One(origin, "queue: { length: 1, timeout: 1h }"));
        var slow = proxy.GetAsync("/slow");
        await origin.UntilPresentAsync(1);
        var patient = proxy.GetAsync("/patient");
        await proxy.UntilWaitingAsync(1);

        await EndsAsync(proxy, 1, proxy.GetAsync("/full"), 503, Outcome.QueueFull);
        origin.Release();
        Assert.Equal((200, 200), ((await slow).Status, (await patient).Status));
        Assert.Equal(["/slow", "/patient"], origin.Origin.Requests.Select(static request => request.Target));
    }

    [Fact]
    public async Task A_backend_that_comes_by_a_reload_serves_who_waits()
    {
        await using var full = new Gated("full");
        await using var added = new Gated("added");
        await using var proxy = await YamlProxy.StartAsync(One(full, "queue: { timeout: 20s }"));
        var slow = proxy.GetAsync("/slow");
        await full.UntilPresentAsync(1);
        var waiting = proxy.GetAsync("/waiting");
        await proxy.UntilWaitingAsync(1);

        proxy.Reload($$"""queue: { timeout: 20s }, backends: [ { address: "{{full.Address}}", max-in-flight: 1 }, "{{added.Address}}" ]""");

        Assert.Equal("added", (await waiting).Text);
        full.Release();
        Assert.Equal("full", (await slow).Text);
    }

    [Fact]
    public async Task A_client_that_broke_off_does_not_get_a_place()
    {
        await using var origin = new Gated("origin");
        await using var proxy = await YamlProxy.StartAsync(One(origin, "queue: { timeout: 20s }"));
        var slow = proxy.GetAsync("/slow");
        await origin.UntilPresentAsync(1);
        var gone = await proxy.ConnectAsync();
        await gone.SendAsync("GET /gone HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await proxy.UntilWaitingAsync(1);
        var patient = proxy.GetAsync("/patient");
        await proxy.UntilWaitingAsync(2);

        gone.Reset();
        var seconds = 20;
        await Eventually.True(
            () =>
            {
                proxy.Reload(One(origin, $"queue: {{ timeout: {++seconds}s }}"));   // every publication makes them look
                return proxy.Waiting == 1;
            },
            "the broken one to leave");

        origin.Release();
        Assert.Equal((200, 200), ((await slow).Status, (await patient).Status));
        Assert.Equal(["/slow", "/patient"], origin.Origin.Requests.Select(static request => request.Target));
        Assert.Contains(proxy.Exchanges, static ended => ended is { Outcome: Outcome.ClientGone, Attempts: "" });
    }

    [Fact]
    public async Task A_proxy_that_is_stopped_at_once_does_not_wait_for_the_queue()
    {
        await using var origin = new Gated("origin");
        var proxy = await YamlProxy.StartAsync(One(origin, "queue: { timeout: 1h }"));
        await using var slow = await proxy.ConnectAsync();
        await slow.SendAsync("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await origin.UntilPresentAsync(1);
        await using var waiting = await proxy.ConnectAsync();
        await waiting.SendAsync("GET /waiting HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await proxy.UntilWaitingAsync(1);

        await proxy.DisposeAsync();

        Assert.True(await waiting.IsClosedByPeerAsync());
        Assert.Equal(1, origin.Count);
    }

    private static async Task EndsAsync(YamlProxy proxy, int number, Task<TestResponse> asked, int status, Outcome outcome)
    {
        Assert.Equal(status, (await asked).Status);
        await Eventually.True(() => proxy.Exchanges.Count == number, "the exchange to end");              // after its response
        Assert.Equal(outcome, proxy.Exchanges[^1].Outcome);
    }

    private static string One(Gated origin, string more) => $$"""{{more}}, backends: [ { address: "{{origin.Address}}", max-in-flight: 1 } ]""";
}
