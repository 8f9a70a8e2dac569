using System.Linq;
using Fairlead.Balancing;
using Fairlead.Control;
using Fairlead.Health;

namespace Fairlead.Tests.Control;

public class OperatorTests
{
    private const string One = "10.0.0.1:80";
    private const string Two = "10.0.0.2:80";

    [Fact]
    public void A_disabled_backend_gets_nothing_until_it_is_enabled()
    {
        var plane = Loaded();
        Assert.Equal(["publish 2", "10.0.0.1:80 up -> maintenance, 1 of 2"], Enable(plane, 1, isEnabled: false));
        Assert.Equal("01", plane.Available());
        Assert.Equal(["publish 3", "10.0.0.1:80 maintenance -> up, 2 of 2"], Enable(plane, 2, isEnabled: true));
    }

    [Fact]
    public void Saying_it_twice_changes_nothing()
    {
        var plane = Loaded();
        Enable(plane, 1, isEnabled: false);
        Assert.Equal([], Enable(plane, 1, isEnabled: false));
    }

    [Fact]
    public void Disabled_survives_a_reload_even_with_another_check()
    {
        var plane = Loaded();
        Enable(plane, 1, isEnabled: false);
        plane.Load(2, Given.Settings(Given.App(Given.Check(InitialHealth.Down, port: 81), One, Two)));
        Assert.Equal("maintenance", plane.WordOf(One));
    }

    [Fact]
    public void Health_goes_on_underneath()
    {
        var plane = Loaded();
        Enable(plane, 0, isEnabled: false);
        plane.Answers(0, Given.Id(Two), new ProbeResult.Passed());
        Assert.Equal([], plane.Fails(0, One));
        Assert.Equal(["probe 10.0.0.1:80 #3", "probe 10.0.0.2:80 #4"], plane.Tick(10));
        Assert.Equal(["publish 3", "10.0.0.1:80 maintenance -> down (refused), 1 of 2"], Enable(plane, 10, isEnabled: true));
    }

    [Fact]
    public void An_unknown_backend_cannot_be_disabled()
    {
        var plane = Loaded();
        Assert.Equal([], plane.At(1, new ControlEvent.BackendAdministered(Given.Id("10.0.0.9:80"), AdminState.Maintenance)));
        Assert.Equal([], plane.At(1, new ControlEvent.BackendAdministered(Given.Id(One, "other"), AdminState.Maintenance)));
    }

    [Fact]
    public void A_drained_backend_gets_no_new_work_but_keeps_who_is_there()
    {
        var plane = Loaded();
        Assert.Equal(["publish 2", "10.0.0.1:80 up -> draining, 1 of 2"], plane.At(1, new ControlEvent.BackendAdministered(Given.Id(One), AdminState.Drain)));
        Assert.Equal([Standing.Draining, Standing.Ready], plane.Snapshot.Upstreams[0].Selector.Standings.AsEnumerable());
    }

    [Fact]
    public void A_drained_backend_that_fails_is_not_used_even_in_panic()
    {
        var plane = Loaded();
        plane.At(1, new ControlEvent.BackendAdministered(Given.Id(One), AdminState.Drain));
        Assert.Equal(["publish 3", "10.0.0.1:80 draining -> draining, down (refused), 1 of 2"], plane.Fails(1, One));
        Assert.Equal([Standing.Out, Standing.Ready], plane.Snapshot.Upstreams[0].Selector.Standings.AsEnumerable());
    }

    private static Plane Loaded()
    {
        var plane = new Plane();
        plane.Load(0, Given.Settings(Given.App(Given.Check(fall: 1), One, Two)));
        return plane;
    }

    private static string[] Enable(Plane plane, double second, bool isEnabled) =>
        plane.At(second, new ControlEvent.BackendAdministered(Given.Id(One), isEnabled ? AdminState.Ready : AdminState.Maintenance));
}
