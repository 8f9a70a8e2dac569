using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

public class ReloadTests
{
    private const string One = "10.0.0.1:80";
    private const string Two = "10.0.0.2:80";
    private const string Three = "10.0.0.3:80";

    [Fact]
    public void Equal_settings_again_do_nothing_at_all()
    {
        var plane = Down(One, Two);
        var before = plane.State;
        Assert.Equal([], plane.Load(1000, Given.Settings(Given.App(Check, One, Two))));
        Assert.Equal(before, plane.State);
    }

    [Fact]
    public void The_first_settings_are_published_even_if_empty() => Assert.Equal(["publish 1"], new Plane().Load(0, ProxySettings.Empty));

    [Fact]
    public void Settings_that_requests_do_not_see_are_not_published()
    {
        var plane = Down(One);
        Assert.Equal([], plane.Load(1, Given.Settings(Given.App(Check, One)) with { DrainLimit = Given.Seconds(1) }));
    }

    [Fact]
    public void Pingora_health_survives_a_change_of_weight()
    {
        var plane = Down(One, Two);
        Assert.Equal(["publish 3"], plane.Load(1, Given.Settings(Given.App(Check, One + "=5", Two))));
        Assert.Equal("down (refused)", plane.WordOf(One));
        Assert.Equal("01", plane.Available());
    }

    [Fact]
    public void Health_survives_reordering_and_new_neighbours()
    {
        var plane = Down(One, Two);
        Assert.Equal(["publish 3", "probe 10.0.0.3:80 #3"], plane.Load(1, Given.Settings(Given.App(Check, Three, Two, One))));
        Assert.Equal("down (refused)", plane.WordOf(One));
        Assert.Equal([Three, Two, One], plane.Snapshot.Upstreams[0].Backends.Select(static backend => backend.Address.ToString()));
    }

    [Fact]
    public void Health_survives_new_thresholds_and_a_streak_goes_on()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Given.Check(fall: 3), One)));
        plane.Fails(0, One);
        plane.Load(1, Given.Settings(Given.App(Given.Check(fall: 2), One)));
        plane.Tick(10);
        plane.Fails(10, One);
        Assert.Equal("down (refused)", plane.WordOf(One));
    }

    [Fact]
    public void Another_check_starts_health_anew()
    {
        var plane = Down(One);
        plane.Tick(10);
        var other = Check with { Probe = new ProbeSettings.Tcp(Handshake: false, Port: None) };
        Assert.Equal(
            ["publish 3", "10.0.0.1:80 down (refused) -> up, 1 of 1", "cancel 10.0.0.1:80 #2", "probe 10.0.0.1:80 #3"],
            plane.Load(11, Given.Settings(Given.App(other, One))));
    }

    [Fact]
    public void Checks_switched_off_leave_backends_unchecked_and_nothing_running()
    {
        var plane = Down(One);
        plane.Tick(10);
        Assert.Equal(
            ["publish 3", "10.0.0.1:80 down (refused) -> unchecked, 1 of 1", "cancel 10.0.0.1:80 #2"],
            plane.Load(11, Given.Settings(Given.App(None, One))));
        Assert.Equal(None, plane.NextDeadline);
    }

    [Fact]
    public void The_check_of_a_removed_backend_is_cancelled()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, One, Two)));
        Assert.Equal(["publish 2", "cancel 10.0.0.1:80 #1"], plane.Load(1, Given.Settings(Given.App(Check, Two))));
        Assert.Equal(["publish 3", "cancel 10.0.0.2:80 #2"], plane.Load(2, ProxySettings.Empty));
    }

    [Fact]
    public void A_check_under_way_still_counts_after_a_reload_that_keeps_it()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, One)));
        plane.Load(1, Given.Settings(Given.App(Check, One + "=3")));
        Assert.Equal(["publish 3", "10.0.0.1:80 up -> down (refused), 0 of 1"], plane.Fails(1.5, One));
    }

    [Fact]
    public void A_shorter_interval_takes_effect_at_once_and_a_longer_one_with_the_next_check()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, One)));
        plane.Passes(1, One);
        plane.Load(2, Given.Settings(Given.App(Check with { Every = Given.Seconds(3) }, One)));
        Assert.Equal(Some(5.0), plane.NextDeadline);
        plane.Load(3, Given.Settings(Given.App(Check with { Every = Given.Seconds(60) }, One)));
        Assert.Equal(Some(5.0), plane.NextDeadline);
        plane.Tick(5);
        plane.Passes(5, One);
        Assert.Equal(Some(65.0), plane.NextDeadline);
    }

    [Fact]
    public void Slots_are_dense_kept_for_life_and_reused_only_after_removal()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(None, One, Two)));
        Assert.Equal([0, 1], Slots(plane));
        plane.Load(1, Given.Settings(Given.App(None, Three, Two)));
        Assert.Equal([2, 1], Slots(plane));
        plane.Load(2, Given.Settings(Given.App(None, Two, Three, One)));
        Assert.Equal([1, 2, 0], Slots(plane));
    }

    [Fact]
    public void Slots_are_never_shared_between_upstreams()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(None, One, Two), Given.Upstream("other", None, One, Two)));
        Assert.Equal([0, 1, 2, 3], Slots(plane));
    }

    [Fact]
    public void New_routes_policies_and_tls_are_published()
    {
        var app = Given.App(None, One);
        var plane = new Plane();
        plane.Load(0, Given.Settings(app));
        Assert.Equal(["publish 2"], plane.Load(1, Given.Settings(app) with { Routes = Seq1(Given.Route("/new", "app")) }));
        Assert.Equal(["publish 3"], plane.Load(2, Given.Settings(app with { Policy = new PolicySettings.Random() })));
        Assert.Equal(["publish 4"], plane.Load(3, Given.Settings(app with { Tls = new UpstreamTls(None, Verify: false, default, None, None) })));
        Assert.Equal(["publish 5"], plane.Load(4, Given.Settings(app)));
    }

    [Fact]
    public void What_did_not_change_stays_the_same_object()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, One, Two), Given.Upstream("other", None, Three)));
        var before = plane.Snapshot;
        plane.Fails(0, One);
        Assert.NotSame(before.Upstreams[0], plane.Snapshot.Upstreams[0]);
        Assert.Same(before.Upstreams[0].Backends[1], plane.Snapshot.Upstreams[0].Backends[1]);
        Assert.Same(before.Upstreams[1], plane.Snapshot.Upstreams[1]);
        Assert.Same(before.Routes, plane.Snapshot.Routes);
    }

    [Fact]
    public void A_backend_that_drains_is_up_but_not_available()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, One + "=0", Two)));
        Assert.Equal("up", plane.WordOf(One));
        Assert.Equal("01", plane.Available());
    }

    private static HealthSettings Check => Given.Check(rise: 1, fall: 1);

    /// <summary>Loaded at 0, the first backend down and all others up.</summary>
    private static Plane Down(params string[] backends)
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Check, backends)));
        plane.Fails(0, backends[0]);
        foreach (var other in backends.Skip(1))
            plane.Passes(0, other);
        return plane;
    }

    private static int[] Slots(Plane plane) => [.. plane.Snapshot.Upstreams.SelectMany(static upstream => upstream.Backends).Select(static backend => backend.Slot.Value)];
}
