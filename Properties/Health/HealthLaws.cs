using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Health;

public class HealthLaws
{
    [Property(MaxTest = 500)]
    public bool The_counter_agrees_with_the_last_full_run(bool atStart, bool[] results, byte riseDraw, byte fallDraw)
    {
        var (rise, fall) = (1 + (riseDraw % 5), 1 + (fallDraw % 5));
        return Run(new RiseFall(atStart, 0), results, rise, fall).IsUp == ReferenceHealth.IsUp(atStart, results, rise, fall);
    }

    [Property(MaxTest = 500)]
    public bool The_verdict_agrees_with_the_last_full_run(InitialHealth initial, bool[] results, byte riseDraw, byte fallDraw)
    {
        var (rise, fall) = (1 + (riseDraw % 4), 1 + (fallDraw % 4));
        var told = results.Select(static (passed, i) => (Reason: passed ? null : "failure " + i, At: new Instant(i + 1))).ToArray();
        var health = told.Aggregate(BackendHealth.Before(initial, default), (known, one) => known.Observe(Result(one.Reason), rise, fall, one.At));
        return health.Verdict == ReferenceHealth.VerdictOf(initial, told, rise, fall, default);
    }

    // Caddy's counters were reset only by a flip (caddy#7625).
    [Property]
    public bool Caddy_7625_fewer_than_fall_failures_in_a_row_never_flip(byte fallDraw, byte[] runs)
    {
        var fall = 1 + (fallDraw % 6);
        var results = runs.SelectMany(run => Enumerable.Repeat(false, run % fall).Append(true));
        var counter = new RiseFall(IsUp: true, 0);
        return results.All(passed => (counter = counter.Observe(passed, rise: 1, fall)).IsUp);
    }

    [Property]
    public bool Caddy_7625_fewer_than_rise_passes_in_a_row_never_flip(byte riseDraw, byte[] runs)
    {
        var rise = 1 + (riseDraw % 6);
        var results = runs.SelectMany(run => Enumerable.Repeat(true, run % rise).Append(false));
        var counter = default(RiseFall);
        return results.All(passed => !(counter = counter.Observe(passed, rise, fall: 1)).IsUp);
    }

    [Property]
    public bool Enough_in_a_row_always_decide(bool atStart, bool[] before, bool passed, byte riseDraw, byte fallDraw)
    {
        var (rise, fall) = (1 + (riseDraw % 6), 1 + (fallDraw % 6));
        var counter = Run(new RiseFall(atStart, 0), before, rise, fall);
        return Run(counter, [.. Enumerable.Repeat(passed, passed ? rise : fall)], rise, fall) == new RiseFall(passed, 0);
    }

    [Property]
    public bool The_streak_stays_below_the_threshold(bool atStart, bool[] results, byte riseDraw, byte fallDraw)
    {
        var (rise, fall) = (1 + (riseDraw % 6), 1 + (fallDraw % 6));
        var counter = Run(new RiseFall(atStart, 0), results, rise, fall);
        return counter.Streak >= 0 && counter.Streak < (counter.IsUp ? fall : rise);
    }

    [Property]
    public Property Yarp_2079_what_waits_never_becomes_usable_through_a_failure(bool[] results, byte fallDraw) =>
        Prop.When(results.Length > 0, () =>
        {
            var reasons = results.Select(static _ => "failed").ToArray();
            return new[] { InitialHealth.Down, InitialHealth.FirstProbe }.All(initial =>
                !reasons.Aggregate(BackendHealth.Before(initial, default), (known, reason) => known.Observe(Result(reason), rise: 1, 1 + fallDraw, default)).Verdict.IsUsable);
        });

    [Property]
    public bool A_cancelled_check_changes_nothing(InitialHealth initial, bool[] results)
    {
        var health = results.Aggregate(BackendHealth.Before(initial, default), static (known, passed) => known.Observe(Result(passed ? null : "failed"), 2, 3, default));
        return health.Observe(new ProbeResult.Cancelled(), 2, 3, Instant.Never) == health;
    }

    private static RiseFall Run(RiseFall counter, bool[] results, int rise, int fall) =>
        results.Aggregate(counter, (known, passed) => known.Observe(passed, rise, fall));

    private static ProbeResult Result(string? reason) => reason is null ? new ProbeResult.Passed() : new ProbeResult.Failed(reason);
}
