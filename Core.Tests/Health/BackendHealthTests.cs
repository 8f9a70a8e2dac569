using System;
using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Tests.Health;

public class BackendHealthTests
{
    [Fact]
    public void Starting_up_is_up_before_any_check() => Assert.Equal(new Verdict.Up(), BackendHealth.Before(InitialHealth.Up, default).Verdict);

    [Theory]
    [InlineData(InitialHealth.Down)]
    [InlineData(InitialHealth.FirstProbe)]
    public void Starting_otherwise_awaits_the_first_check(InitialHealth initial) => Assert.Equal(new Verdict.Down(new DownReason.Awaiting(), default), BackendHealth.Before(initial, default).Verdict);

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
        var waiting = BackendHealth.Before(InitialHealth.FirstProbe, default);
        Assert.Equal(waiting, waiting.Observe(new ProbeResult.Cancelled(), rise: 2, fall: 3, default));
    }

    [Fact]
    public void Down_tells_the_last_reason_how_many_failures_took_it_down_and_since_when()
    {
        var health = Enumerable.Range(1, 5).Aggregate(
            BackendHealth.Before(InitialHealth.Up, default),
            static (known, second) => known.Observe(new ProbeResult.Failed("reason " + second), rise: 2, fall: 3, At(second)));
        Assert.Equal(new Verdict.Down(new DownReason.ProbeFailed("reason 5", Failures: 3, Needed: 3), At(3)), health.Verdict);
        var passing = health.Observe(new ProbeResult.Passed(), rise: 2, fall: 3, At(6));
        Assert.Equal(health.Verdict, passing.Verdict);
        Assert.Equal(health.Verdict, passing.Observe(new ProbeResult.Failed("reason 5"), rise: 2, fall: 3, At(7)).Verdict);
    }

    [Fact]
    public void What_waits_is_down_by_its_first_failure() => Assert.All(new[] { InitialHealth.Down, InitialHealth.FirstProbe }, static initial => Assert.Equal(
        new Verdict.Down(new DownReason.ProbeFailed("x", Failures: 1, Needed: 1), At(1)),
        BackendHealth.Before(initial, default).Observe(new ProbeResult.Failed("x"), rise: 2, fall: 3, At(1)).Observe(new ProbeResult.Failed("x"), rise: 2, fall: 3, At(2)).Verdict));

    [Fact]
    public void A_threshold_lowered_below_the_streak_tells_both()
    {
        var health = Enumerable.Range(1, 3).Aggregate(
            BackendHealth.Before(InitialHealth.Up, default), static (known, second) => known.Observe(new ProbeResult.Failed("x"), rise: 2, fall: 5, At(second)));
        Assert.Equal(new Verdict.Down(new DownReason.ProbeFailed("x", Failures: 4, Needed: 2), At(9)), health.Observe(new ProbeResult.Failed("x"), rise: 2, fall: 2, At(9)).Verdict);
    }

    // HAProxy: inter 2 s, fastinter between the ends, downinter at the lower end.
    [Theory]
    [InlineData("", 2)]
    [InlineData("F", 1)]
    [InlineData("F F", 1)]
    [InlineData("F S", 2)]
    [InlineData("F F F", 5)]
    [InlineData("F F F S", 1)]
    [InlineData("F F F S F", 5)]
    [InlineData("F F F S S", 2)]
    public void The_interval_is_that_of_the_state(string results, int seconds)
    {
        var settings = new HealthSettings(new ProbeSettings.Tcp(false, Option<int>.None), At(2) - At(0), At(1) - At(0), Rise: 2, Fall: 3, InitialHealth.Up, Jitter: 0);
        var health = results.Where(static c => c != ' ').Aggregate(
            BackendHealth.Before(InitialHealth.Up, default),
            static (known, result) => known.Observe(result == 'S' ? new ProbeResult.Passed() : new ProbeResult.Failed("x"), rise: 2, fall: 3, default));
        Assert.Equal(2, health.Interval(settings).TotalSeconds);
        Assert.Equal(seconds, health.Interval(settings with { EveryChanging = At(1) - At(0), EveryDown = At(5) - At(0) }).TotalSeconds);
    }

    private static Instant At(int second) => new(second * TimeSpan.TicksPerSecond);

    private static string Verdicts(InitialHealth initial, string results, int rise, int fall)
    {
        var health = BackendHealth.Before(initial, default);
        return string.Join(", ", results.Split(' ').Select(result =>
        {
            health = health.Observe(result == "S" ? new ProbeResult.Passed() : new ProbeResult.Failed("x"), rise, fall, default);
            return health.Verdict switch
            {
                Verdict.Up => "up",
                Verdict.Down { Reason: DownReason.ProbeFailed failed } => "down: " + failed.Reason,
                Verdict.Down { Reason: DownReason.Awaiting } => "awaiting",
                var other => other.ToString(),
            };
        }));
    }
}
