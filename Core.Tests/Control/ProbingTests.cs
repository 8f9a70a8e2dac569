using System.Linq;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

public class ProbingTests
{
    private const string One = "10.0.0.1:80";
    private const string Two = "10.0.0.2:80";

    [Fact]
    public void First_checks_start_at_once()
    {
        var plane = new Plane();
        Assert.Equal(["publish 1", "probe 10.0.0.1:80 #1", "probe 10.0.0.2:80 #2"], plane.Load(0, Given.Settings(Given.App(Given.Check(), One, Two))));
    }

    [Fact]
    public void A_backend_nobody_checks_is_used_and_never_probed()
    {
        var plane = new Plane();
        Assert.Equal(["publish 1"], plane.Load(0, Given.Settings(Given.App(None, One))));
        Assert.Equal("unchecked", plane.WordOf(One));
        Assert.Equal(None, plane.NextDeadline);
    }

    [Fact]
    public void An_upstream_that_is_down_until_its_first_check_is_settling_until_one_backend_can_be_used()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Given.Check() with { Initial = InitialHealth.Down, Rise = 1 }, One, Two), Given.Upstream("other", None, Two)));
        Assert.True(plane.Snapshot.IsSettling);
        plane.Passes(1, One);
        Assert.False(plane.Snapshot.IsSettling);

        var used = new Plane();
        used.Load(0, Given.Settings(Given.App(Given.Check(), One, Two)));
        Assert.False(used.Snapshot.IsSettling);
    }

    [Fact]
    public void The_next_check_starts_one_interval_after_the_last_one_started()
    {
        var plane = Loaded(Given.Check());
        plane.Passes(1.5, One);
        Assert.Equal(Some(10.0), plane.NextDeadline);
        Assert.Equal([], plane.Tick(9.9));
        Assert.Equal(["probe 10.0.0.1:80 #2"], plane.Tick(10));
    }

    [Fact]
    public void Never_two_checks_of_a_backend_at_once()
    {
        var plane = Loaded(Given.Check() with { Every = Given.Seconds(1), Timeout = Given.Seconds(5) });
        Assert.Equal([], plane.Tick(1));
        Assert.Equal([], plane.Tick(3));
        Assert.Equal(["probe 10.0.0.1:80 #2"], plane.Passes(4, One));
    }

    [Fact]
    public void Failures_in_a_row_take_a_backend_down_and_passes_in_a_row_bring_it_up()
    {
        var plane = Loaded(Given.Check());
        Assert.Equal([], plane.Fails(0, One));
        plane.Tick(10);
        Assert.Equal([], plane.Fails(10, One));
        plane.Tick(20);
        Assert.Equal(["publish 2", "10.0.0.1:80 up -> down (timeout), 0 of 1"], plane.Fails(20, One, "timeout"));
        Assert.Equal("0", plane.Available());
        plane.Tick(30);
        Assert.Equal([], plane.Passes(30, One));
        plane.Tick(40);
        Assert.Equal(["publish 3", "10.0.0.1:80 down (timeout) -> up, 1 of 1"], plane.Passes(40, One));
        Assert.Equal("1", plane.Available());
    }

    [Fact]
    public void A_result_takes_effect_although_the_checks_of_others_still_run()
    {
        var plane = Loaded(Given.Check(InitialHealth.FirstProbe), One, Two);
        Assert.Equal(["publish 2", "10.0.0.2:80 awaiting -> up, 1 of 2"], plane.Passes(0.1, Two));
        Assert.Equal("01", plane.Available());
    }

    [Fact]
    public void The_first_failure_of_a_backend_that_waits_for_it_is_reported()
    {
        var plane = Loaded(Given.Check(InitialHealth.FirstProbe));
        Assert.Equal(["publish 2", "10.0.0.1:80 awaiting -> down (refused), 0 of 1"], plane.Fails(0.1, One));
    }

    [Fact]
    public void A_new_reason_for_being_down_is_published()
    {
        var plane = Loaded(Given.Check(InitialHealth.FirstProbe));
        plane.Fails(0, One);
        plane.Tick(10);
        Assert.Equal(["publish 3", "10.0.0.1:80 down (refused) -> down (status 500, expected 200), 0 of 1"], plane.Fails(10, One, "status 500, expected 200"));
        plane.Tick(20);
        Assert.Equal([], plane.Fails(20, One, "status 500, expected 200"));
    }

    [Fact]
    public void A_check_without_an_answer_has_failed_and_is_cancelled()
    {
        var plane = Loaded(Given.Check(fall: 1));
        Assert.Equal(Some(2.5), plane.NextDeadline);
        Assert.Equal([], plane.Tick(2.4));
        Assert.Equal(["publish 2", "10.0.0.1:80 up -> down (no answer within 2 s), 0 of 1", "cancel 10.0.0.1:80 #1"], plane.Tick(2.5));
        Assert.Equal(Some(10.0), plane.NextDeadline);
    }

    [Fact]
    public void Time_limits_below_a_second_are_told_in_milliseconds()
    {
        var plane = Loaded(Given.Check(fall: 1) with { Timeout = Given.Seconds(0.25) });
        plane.Tick(1);
        Assert.Equal("down (no answer within 250 ms)", plane.WordOf(One));
    }

    [Fact]
    public void Answers_too_late_told_twice_or_never_asked_for_are_ignored()
    {
        var plane = Loaded(Given.Check(fall: 2));
        plane.Tick(2.5);
        var before = plane.State;
        Assert.Equal([], plane.At(3, new ControlEvent.ProbeCompleted(Given.Id(One), 1, new ProbeResult.Failed("late"))));
        Assert.Equal([], plane.At(3, new ControlEvent.ProbeCompleted(Given.Id(One), 99, new ProbeResult.Failed("unknown"))));
        Assert.Equal([], plane.At(3, new ControlEvent.ProbeCompleted(Given.Id(Two), 1, new ProbeResult.Failed("unknown"))));
        Assert.Equal([], plane.At(3, new ControlEvent.ProbeCompleted(Given.Id(One, "other"), 1, new ProbeResult.Failed("unknown"))));
        Assert.Equal(before, plane.State);
    }

    [Fact]
    public void A_cancelled_check_tells_nothing_and_the_next_one_comes_in_time()
    {
        var plane = Loaded(Given.Check(fall: 1));
        Assert.Equal([], plane.Answers(1, Given.Id(One), new ProbeResult.Cancelled()));
        Assert.Equal("up", plane.WordOf(One));
        Assert.Equal(["probe 10.0.0.1:80 #2"], plane.Tick(10));
    }

    [Fact]
    public void What_is_due_is_done_along_with_any_event()
    {
        var plane = Loaded(Given.Check());
        plane.Passes(1, One);
        Assert.Equal(["probe 10.0.0.1:80 #2"], plane.At(12, new ControlEvent.BackendAdministered(Given.Id(Two), AdminState.Ready)));
    }

    [Fact]
    public void A_late_tick_starts_one_check_not_the_missed_ones_too()
    {
        var plane = Loaded(Given.Check());
        plane.Passes(1, One);
        Assert.Equal(["probe 10.0.0.1:80 #2"], plane.Tick(57));
        plane.Passes(57.5, One);
        Assert.Equal(Some(67.0), plane.NextDeadline);
    }

    [Fact]
    public void The_first_checks_of_many_are_spread_in_groups_over_a_second()
    {
        var plane = new Plane();
        var backends = Enumerable.Range(1, 80).Select(static i => $"10.0.0.{i}:80").ToArray();
        plane.Load(0, Given.Settings(Given.App(Given.Check(jitter: 0.5), backends)));
        for (var tenth = 0; tenth < 10; tenth++)
        {
            plane.Tick(tenth / 10.0);
            Assert.Equal(8 * (tenth + 1), plane.Probed.Count);
        }
    }

    [Fact]
    public void The_first_checks_are_spread_over_no_more_than_the_interval()
    {
        var plane = new Plane();
        var backends = Enumerable.Range(1, 80).Select(static i => $"10.0.0.{i}:80").ToArray();
        plane.Load(0, Given.Settings(Given.App(Given.Check() with { Every = Given.Seconds(0.1) }, backends)));
        plane.Tick(0.1);
        Assert.Equal(80, plane.Probed.Count);
    }

    // HAProxy's fastinter and downinter.
    [Fact]
    public void The_interval_follows_the_state()
    {
        var plane = Loaded(Given.Check(rise: 2, fall: 2) with { EveryChanging = Given.Seconds(1), EveryDown = Given.Seconds(4) });
        plane.Fails(0.5, One);
        Assert.Equal(Some(1.0), plane.NextDeadline);                  // about to fall
        plane.Tick(1);
        plane.Fails(1.1, One);
        Assert.Equal(Some(5.0), plane.NextDeadline);                  // down
        plane.Tick(5);
        plane.Passes(5.1, One);
        Assert.Equal(Some(6.0), plane.NextDeadline);                  // about to rise
        plane.Tick(6);
        plane.Passes(6.1, One);
        Assert.Equal(Some(16.0), plane.NextDeadline);                 // up
    }

    [Fact]
    public void Jitter_varies_the_interval_by_its_share_both_ways()
    {
        var plane = Loaded(Given.Check(jitter: 0.1));
        var started = 0.0;
        var intervals = Enumerable.Range(0, 50).Select(_ =>
        {
            plane.Tick(started);
            plane.Passes(started, One);
            var (before, next) = (started, plane.NextDeadline.IfNone(0));
            started = next;
            return next - before;
        }).ToArray();
        Assert.All(intervals, static interval => Assert.InRange(interval, 9, 11));
        Assert.Contains(intervals, static interval => interval < 9.7);
        Assert.Contains(intervals, static interval => interval > 10.3);
    }

    [Fact]
    public void Caddy_7544_the_check_goes_to_its_own_port_with_the_tls_of_the_upstream()
    {
        var tls = new UpstreamTls(Some("app.test"), Verify: true, default, None, None);
        var check = Given.Check(port: 9000);
        var plane = new Plane();
        var effects = plane.Effects(0, new ControlEvent.SettingsLoaded(Given.Settings(Given.App(check, "[::1]:80", "unix:/run/app") with { Tls = tls })));
        Assert.Equal(
            [
                new ControlEffect.StartProbe(Given.Id("[::1]:80"), 1, Given.Address("[::1]:9000"), check.Probe, tls, check.Timeout),
                new ControlEffect.StartProbe(Given.Id("unix:/run/app"), 2, Given.Address("unix:/run/app"), check.Probe, tls, check.Timeout),
            ],
            effects.Filter(static effect => effect is ControlEffect.StartProbe).AsEnumerable());
    }

    [Fact]
    public void Caddy_7870_one_address_in_two_upstreams_has_two_healths()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Given.Check(fall: 1), One), Given.Upstream("other", Given.Check(fall: 1), One)));
        plane.Fails(0, One);
        plane.Answers(0, Given.Id(One, "other"), new ProbeResult.Passed());
        Assert.Equal("down (refused)", plane.WordOf(One));
        Assert.Equal("up", plane.WordOf(One, "other"));
    }

    private static Plane Loaded(HealthSettings check, params string[] backends)
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(check, backends.Length == 0 ? [One] : backends)));
        return plane;
    }
}
