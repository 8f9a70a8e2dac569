using System;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Health;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>What requests tell takes backends out, and time brings them back.</summary>
public sealed class PassiveHealthTests
{
    [Fact]
    public async Task Bad_answers_in_a_row_eject_and_time_brings_back()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start(Answers.Ok("good"));
        await using var proxy = await YamlProxy.StartAsync(Two(bad, good, "outlier: { consecutive-5xx: 3, ejection: 1s, max-ejected: 50% }"));

        await proxy.BodiesAsync(6);
        await proxy.UntilVerdictAsync(bad, static verdict => verdict is Verdict.Down { Reason: DownReason.Ejected { Cause: EjectionCause.ServerErrors { InRow: 3 } } }, "an ejection");
        Assert.All(await proxy.BodiesAsync(6), static body => Assert.Equal("good", body));
        Assert.Equal(3, bad.Requests.Count);

        bad.Answer = Answers.Ok("well again");
        await proxy.UntilVerdictAsync(bad, static verdict => verdict.IsUsable, "the return");
        Assert.Contains("well again", await proxy.BodiesAsync(2));
    }

    [Fact]
    public async Task A_good_answer_ends_a_run()
    {
        var asked = 0;
        await using var moody = TestOrigin.Start(exchange => (++asked % 3 == 0 ? Answers.Ok("fine") : Answers.Status(500))(exchange));
        await using var good = TestOrigin.Start();
        await using var proxy = await YamlProxy.StartAsync(Two(moody, good, "outlier: { consecutive-5xx: 3, max-ejected: 50%, success-rate: off }"));

        await proxy.BodiesAsync(24);

        Assert.Equal([12, 12], TestOrigin.Counts(moody, good));
        Assert.Empty(proxy.Verdicts);
    }

    [Fact]
    public async Task No_more_are_ejected_than_may_be()
    {
        await using var first = TestOrigin.Start(Answers.Status(503));
        await using var second = TestOrigin.Start(Answers.Status(503));
        await using var proxy = await YamlProxy.StartAsync(Two(first, second, "outlier: { consecutive-5xx: 2, ejection: 30s, max-ejected: 50% }"));

        await Eventually.True(async () => (await proxy.GetAsync()).Status == 503 && proxy.Verdicts.Count > 0, "an ejection");
        var before = TestOrigin.Counts(first, second).Sum();
        await proxy.BodiesAsync(10);

        Assert.Single(proxy.Verdicts);
        Assert.Equal(before + 10, TestOrigin.Counts(first, second).Sum());   // the other one serves on, bad as it is
    }

    [Fact]
    public async Task A_refused_connection_counts_at_once()
    {
        using var dead = new DeadPort();
        await using var good = TestOrigin.Start(Answers.Ok("good"));
        await using var proxy = await YamlProxy.StartAsync($$"""outlier: { consecutive-5xx: 2, ejection: 30s, max-ejected: 50% }, backends: [ "{{dead.Address}}", "{{good.Address}}" ]""");

        Assert.All(await proxy.BodiesAsync(4), static body => Assert.Equal("good", body));   // tried again elsewhere
        await Eventually.True(() => proxy.Verdicts.Count == 1 && proxy.Exchanges.Count == 4, "the ejection, and the exchanges to end");
        var attempts = proxy.Exchanges.Count;
        await proxy.BodiesAsync(4);

        await Eventually.True(() => proxy.Exchanges.Count == attempts + 4, "the exchanges to end");
        Assert.All(proxy.Exchanges.Skip(attempts), static ended => Assert.DoesNotContain("refused", ended.Attempts, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reused_connection_that_was_dead_tells_nothing()
    {
        var onFirst = 0;
        await using var origin = TestOrigin.Start(exchange =>
        {
            if (exchange.Request.Connection > 1 || ++onFirst == 1)
                return Answers.Ok("well")(exchange);
            exchange.Reset();
            return Task.CompletedTask;
        });
        await using var proxy = await YamlProxy.StartAsync($$"""outlier: { consecutive-5xx: 1, max-ejected: 100% }, backends: [ "{{origin.Address}}" ]""");

        Assert.Equal(["well", "well", "well"], await proxy.BodiesAsync(3));

        Assert.Equal(2, origin.Connections);
        Assert.Empty(proxy.Verdicts);
    }

    [Fact]
    public async Task A_client_that_leaves_tells_nothing()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("late")));
        await using var proxy = await YamlProxy.StartAsync($$"""outlier: { consecutive-5xx: 1, max-ejected: 100% }, backends: [ "{{origin.Address}}" ]""");
        for (var i = 0; i < 3; i++)
        {
            var client = await proxy.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            await Eventually.True(() => origin.Requests.Count == i + 1, "the request");
            client.Reset();
        }

        gate.SetResult();
        await Eventually.True(() => proxy.Exchanges.Count == 3, "the exchanges to end");

        Assert.Equal(200, (await proxy.GetAsync()).Status);
        Assert.Empty(proxy.Verdicts);
    }

    [Fact]
    public async Task Rates_of_an_interval_eject_too()
    {
        var asked = 0;
        await using var bad = TestOrigin.Start(exchange => (++asked % 4 == 0 ? Answers.Ok("sometimes") : Answers.Status(500))(exchange));
        await using var good = TestOrigin.Start(Answers.Ok("good"));
        await using var proxy = await YamlProxy.StartAsync(Two(
            bad, good, "outlier: { consecutive-5xx: 0, every: 400ms, ejection: 30s, max-ejected: 50%, success-rate: off, failure-percent: { percent: 50%, backends-min: 2, requests-min: 4 } }"));

        await Eventually.True(
            async () =>
            {
                await proxy.BodiesAsync(4);
                return proxy.Verdicts.Count > 0;
            },
            "an ejection");

        Assert.IsType<EjectionCause.FailureShare>(((DownReason.Ejected)((Verdict.Down)proxy.Verdicts[0].After).Reason).Cause);
        Assert.All(await proxy.BodiesAsync(4), static body => Assert.Equal("good", body));
    }

    [Fact]
    public async Task A_breaker_opens_and_recovers_by_trials()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start(Answers.Ok("good"));
        await using var proxy = await YamlProxy.StartAsync(Two(bad, good, "breaker: { failures: 50%, requests-min: 4, open-for: 500ms, trials: 2, recovery: 0s }"));

        await proxy.BodiesAsync(8);
        await proxy.UntilVerdictAsync(bad, static verdict => verdict is Verdict.Down { Reason: DownReason.BreakerOpen }, "the breaker to open");
        Assert.Equal(4, bad.Requests.Count);

        // The next trial fails: it opens once more.
        await proxy.UntilVerdictAsync(bad, static verdict => verdict.IsUsable, "its time to be over");
        await Eventually.True(
            async () =>
            {
                await proxy.BodiesAsync(1);
                return bad.Requests.Count == 5;
            },
            "a trial");
        await proxy.UntilVerdictAsync(bad, static verdict => !verdict.IsUsable, "the breaker to open again");

        bad.Answer = Answers.Ok("well again");
        await proxy.UntilVerdictAsync(bad, static verdict => verdict.IsUsable, "its time to be over again");
        await Eventually.True(async () => (await proxy.BodiesAsync(4)).Count(static body => body == "well again") == 2, "its full share");
    }

    [Fact]
    public async Task An_open_breaker_of_the_only_backend_answers_503_without_asking_it()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var proxy = await YamlProxy.StartAsync($$"""breaker: { failures: 100%, requests-min: 3, open-for: 30s }, backends: [ "{{bad.Address}}" ]""");

        await using var client = await proxy.ConnectAsync();
        for (var i = 0; i < 6; i++)
            Assert.Equal(i < 3 ? 500 : 503, (await client.GetAsync()).Status);

        Assert.Equal(3, bad.Requests.Count);
        await Eventually.True(() => proxy.Exchanges.Count == 6, "the exchanges to end");
        Assert.Equal(3, proxy.Exchanges.Count(static ended => ended is { Outcome: Outcome.NoBackend, Attempts: "" }));
    }

    private static string Two(TestOrigin first, TestOrigin second, string more) => $$"""{{more}}, backends: [ "{{first.Address}}", "{{second.Address}}" ]""";
}
