using System;
using System.Linq;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.Properties.Simulation;

public class SimulationLaws
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 100).Select(static seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_the_promises_hold(ulong seed)
    {
        var simulation = Simulation.Play(Scenario.Chaos(seed));
        Assertions.HoldAlways(simulation);
        Assert.InRange(simulation.Reference.Requests, 500, 10_000);
        Assert.True(simulation.Reference.Fates.Count(static fate => fate.Ends[0] == "200") > 100, "hardly anything worked");
    }

    [Fact]
    public void A_seed_reproduces_everything()
    {
        foreach (var seed in new[] { 1UL, 2UL, ulong.MaxValue })
            Assert.Equal(Simulation.TraceHash(seed), Simulation.TraceHash(seed));
        Assert.NotEqual(Simulation.TraceHash(1), Simulation.TraceHash(2));
    }

    [Fact]
    public void Chaos_leaves_nothing_out()
    {
        var all = string.Concat(Enumerable.Range(1, 20).Select(static seed => Simulation.Play(Scenario.Chaos((ulong)seed)).Trace));
        foreach (var what in (string[])
            [
                " 200\n", " 500\n", " 503\n", " closed\n", " UpstreamClosed\n", " ResponseHeadTimeout\n",
                "ConnectTimeout, OtherBackend", "ConnectRefused, OtherBackend", "UpstreamClosed, FreshConnection", "UpstreamClosed, GiveUp",
                "no answer in time", "connection refused", "status 500, expected 200", "proxy wants cancel", "Maintenance", "server failure",
            ])
        {
            Assert.Contains(what, all, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("crash")]
    [InlineData("cut off")]
    [InlineData("break")]
    public void A_bad_backend_gets_no_request_once_it_was_noticed_and_its_share_once_it_is_back(string fault)
    {
        const double Strikes = 5;
        const double Passes = 20;
        var simulation = Simulation.Play(Scenario.Calm(9), world =>
        {
            var backend = world.Backends[1];
            world.At(Strikes, fault, fault switch { "crash" => backend.Crash, "break" => backend.Break, _ => () => backend.CutOff(true) });
            world.At(Passes, "end of " + fault, fault == "cut off" ? () => backend.CutOff(false) : backend.Start);
        });
        Assertions.HoldAlways(simulation);
        Assert.Equal(0, Share(simulation, 1, At(Strikes) + Assertions.NoticeTime, At(Passes)));
        Assert.InRange(Share(simulation, 1, At(Passes) + Assertions.ReturnTime, At(40)), 0.24, 0.26);
        Assert.InRange(Share(simulation, 1, At(1), At(Strikes)), 0.23, 0.27);
    }

    [Fact]
    public void While_one_backend_is_dead_every_get_succeeds_on_another()
    {
        var simulation = Simulation.Play(Scenario.Calm(3), static world => world.At(5, "crash", world.Backends[0].Crash));
        Assertions.HoldAlways(simulation);
        var lost = simulation.Reference.Fates.Where(static fate => fate.Ends[0] is not ("200" or "closed")).ToArray();
        Assert.All(lost, static fate => Assert.InRange((fate.AskedAt - Instant.Zero).TotalSeconds, 4.9, 5.1));      // only what was with it when it died
        Assert.InRange(lost.Length, 0, 8);
    }

    [Fact]
    public void With_every_backend_dead_each_request_is_answered_at_once()
    {
        var simulation = Simulation.Play(Scenario.Calm(4), static world => world.At(5, "crash all", () =>
        {
            foreach (var backend in world.Backends)
                backend.Crash();
        }));
        Assertions.HoldAlways(simulation);
        Assert.All(
            simulation.Reference.Fates.Where(fate => fate.AskedAt > At(5) + Assertions.NoticeTime && fate.Ends[0] != "closed"),
            static fate => Assert.Equal("503", fate.Ends[0]));
    }

    [Fact]
    public void A_drained_backend_gets_no_new_request_and_loses_none()
    {
        var simulation = Simulation.Play(Scenario.Calm(5), static world => world.At(10, "drain 2", () => world.Proxy.Load(Scenario.Calm(5).Settings(1, 1, 0, 1))));
        Assertions.HoldAlways(simulation);
        Assert.Equal(0, Share(simulation, 2, At(10), At(40)));
        Assert.All(simulation.Reference.Fates, static fate => Assert.True(fate.Ends[0] is "200" or "closed", fate.Ends[0]));
    }

    [Fact]
    public void A_disabled_backend_gets_no_new_request_until_it_is_enabled()
    {
        var backend = new BackendId("app", Scenario.AddressOf(0));
        var simulation = Simulation.Play(Scenario.Calm(6), world =>
        {
            world.At(10, "disable 0", () => world.Proxy.Enable(backend, isEnabled: false));
            world.At(20, "enable 0", () => world.Proxy.Enable(backend, isEnabled: true));
        });
        Assertions.HoldAlways(simulation);
        Assert.Equal(0, Share(simulation, 0, At(10), At(20)));
        Assert.InRange(Share(simulation, 0, At(20), At(40)), 0.24, 0.26);
    }

    private static double Share(Simulation simulation, int backend, Instant from, Instant until)
    {
        var attempts = simulation.Reference.FirstAttempts.Where(attempt => attempt.At > from && attempt.At < until).ToArray();
        Assert.True(attempts.Length > 100, "hardly any traffic");
        return (double)attempts.Count(attempt => attempt.Backend == backend) / attempts.Length;
    }

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
