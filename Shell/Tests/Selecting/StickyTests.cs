using System;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>Clients that stay with their backend by a cookie.</summary>
public sealed class StickyTests
{
    private const string Secret = "a secret of some length";

    [Fact]
    public async Task A_client_gets_a_cookie_once_and_stays_with_its_backend()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second));

        var answer = await proxy.GetAsync();
        var cookie = CookieOf(answer);
        Assert.Equal(StickyTokens.TokenOf(Secret, BackendAddress.Parse(first.Address).IfNone(() => null!)), cookie["backend=".Length..]);
        Assert.Contains("; Path=/", answer["Set-Cookie"], StringComparison.Ordinal);

        await using var client = await proxy.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            var again = await client.GetAsync(fields: $"Cookie: other=1; {cookie}\r\n");
            Assert.Equal(("first", null), (again.Text, again["Set-Cookie"]));
        }

        Assert.Equal([6, 0], TestOrigin.Counts(first, second));
        await Eventually.True(() => proxy.Exchanges.Count == 6, "the exchanges to end");
        Assert.Equal(["policy", "sticky", "sticky", "sticky", "sticky", "sticky"], proxy.Selections);
        Assert.Equal($"other=1; {cookie}", first.Requests[^1]["Cookie"]);   // forwarded as it came
    }

    [Fact]
    public async Task A_drained_backend_keeps_its_clients_and_gets_no_new_ones()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second));
        var cookie = CookieOf(await proxy.GetAsync());

        proxy.Reload(Two(first, second, drained: ",weight=0"));
        await Eventually.True(async () => (await proxy.BodiesAsync(4)).All(static body => body == "second"), "new ones to go to the other");

        Assert.All(await proxy.BodiesAsync(4, $"Cookie: {cookie}\r\n"), static body => Assert.Equal("first", body));
    }

    [Fact]
    public async Task A_changed_secret_redistributes_with_a_new_cookie()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second));
        var cookie = CookieOf(await proxy.GetAsync());

        proxy.Reload(Two(first, second, secret: "quite another secret"));
        await Eventually.True(async () => (await proxy.GetAsync(fields: $"Cookie: {cookie}\r\n"))["Set-Cookie"] is not null, "the old cookie to mean nothing");

        var answer = await proxy.GetAsync(fields: $"Cookie: {cookie}\r\n");
        Assert.NotEqual(cookie, CookieOf(answer));
        Assert.Equal(answer.Text, (await proxy.GetAsync(fields: $"Cookie: {CookieOf(answer)}\r\n")).Text);
    }

    [Fact]
    public async Task A_client_whose_backend_refuses_gets_another_and_a_new_cookie()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second));
        var cookie = CookieOf(await proxy.GetAsync());
        await first.StopAsync();

        var answer = await proxy.GetAsync(fields: $"Cookie: {cookie}\r\n");

        Assert.Equal("second", answer.Text);
        Assert.NotEqual(cookie, CookieOf(answer));
    }

    [Fact]
    public async Task A_client_may_be_refused_instead()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second, more: ", when-gone: refuse"));
        var cookie = CookieOf(await proxy.GetAsync());

        proxy.Reload($$"""sticky: { cookie: backend, secret: "{{Secret}}", when-gone: refuse }, backends: [ "{{second.Address}}" ]""");
        await Eventually.True(async () => (await proxy.GetAsync(fields: $"Cookie: {cookie}\r\n")).Status == 503, "a refusal");

        Assert.Equal("second", (await proxy.GetAsync()).Text);
        Assert.Contains(proxy.Exchanges, static ended => ended is { Outcome: Outcome.StickyGone, Attempts: "" });
    }

    [Fact]
    public async Task A_client_waits_for_its_own_backend_and_others_go_past()
    {
        await using var first = new Gated("first");
        await using var second = new Gated("second");
        await using var proxy = await YamlProxy.StartAsync(
            $$"""sticky: { cookie: backend, secret: "{{Secret}}" }, queue: { timeout: 20s }, backends: [ { address: "{{first.Address}}", max-in-flight: 1 }, "{{second.Address}}" ]""");
        var cookie = CookieOf(await proxy.GetAsync());
        var slow = proxy.GetAsync("/slow", $"Cookie: {cookie}\r\n");
        await first.UntilPresentAsync(1);
        var loyal = proxy.GetAsync("/loyal", $"Cookie: {cookie}\r\n");
        await proxy.UntilWaitingAsync(1);

        Assert.All(await proxy.BodiesAsync(3), static body => Assert.Equal("second", body));
        Assert.Equal(1, proxy.Waiting);

        first.Release();
        Assert.Equal(("first", "first"), ((await slow).Text, (await loyal).Text));
    }

    private static string Two(TestOrigin first, TestOrigin second, string drained = "", string secret = Secret, string more = "") =>
        $$"""sticky: { cookie: backend, secret: "{{secret}}"{{more}} }, backends: [ "{{first.Address}}{{drained}}", "{{second.Address}}" ]""";

    private static string CookieOf(TestResponse response) => response["Set-Cookie"]!.Split(';')[0];
}
