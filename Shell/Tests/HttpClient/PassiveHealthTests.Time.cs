using System;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;

namespace Fairlead.HttpClients.Tests;

/// <content>Shares, panic, and what time does.</content>
public sealed partial class PassiveHealthTests
{
    [Fact]
    public async Task In_panic_ejected_backends_serve_within_their_limits()
    {
        var gate = new TaskCompletionSource();
        await using var only = TestOrigin.Start(Answers.Status(500));
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(only.Address, inFlightMax: 1);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1, MaxEjectedPercent = 100 };
            options.Selection = SelectionSettings.Default with { Tiers = new TierSettings(default, TierSettings.EnvoyPanicPercent) };
            options.TimeProvider = _time;
        });
        using var client = Clients.ClientOf(balancer);
        await client.Outcome();
        Assert.True(balancer.Backends[0].EjectedFor > TimeSpan.Zero);
        only.Answer = Answers.After(gate.Task, Answers.Ok("well again"));

        var requests = new[] { client.GetStringAsync("/"), client.GetStringAsync("/") };
        await Eventually.True(() => balancer.Waiting == 1, "one that waits");
        gate.SetResult();

        Assert.Equal(["well again", "well again"], await Task.WhenAll(requests).Within());
    }

    [Fact]
    public async Task No_more_than_half_are_ejected_unless_said_otherwise()
    {
        await using var one = TestOrigin.Start(Answers.Status(500));
        await using var two = TestOrigin.Start(Answers.Status(500));
        await using var three = TestOrigin.Start(Answers.Status(500));
        var balancer = Balancer([one, two, three]);
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(30);

        Assert.Single(balancer.Backends, static backend => backend.EjectedFor > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_success_rate_far_below_the_others_ejects_at_the_end_of_the_interval()
    {
        var bad = 0;
        await using var failing = TestOrigin.Start(exchange => (bad++ % 2 == 0 ? Answers.Status(500) : Answers.Ok("ok"))(exchange));
        var origins = Enumerable.Range(0, 4).Select(static _ => TestOrigin.Start()).Prepend(failing).ToArray();
        var balancer = Balancer([.. origins.Select(static origin => HttpBackend.At(origin.Address))], static outliers => outliers with { SuccessRate = new SuccessRateSettings(RequestsMin: 10) });
        using var client = Clients.ClientOf(balancer);

        await client.Outcomes(50);
        _time.Advance(TimeSpan.FromSeconds(9));
        await client.Outcomes(5);
        Assert.Equal(TimeSpan.Zero, balancer.Backends[0].EjectedFor);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(new double[] { 30, 0, 0, 0, 0 }, balancer.Backends.Select(static backend => backend.EjectedFor.TotalSeconds));
        foreach (var origin in origins)
            await origin.DisposeAsync();
    }

    [Fact]
    public async Task Replacing_backends_keeps_the_health_of_those_that_stay()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start();
        await using var late = TestOrigin.Start();
        var balancer = Balancer([bad, good]);
        using var client = Clients.ClientOf(balancer);
        await client.Outcomes(6);

        balancer.Update([HttpBackend.At(late.Address), HttpBackend.At(bad.Address, weight: 5), HttpBackend.At(good.Address)]);
        await client.Ask(4);

        Assert.Equal([3, 5, 2], TestOrigin.Counts(bad, good, late));
        Assert.Equal(new double[] { 0, 30, 0 }, balancer.Backends.Select(static backend => backend.EjectedFor.TotalSeconds));
        balancer.Update([HttpBackend.At(good.Address)]);
        balancer.Update([HttpBackend.At(bad.Address), HttpBackend.At(good.Address)]);
        Assert.Equal(TimeSpan.Zero, balancer.Backends[0].EjectedFor); // who left is forgotten
    }

    [Fact]
    public async Task A_backend_that_returns_gets_its_share_little_by_little()
    {
        await using var bad = TestOrigin.Start(Answers.Status(500));
        await using var good = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(bad.Address).Add(good.Address);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1 };
            options.Selection = SelectionSettings.Default with { SlowStart = new SlowStartSettings(TimeSpan.FromSeconds(100)) };
            options.TimeProvider = _time;
        });
        using var client = Clients.ClientOf(balancer);
        await client.Outcomes(2);
        bad.Answer = Answers.Ok("well again");

        async Task<int> Share(int requests, int seconds)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            var before = bad.Requests.Count;
            await client.Ask(requests);
            return bad.Requests.Count - before;
        }

        Assert.Equal(0, await Share(110, seconds: 29));
        Assert.Equal(10, await Share(110, seconds: 1));               // 10 : 100, the least
        Assert.Equal(10, await Share(110, seconds: 19));
        Assert.Equal(20, await Share(120, seconds: 1));               // 20 : 100
        Assert.Equal(50, await Share(150, seconds: 30));
        Assert.Equal(10, await Share(20, seconds: 50));
        Assert.Equal(10, await Share(20, seconds: 1_000));
    }

    [Fact]
    public void Time_that_nobody_looked_at_is_made_up_for()
    {
        var settings = OutlierSettings.Default with { MaxEjectedPercent = 100 };
        var ejected = PassiveHealth.Start(settings, backends: 1, At(0), default).Reached(0, StreakCauses.ServerErrors, At(5)).Reached(0, StreakCauses.ServerErrors, At(6));
        var again = ejected.At(At(35)).Reached(0, StreakCauses.ServerErrors, At(36));      // twice in a row: 60 s

        var watched = Enumerable.Range(37, 200).Aggregate(again, static (state, second) => state.At(At(second)));
        var unwatched = again.At(At(236));

        Assert.Equal(Some(At(96)), again.Backends[0].Ejection.Map(static ejection => ejection.Until));
        Assert.Equal(watched.Backends, unwatched.Backends);
        Assert.Equal(watched.NextDue, unwatched.NextDue);
        Assert.Equal(0, unwatched.Backends[0].TimesInRow);
        Assert.Equal(1, again.At(At(100)).Backends[0].TimesInRow);
    }

    [Fact]
    public void A_thousand_years_without_a_request_pass_at_once()
    {
        var state = PassiveHealth.Start(OutlierSettings.Default, backends: 3, At(0), default).At(At(31_556_952_000 + 4));

        Assert.Equal(At(31_556_952_010), state.NextDue);              // still on the beat of ten seconds
    }
}
