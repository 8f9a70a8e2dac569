using System;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

/// <summary>What requests tell, in the control plane: ejections, breakers and slow starts, each with its own end.</summary>
public class PassiveTests
{
    private const string One = "10.0.0.1:80";
    private const string Two = "10.0.0.2:80";

    private static readonly OutlierSettings Rules = new() { MaxEjectedPercent = 50 };

    [Fact]
    public void A_run_of_failures_ejects_and_the_ejection_ends_at_its_time()
    {
        var plane = Loaded(App());
        Assert.Equal(["publish 2", "10.0.0.1:80 unchecked -> ejected (5 server errors in a row), 1 of 2"], Streak(plane, 5, One));
        Assert.Equal("01", plane.Available());
        Assert.Equal(Some(35.0), plane.NextDeadline);
        Assert.Equal(["publish 3", "10.0.0.1:80 ejected (5 server errors in a row) -> unchecked, 2 of 2"], plane.Tick(35));
    }

    [Fact]
    public void A_second_ejection_lasts_twice_as_long_and_healthy_intervals_forget_the_first()
    {
        var plane = Loaded(App());
        Streak(plane, 0, One);
        plane.Tick(30);
        Streak(plane, 31, One);
        Assert.Equal(Some(91.0), plane.NextDeadline);
        plane.Tick(91);
        Assert.Equal(Some(101.0), plane.NextDeadline);
        Assert.Equal([], plane.Tick(101));
        Assert.Equal(Some(111.0), plane.NextDeadline);
        plane.Tick(111);
        Assert.Equal(None, plane.NextDeadline);
        Streak(plane, 112, One);
        Assert.Equal(Some(142.0), plane.NextDeadline);
    }

    [Fact]
    public void No_more_are_ejected_than_may_be_and_the_rest_is_reported()
    {
        var plane = Loaded(App());
        Streak(plane, 0, One);
        Assert.Equal(["10.0.0.2:80 spared (5 server errors in a row): TooManyEjected"], Streak(plane, 1, Two));
    }

    [Fact]
    public void Rates_are_compared_when_an_interval_with_requests_ends()
    {
        var plane = Loaded(App(Rules with { SuccessRate = new SuccessRateSettings(HostsMin: 2, RequestsMin: 10, StandardDeviations: 0.5) }));
        Assert.Equal(None, plane.NextDeadline);
        Assert.Equal([], plane.At(3, new ControlEvent.OutcomesTallied(toSeq(new[] { (Given.Id(One), new OutcomeTally(2, 8, 0, 0)), (Given.Id(Two), new OutcomeTally(10, 0, 0, 0)) }).Strict())));
        Assert.Equal(Some(13.0), plane.NextDeadline);
        Assert.Equal(["publish 2", "10.0.0.1:80 unchecked -> ejected (success rate 20 % below 40 %), 1 of 2"], plane.Tick(13));
        Assert.Equal(Some(43.0), plane.NextDeadline);
    }

    [Fact]
    public void A_passed_check_ends_an_ejection_unless_told_not_to()
    {
        foreach (var (returns, word) in new[] { (true, "up"), (false, "ejected (5 server errors in a row)") })
        {
            var plane = Loaded(App(Rules with { ReturnOnPassedProbe = returns }, Given.Check()));
            Streak(plane, 1, One);
            plane.Passes(2, One);
            Assert.Equal(word, plane.WordOf(One));
        }
    }

    [Fact]
    public void Nobody_is_ejected_where_nobody_listens_or_by_what_is_said_of_strangers()
    {
        var plane = Loaded(Given.App(None, One, Two));
        Assert.Equal([], Streak(plane, 1, One));
        Assert.Equal([], Streak(Loaded(App()), 1, "10.0.0.9:80"));
        Assert.Equal([], plane.At(2, new ControlEvent.OutcomesTallied(Seq1((Given.Id(One), new OutcomeTally(0, 100, 0, 0))))));
        Assert.Equal([], plane.At(3, new ControlEvent.BreakerOpened(Given.Id(One), Second(13))));
        Assert.Equal(None, plane.NextDeadline);
    }

