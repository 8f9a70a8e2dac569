using System.Linq;
using Fairlead.Health;

namespace Fairlead.Tests.Health;

public class BackendHealthTests
{
    [Fact]
    public void Starting_up_is_up_before_any_check() => Assert.Equal(new Verdict.Up(), BackendHealth.Before(InitialHealth.Up).Verdict);

    [Theory]
    [InlineData(InitialHealth.Down)]
    [InlineData(InitialHealth.FirstProbe)]
    public void Starting_otherwise_awaits_the_first_check(InitialHealth initial) => Assert.Equal(new Verdict.Awaiting(), BackendHealth.Before(initial).Verdict);

    [Fact]
    public void Starting_up_stays_up_until_fall_checks_failed() =>
        Assert.Equal("up, up, down: x", Verdicts(InitialHealth.Up, "F F F", rise: 2, fall: 3));

    [Fact]
    public void Starting_down_waits_for_rise_passes() =>
        Assert.Equal("awaiting, up", Verdicts(InitialHealth.Down, "S S", rise: 2, fall: 3));

    [Fact]
    public void Starting_down_is_down_with_a_reason_at_the_first_failure_and_stays_so_below_rise() =>
        Assert.Equal("awaiting, down: x, down: x, up", Verdicts(InitialHealth.Down, "S F S S", rise: 2, fall: 3));

    [Fact]
    public void The_first_check_alone_brings_up_what_waits_for_it() =>
        Assert.Equal("up, up, up, down: x", Verdicts(InitialHealth.FirstProbe, "S F F F", rise: 2, fall: 3));

    [Fact]
    public void The_first_check_alone_takes_down_what_waits_for_it() =>
        Assert.Equal("down: x, down: x, up", Verdicts(InitialHealth.FirstProbe, "F S S", rise: 2, fall: 3));

    [Fact]
    public void A_cancelled_check_changes_nothing_not_even_who_decides_first()
    {
        var waiting = BackendHealth.Before(InitialHealth.FirstProbe);
        Assert.Equal(waiting, waiting.Observe(new ProbeResult.Cancelled(), rise: 2, fall: 3));
    }

    [Fact]
    public void Down_tells_the_reason_of_the_last_failure()
    {
        var health = BackendHealth.Before(InitialHealth.Up)
            .Observe(new ProbeResult.Failed("connection refused"), rise: 1, fall: 2)
            .Observe(new ProbeResult.Failed("status 500, expected 200"), rise: 1, fall: 2);
        Assert.Equal(new Verdict.Down("status 500, expected 200"), health.Verdict);
    }

    private static string Verdicts(InitialHealth initial, string results, int rise, int fall)
    {
        var health = BackendHealth.Before(initial);
        return string.Join(", ", results.Split(' ').Select(result =>
        {
            health = health.Observe(result == "S" ? new ProbeResult.Passed() : new ProbeResult.Failed("x"), rise, fall);
            return health.Verdict switch
            {
                Verdict.Up => "up",
                Verdict.Awaiting => "awaiting",
                Verdict.Down down => "down: " + down.Reason,
                var other => other.ToString(),
            };
        }));
    }
}
