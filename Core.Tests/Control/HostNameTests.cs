using System.Linq;
using Fairlead.Control;
using Fairlead.Health;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

public class HostNameTests
{
    private const string Named = "app.test:80";

    [Fact]
    public void A_name_is_resolved_at_load_and_unresolved_until_then()
    {
        var plane = new Plane();
        Assert.Equal(["publish 1", "resolve app.test"], plane.Load(0, Given.Settings(Given.App(None, Named))));
        Assert.Equal("unresolved (not resolved yet)", plane.WordOf(Named));
        Assert.Empty(plane.Shown(Named).DialTargets);
    }

    [Fact]
    public void Addresses_are_dialled_in_canonical_order_each_once_with_the_port_of_the_backend()
    {
        var plane = Loaded(None);
        Assert.Equal(
            ["publish 2", "app.test:80 unresolved (not resolved yet) -> unchecked, 1 of 1"],
            plane.Resolves(0, "app.test", "::1", "10.0.0.9", "10.0.0.1", "10.0.0.9"));
        Assert.Equal(["10.0.0.1:80", "10.0.0.9:80", "[::1]:80"], plane.Shown(Named).DialTargets.Select(static target => target.ToString()));
    }

    [Fact]
    public void The_same_addresses_in_another_order_are_no_news()
    {
        var plane = Loaded(None);
        plane.Resolves(0, "app.test", "10.0.0.1", "10.0.0.2");
        plane.Tick(30);
        Assert.Equal([], plane.Resolves(30, "app.test", "10.0.0.2", "10.0.0.1"));
    }

    [Fact]
    public void Resolved_again_after_the_interval_and_never_twice_at_once()
    {
        var plane = Loaded(None);
        Assert.Equal(None, plane.NextDeadline);
        Assert.Equal([], plane.Tick(100));
        plane.Resolves(100, "app.test", "10.0.0.1");
        Assert.Equal(Some(130.0), plane.NextDeadline);
        Assert.Equal(["resolve app.test"], plane.Tick(130));
    }

    [Fact]
    public void A_failure_keeps_the_last_good_addresses()
    {
        var plane = Loaded(None);
        plane.Resolves(0, "app.test", "10.0.0.1");
        plane.Tick(30);
        Assert.Equal([], plane.DoesNotResolve(30, "app.test"));
        Assert.Equal("unchecked", plane.WordOf(Named));
        Assert.Equal(Some(60.0), plane.NextDeadline);
    }

    [Fact]
    public void A_name_that_never_had_an_address_says_why_and_is_tried_again_soon_then_less_often()
    {
        var plane = Loaded(None);
        Assert.Equal(["publish 2", "app.test:80 unresolved (not resolved yet) -> unresolved (no such host), 0 of 1"], plane.DoesNotResolve(0, "app.test"));
        var now = 0.0;
        foreach (var wait in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            Assert.Equal(Some(now + wait), plane.NextDeadline);
            now += wait;
            Assert.Equal(["resolve app.test"], plane.Tick(now));
            Assert.Equal([], plane.DoesNotResolve(now, "app.test"));
        }
    }

    [Fact]
    public void No_address_at_all_counts_as_a_failure()
    {
        var plane = Loaded(None);
        plane.Resolves(0, "app.test");
        Assert.Equal("unresolved (no address)", plane.WordOf(Named));
    }

    [Fact]
    public void A_named_backend_is_checked_as_soon_as_it_has_an_address_at_the_first_of_them()
    {
        var check = Given.Check(InitialHealth.FirstProbe, port: 9000);
        var plane = Loaded(check);
        Assert.Empty(plane.Probed);
        Assert.Equal(None, plane.NextDeadline);
        var effects = plane.Effects(3, new ControlEvent.NameResolved("app.test", Seq1(System.Net.IPAddress.Parse("10.0.0.7"))));
        Assert.Contains(new ControlEffect.StartProbe(Given.Id(Named), 1, Given.Address("10.0.0.7:9000"), check.Probe, None, check.Timeout), effects);
        Assert.Equal("awaiting", plane.WordOf(Named));
        plane.Passes(4, Named);
        Assert.Equal("up", plane.WordOf(Named));
    }

    [Fact]
    public void A_host_many_backends_name_is_resolved_once_at_the_shortest_interval()
    {
        var plane = new Plane();
        var slow = Given.Upstream("slow", None, "app.test:80", "app.test:81") with { ResolveEvery = Given.Seconds(60) };
        var fast = Given.Upstream("fast", None, "app.test:80") with { ResolveEvery = Given.Seconds(5) };
        Assert.Equal(["publish 1", "resolve app.test"], plane.Load(0, Given.Settings(slow, fast)));
        plane.Resolves(0, "app.test", "10.0.0.1");
        Assert.Equal(Some(5.0), plane.NextDeadline);
        Assert.Equal(["10.0.0.1:81"], plane.Shown("app.test:81", "slow").DialTargets.Select(static target => target.ToString()));
    }

    [Fact]
    public void A_backend_added_for_a_known_host_is_reached_at_once()
    {
        var plane = Loaded(None);
        plane.Resolves(0, "app.test", "10.0.0.1");
        Assert.Equal(["publish 3"], plane.Load(1, Given.Settings(Given.App(None, Named, "app.test:81"))));
        Assert.Equal("unchecked", plane.WordOf("app.test:81"));
    }

    [Fact]
    public void A_host_forgotten_and_named_again_while_it_is_resolved_is_not_resolved_twice()
    {
        var plane = Loaded(None);
        Assert.Equal(["publish 2"], plane.Load(1, Given.Settings(Given.App(None, "10.0.0.1:80"))));
        Assert.Equal(["publish 3"], plane.Load(2, Given.Settings(Given.App(None, Named))));
        plane.Resolves(3, "app.test", "10.0.0.1");
        Assert.Equal("unchecked", plane.WordOf(Named));
    }

    [Fact]
    public void A_host_forgotten_while_it_is_resolved_and_named_again_has_lost_its_addresses()
    {
        var plane = Loaded(None);
        plane.Resolves(0, "app.test", "10.0.0.1");
        plane.Tick(30);
        plane.Load(31, Given.Settings(Given.App(None, "10.0.0.1:80")));
        plane.Load(32, Given.Settings(Given.App(None, Named)));
        Assert.Equal("unresolved (not resolved yet)", plane.WordOf(Named));
    }

    [Fact]
    public void Answers_about_hosts_nobody_names_are_ignored()
    {
        var plane = Loaded(None);
        var before = plane.State;
        Assert.Equal([], plane.Resolves(1, "other.test", "10.0.0.1"));
        Assert.Equal([], plane.DoesNotResolve(1, "other.test"));
        Assert.Equal(before, plane.State);
    }

    private static Plane Loaded(Option<HealthSettings> check)
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(check, Named)));
        return plane;
    }
}
