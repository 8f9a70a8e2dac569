using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Backends are asked how they are, and requests go by the answer.</summary>
public sealed class HealthStory
{
    [Theory]
    [InlineData("2s", 2000)]
    [InlineData("2500ms", 2500)]
    public async Task A_TCP_check_keeps_requests_off_a_dead_backend_and_lets_it_back_within_two_intervals(string every, int everyMilliseconds)
    {
        await using var first = TestOrigin.Start();
        await using var second = TestOrigin.Start();
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams:
              web:
                backends: [ "{{first.Address}}", "{{second.Address}}", "{{dead.Address}}" ]
                retry: off
                health: { tcp: {}, every: {{every}}, timeout: 10s }
            routes: [ { to: web } ]
            """);
        await fairlead.LineAsync(line => line.Contains(dead.Address, StringComparison.Ordinal) && line.Contains("down", StringComparison.Ordinal), "the dead backend to be found dead");

        Assert.All(await Ask.StatusesAsync(fairlead.Port, 30), static status => Assert.Equal(200, status));

        var started = DateTime.UtcNow;
        await using var third = TestOrigin.Start(port: dead.Release());
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await Eventually.True(async () => (await client.GetAsync()).Status == 200 && third.Requests.Count > 0, "the third backend to take its share");
        var up = await fairlead.LineAsync(line => line.Contains($"{dead.Address}: down -> up", StringComparison.Ordinal), "the third backend to be found up");
        var took = DateTime.Parse(up.Split(' ')[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - started;

        var before = TestOrigin.Counts(first, second, third);
        Assert.All(await Ask.StatusesAsync(fairlead.Port, 30), static status => Assert.Equal(200, status));
        Assert.Equal([10, 10, 10], TestOrigin.Counts(first, second, third).Zip(before, static (now, then) => now - then));
        Assert.True(took < TimeSpan.FromMilliseconds(2 * everyMilliseconds) + Slack, $"it took {took}");
    }

    [Fact]
    public async Task A_backend_that_dies_is_taken_out_and_no_request_fails_thanks_to_the_retry()
    {
        await using var first = TestOrigin.Start();
        await using var second = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(Web("tcp: {}, every: 100ms, timeout: 20s", first.Address, second.Address));
        await Ask.StatusesAsync(fairlead.Port, 4);

        await second.StopAsync();
        Assert.All(await Ask.StatusesAsync(fairlead.Port, 10), static status => Assert.Equal(200, status));

        await fairlead.LineAsync(line => line.Contains(second.Address, StringComparison.Ordinal) && line.Contains("refused", StringComparison.OrdinalIgnoreCase), "the reason");
    }

    [Theory]
    [InlineData("204", 204, true)]
    [InlineData("204", 200, false)]
    [InlineData("200-299,404", 404, true)]
    [InlineData("200-299", 301, false)]
    public async Task An_HTTP_check_asks_its_path_and_host_and_expects_its_statuses(string expect, int answer, bool isGood)
    {
        await using var origin = TestOrigin.Start(ByPath("/healthz?deep=1", Answers.Status(answer)));
        await using var fairlead = await FairleadProcess.RunAsync(Web(
            $$"""http: { path: "/healthz?deep=1", host: health.test, expect: "{{expect}}" }, every: 50ms, initial: down""", origin.Address));

        await Eventually.True(() => origin.Requests.Count >= 3, "three checks");

        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == (isGood ? 200 : 503), isGood ? "to be up" : "to stay down");
        var check = origin.Requests.First(static request => request.Target.StartsWith("/healthz", StringComparison.Ordinal));
        Assert.Equal(("GET", "/healthz?deep=1", "health.test"), (check.Method, check.Target, check["Host"]));
    }

    [Fact]
    public async Task An_HTTP_check_may_have_a_port_of_its_own()
    {
        await using var origin = TestOrigin.Start();
        await using var doctor = TestOrigin.Start(Answers.Status(500));
        await using var fairlead = await FairleadProcess.RunAsync(Web($$"""http: { path: /, port: {{doctor.Port}} }, every: 50ms""", origin.Address));

        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == 503, "to be down");
        doctor.Answer = Answers.Status(200);
        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == 200, "to be up");
        Assert.All(origin.Requests, static request => Assert.Equal("a.test", request["Host"]));
    }

    [Fact]
    public async Task An_HTTPS_check_uses_the_TLS_settings_of_the_upstream()
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(Answers.Status(200), certificates.Server("inner.test"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams:
              web:
                backends: [ "{{origin.Address}}" ]
                tls: { sni: inner.test, ca: {{certificates.AuthorityFile}} }
                health: { http: { path: /h }, every: 50ms, initial: down }
            routes: [ { to: web } ]
            """);

        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == 200, "to be up");
        var check = origin.Requests.First(static request => request.Target == "/h");
        Assert.Equal(("inner.test", "inner.test"), (check.ServerName, check["Host"]));
    }

    [Fact]
    public async Task A_check_that_gets_no_answer_in_time_has_failed()
    {
        await using var origin = TestOrigin.Start(ByPath("/h", Answers.Never));
        await using var fairlead = await FairleadProcess.RunAsync(Web("http: { path: /h }, every: 100ms, timeout: 100ms", origin.Address));

        await fairlead.LineAsync(static line => line.Contains("down", StringComparison.Ordinal) && line.Contains("no answer within", StringComparison.Ordinal), "down for want of an answer");
        Assert.Equal(503, await Ask.StatusAsync(fairlead.Port));
    }

    [Fact]
    public async Task Rise_and_fall_count_checks_in_a_row()
    {
        // Down, up and down it is with these numbers only: with a rise of 2 or a fall of 3 it is told more often, with a rise of 4 or a fall of 5 once.
        const string answers = "bbb ggg bbbb gg bbbb ggg bbbbb";
        var script = answers.Replace(" ", "", StringComparison.Ordinal);
        var checks = 0;
        await using var origin = TestOrigin.Start(ByPath("/h", exchange =>
            Answers.Status(script.ElementAtOrDefault(Interlocked.Increment(ref checks) - 1) == 'g' ? 200 : 500)(exchange)));
        await using var fairlead = await FairleadProcess.RunAsync(Web("http: { path: /h }, every: 20ms, timeout: 20s, rise: 3, fall: 4", origin.Address));

        await Eventually.True(() => Volatile.Read(ref checks) > script.Length, "all checks to be made");   // one follows only when what came before it is known
        fairlead.Terminate();
        Assert.Equal(0, await fairlead.ExitCodeAsync());              // it has said what it had to say
        Assert.Equal(["down", "up", "down"], fairlead.Error.Select(static line => Regex.Match(line, "-> (up|down)")).Where(static match => match.Success).Select(static match => match.Groups[1].Value));
    }

    [Fact]
    public async Task With_every_backend_down_the_answer_is_503_at_once_and_200_again_within_two_intervals()
    {
        using var firstDead = new DeadPort();
        using var secondDead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Web("tcp: {}, every: 3s", firstDead.Address, secondDead.Address));
        await Eventually.True(() => fairlead.Error.Count(static line => line.Contains("-> down", StringComparison.Ordinal)) == 2, "both to be down");

        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        var asked = Stopwatch.StartNew();
        var response = await client.GetAsync();
        Assert.True(asked.Elapsed < Slack, $"it took {asked.Elapsed}");
        Assert.Equal(503, response.Status);
        Assert.StartsWith("text/plain", response["Content-Type"], StringComparison.Ordinal);
        Assert.InRange(response.Body.Length, 1, 200);
        Assert.DoesNotContain("127.0.0.1", response.Text, StringComparison.Ordinal);

        var back = Stopwatch.StartNew();
        await using var origin = TestOrigin.Start(port: firstDead.Release());
        await Eventually.True(async () => (await client.GetAsync()).Status == 200, "200 again");
        Assert.True(back.Elapsed < TimeSpan.FromSeconds(6) + Slack, $"it took {back.Elapsed}");
    }

    /// <summary>What a busy machine may add to a time that is promised; less than an interval, so that a third one is noticed.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static string Web(string health, params string[] backends) => $$"""
        listeners: [ { bind: "127.0.0.1:0" } ]
        upstreams:
          web:
            backends: [ {{string.Join(", ", backends.Select(static backend => $"\"{backend}\""))}} ]
            health: { {{health}} }
        routes: [ { to: web } ]
        """;

    private static OriginAnswer ByPath(string path, OriginAnswer answer) => exchange => (exchange.Request.Target == path ? answer : Answers.Ok("hello"))(exchange);
}