    // Caddy let two proxies that check one address share one flag (caddy#7870).
    [Fact]
    public void Caddy_7870_what_is_told_of_an_address_belongs_to_one_upstream()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(App(), Given.Upstream("other", None, One, Two) with { Outlier = Rules }));
        Streak(plane, 1, One);
        Assert.Equal("ejected (5 server errors in a row)", plane.WordOf(One));
        Assert.Equal("unchecked", plane.WordOf(One, "other"));
    }

    // A second entry that is down switched off nginx's rule never to fail out a single peer (nginx-proxy#1495).
    [Fact]
    public void Nginx_1495_an_unusable_neighbour_changes_no_verdict()
    {
        var (alone, beside) = (Loaded(App(Rules, None, One, Two)), Loaded(App(Rules, None, One, Two, "10.0.0.3:80=0")));
        beside.At(0, new ControlEvent.BackendAdministered(Given.Id("10.0.0.3:80"), AdminState.Maintenance));
        foreach (var plane in new[] { alone, beside })
        {
            Streak(plane, 1, One);
            Streak(plane, 2, Two);
        }

        Assert.Equal((alone.WordOf(One), alone.WordOf(Two)), (beside.WordOf(One), beside.WordOf(Two)));
    }

    [Fact]
    public void An_ejection_survives_a_reload_and_ends_when_nobody_listens_any_more()
    {
        var plane = Loaded(App());
        Streak(plane, 0, One);
        plane.Load(1, Given.Settings(App(Rules, None, Two, One + "=7")));
        Assert.Equal("ejected (5 server errors in a row)", plane.WordOf(One));
        Assert.Equal(Some(30.0), plane.NextDeadline);
        plane.Load(2, Given.Settings(Given.App(None, One, Two)));
        Assert.Equal("unchecked", plane.WordOf(One));
        Assert.Equal(None, plane.NextDeadline);
    }

    [Fact]
    public void An_open_breaker_is_a_verdict_until_its_time()
    {
        var plane = Loaded(Given.App(None, One, Two) with { Breaker = BreakerSettings.Default });
        Assert.Equal(["publish 2", "10.0.0.1:80 unchecked -> breaker open, 1 of 2"], plane.At(1, new ControlEvent.BreakerOpened(Given.Id(One), Second(11))));
        Assert.Equal(Some(11.0), plane.NextDeadline);
        Assert.Equal(["publish 3", "10.0.0.1:80 breaker open -> unchecked, 2 of 2"], plane.Tick(11));
    }

    [Fact]
    public void A_backend_that_returns_gets_its_share_in_ten_steps_that_end_with_the_window()
    {
        var plane = Loaded(Slow(new PolicySettings.RoundRobin()));
        Streak(plane, 0, One);
        Assert.Equal(["publish 3", "10.0.0.1:80 ejected (5 server errors in a row) -> recovering, 2 of 2"], plane.Tick(30));
        var weights = new System.Collections.Generic.List<int>();
        for (var second = 30; second < 90; second += 6)
        {
            Assert.Equal(second <= 36 ? 0 : 1, plane.Tick(second).Length);        // the minimum and a tenth of the window are the same 10 %
            weights.Add(WeightOf(plane, 0));
            Assert.Equal(100, WeightOf(plane, 1));
        }

        Assert.Equal([10, 10, 20, 30, 40, 50, 60, 70, 80, 90], weights);
        Assert.Equal("10.0.0.1:80 recovering -> unchecked, 2 of 2", plane.Tick(90)[1]);
        Assert.Equal((1, 1), (WeightOf(plane, 0), WeightOf(plane, 1)));
    }

    [Fact]
    public void Hash_policies_keep_their_ring_and_get_no_slow_start()
    {
        var plane = Loaded(Slow(new PolicySettings.Ketama(new KeySource.ClientIp())));
        var ring = ((Ketama)plane.Snapshot.Upstreams[0].Picker).Ring;
        Streak(plane, 0, One);
        plane.Tick(30);
        Assert.Equal("unchecked", plane.WordOf(One));
        Assert.Same(ring, ((Ketama)plane.Snapshot.Upstreams[0].Picker).Ring);
    }

    [Theory]
    [InlineData(InitialHealth.Down)]
    [InlineData(InitialHealth.FirstProbe)]
    public void A_fresh_start_is_no_return(InitialHealth initial)
    {
        var plane = Loaded(Slow(new PolicySettings.RoundRobin()) with { Health = Given.Check(initial, rise: 1) });
        plane.Passes(0.1, One);
        Assert.Equal("up", plane.WordOf(One));
    }

    [Fact]
    public void Who_fails_again_while_recovering_begins_again()
    {
        var plane = Loaded(Slow(new PolicySettings.RoundRobin()));
        Streak(plane, 0, One);
        plane.Tick(30);
        plane.Tick(60);
        Streak(plane, 61, One);
        plane.Tick(200);
        Assert.Equal(new Verdict.Recovering(Second(200), Second(260)), plane.VerdictOf(One));
        Assert.Equal(10, WeightOf(plane, 0));
    }

    [Fact]
    public void Tiers_and_limits_reach_the_candidates()
    {
        var app = Given.App(None, One, Two);
        var plane = Loaded(app with { Backends = app.Backends.Map(static backend => backend with { Tier = 1, InFlightMax = 7 }).Strict() });
        Assert.All(plane.Snapshot.Upstreams[0].Selector.Candidates, static candidate => Assert.Equal((1, 7), (candidate.Tier, candidate.InFlightMax)));
    }

    private static UpstreamSettings App() => App(Rules);

    private static UpstreamSettings App(OutlierSettings rules, Option<HealthSettings> check = default, params string[] backends) =>
        Given.App(check, backends.Length == 0 ? [One, Two] : backends) with { Outlier = rules };

    private static UpstreamSettings Slow(PolicySettings policy) => App(Rules with { Interval = Given.Seconds(1000) }) with
    {
        Policy = policy,
        Selection = SelectionSettings.Default with { SlowStart = new SlowStartSettings(Given.Seconds(60)) },
    };

    private static Plane Loaded(UpstreamSettings upstream)
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(upstream));
        return plane;
    }

    private static string[] Streak(Plane plane, double second, string backend) => plane.At(second, new ControlEvent.StreakReached(Given.Id(backend), StreakCauses.ServerErrors));

    private static int WeightOf(Plane plane, int index) => plane.Snapshot.Upstreams[0].Selector.Candidates[index].Weight.Value;

    private static Instant Second(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
