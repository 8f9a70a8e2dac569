using System;
using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;

namespace Fairlead.Tests.Health;

/// <summary>One life of a breaker that opens at 30 % of 20 requests, for 10 s, then three trials, then 10 s of recovery.</summary>
public class CircuitBreakerTests
{
    private static readonly BreakerSettings Settings = BreakerSettings.Default;

    [Fact]
    public void It_opens_at_the_share_of_failures_and_not_below_the_number_of_requests()
    {
        Assert.Equal(BreakerPhase.Closed, After(default, 13, 5).PhaseAt(At(0), Settings));                     // 5 of 18
        Assert.Equal(BreakerPhase.Closed, After(default, 0, 19).PhaseAt(At(0), Settings));                     // 19 of 19
        Assert.Equal(BreakerPhase.Closed, After(default, 15, 5).PhaseAt(At(0), Settings));                     // 25 %
        Assert.Equal(BreakerPhase.Open, After(default, 14, 6).PhaseAt(At(0), Settings));                       // 30 %
        Assert.Equal(BreakerPhase.Open, After(After(default, 0, 19), 1, 0).PhaseAt(At(0), Settings));          // the twentieth is good
    }

    [Fact]
    public void Open_lets_nothing_through_until_its_time_is_over()
    {
        var open = Opened();
        Assert.Equal(At(10), open.OpenUntil(Settings));
        Assert.False(open.Allows(At(9.999), 0, Settings).Pass.IsAllowed);
        Assert.Equal(BreakerPhase.HalfOpen, open.PhaseAt(At(10), Settings));
        Assert.True(open.Allows(At(10), ulong.MaxValue, Settings).Pass.IsAllowed);
    }

    [Fact]
    public void Half_open_lets_so_many_trials_through()
    {
        var breaker = Opened();
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ =>
        {
            (var pass, breaker) = breaker.Allows(At(11), 0, Settings);
            return pass.IsAllowed;
        }).ToArray());
    }

    [Fact]
    public void One_failed_trial_opens_it_again()
    {
        var breaker = Trials(3).Observe(Trial, success: true, At(12), Settings).Observe(Trial, success: false, At(13), Settings);
        Assert.Equal(At(23), breaker.OpenUntil(Settings));
    }

    [Fact]
    public void When_all_trials_passed_the_share_grows_in_a_line_until_it_is_closed()
    {
        var breaker = Trials(3);
        foreach (var second in new[] { 12, 13, 14 })
            breaker = breaker.Observe(Trial, success: true, At(second), Settings);
        Assert.Equal(BreakerPhase.Recovering, breaker.PhaseAt(At(14), Settings));
        foreach (var (second, percent) in new[] { (14.0, 0), (15.0, 10), (19.0, 50), (23.0, 90) })
        {
            var allowed = Enumerable.Range(0, 1000).Count(i => breaker.Allows(At(second), (ulong)i * (ulong.MaxValue / 1000), Settings).Pass.IsAllowed);
            Assert.InRange(allowed, (10 * percent) - 1, (10 * percent) + 1);
        }

        Assert.Equal(BreakerPhase.Closed, breaker.PhaseAt(At(24), Settings));
        Assert.True(breaker.Allows(At(24), ulong.MaxValue, Settings).Pass.IsAllowed);
    }

    [Fact]
    public void Failures_while_recovering_open_it_again_by_the_same_rule()
    {
        var breaker = Trials(3);
        foreach (var _ in Enumerable.Range(0, 3))
            breaker = breaker.Observe(Trial, success: true, At(12), Settings);
        for (var i = 0; i < 20; i++)
            breaker = breaker.Observe(default, success: i % 3 > 0, At(15), Settings);
        Assert.Equal(At(25), breaker.OpenUntil(Settings));
    }

    [Fact]
    public void What_was_let_through_before_it_opened_decides_nothing()
    {
        var open = Opened();
        Assert.Equal(open, open.Observe(default, success: true, At(1), Settings));
        Assert.Equal(BreakerPhase.HalfOpen, open.Observe(default, success: false, At(10), Settings).PhaseAt(At(10), Settings));
    }

    [Fact]
    public void In_half_open_only_the_trials_decide()
    {
        var (early, _) = default(CircuitBreaker).Allows(At(0), 0, Settings);
        var half = Trials(1);
        foreach (var pass in new[] { early, default })
        {
            Assert.Equal(half, half.Observe(pass, success: true, At(11), Settings));
            Assert.Equal(half, half.Observe(pass, success: false, At(11), Settings));
            Assert.Equal(half, half.Forget(pass, At(11), Settings));
        }

        var one = Settings with { Trials = 1 };
        Assert.Equal(BreakerPhase.HalfOpen, half.Observe(early, success: true, At(11), one).PhaseAt(At(11), one));
        Assert.Equal(BreakerPhase.Recovering, half.Observe(Trial, success: true, At(11), one).PhaseAt(At(11), one));
    }

    [Fact]
    public void A_trial_of_the_last_time_it_was_half_open_decides_nothing_this_time()
    {
        var again = Trials(2).Observe(Trial, success: false, At(12), Settings);
        var (pass, half) = again.Allows(At(22), 0, Settings);
        Assert.Equal(half, half.Observe(Trial, success: false, At(23), Settings));
        Assert.Equal(At(33), half.Observe(pass, success: false, At(23), Settings).OpenUntil(Settings));
    }

    [Fact]
    public void A_slow_trial_counts_although_trials_were_given_out_again()
    {
        var given = Trials(3).Allows(At(20), 0, Settings).Next;
        for (var i = 0; i < 3; i++)
            given = given.Observe(Trial, success: true, At(21), Settings);
        Assert.Equal(BreakerPhase.Recovering, given.PhaseAt(At(21), Settings));
    }

    [Fact]
    public void A_late_trial_that_told_nothing_makes_no_room_for_one_more()
    {
        var breaker = Trials(3).Forget(Trial, At(20), Settings);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ =>
        {
            (var pass, breaker) = breaker.Allows(At(20), 0, Settings);
            return pass.IsAllowed;
        }).ToArray());
    }

    [Fact]
    public void Trials_that_passed_are_remembered_while_there_are_more_to_give_out()
    {
        var breaker = Trials(1).Observe(Trial, success: true, At(12), Settings);
        for (var i = 0; i < 2; i++)
        {
            (var pass, breaker) = breaker.Allows(At(21), 0, Settings);
            breaker = breaker.Observe(pass, success: true, At(21), Settings);
        }

        Assert.Equal(BreakerPhase.Recovering, breaker.PhaseAt(At(21), Settings));
    }

    [Fact]
    public void A_trial_that_told_nothing_is_given_back()
    {
        var full = Trials(3);
        Assert.False(full.Allows(At(12), 0, Settings).Pass.IsAllowed);
        Assert.True(full.Forget(Trial, At(12), Settings).Allows(At(12), 0, Settings).Pass.IsAllowed);
        Assert.Equal(default, default(CircuitBreaker).Forget(Trial, At(12), Settings));
    }

    [Fact]
    public void Trials_whose_end_is_never_told_are_given_out_again() => Assert.True(Trials(3).Allows(At(20), 0, Settings).Pass.IsAllowed);

    [Fact]
    public void Trials_that_begin_late_are_no_more_than_those_that_begin_at_once()
    {
        var breaker = Trials(2);
        foreach (var (second, allowed) in new[] { (19, true), (21, false), (28, false), (29, true), (38, true), (38, true), (47, false) })
        {
            (var pass, breaker) = breaker.Allows(At(second), 0, Settings);
            Assert.Equal((second, allowed), (second, pass.IsAllowed));
        }
    }

    [Fact]
    public void A_trial_whose_end_is_never_told_takes_no_place_for_longer_than_it_was_open()
    {
        var breaker = Trials(1);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ =>
        {
            (var pass, breaker) = breaker.Allows(At(20), 0, Settings);
            return pass.IsAllowed;
        }).ToArray());
    }

    [Fact]
    public void Without_a_recovery_it_closes_at_the_last_trial()
    {
        var abrupt = Settings with { Recovery = TimeSpan.Zero, Trials = 1 };
        var (pass, trial) = Opened().Allows(At(10), 0, abrupt);
        Assert.Equal(BreakerPhase.Closed, trial.Observe(pass, success: true, At(10), abrupt).PhaseAt(At(10), abrupt));
    }

    [Fact]
    public void Successes_alone_never_open_it_even_at_zero_per_cent() =>
        Assert.Equal(BreakerPhase.Closed, Enumerable.Range(0, 30).Aggregate(default(CircuitBreaker), static (known, _) => known.Observe(default, success: true, At(0), Settings with { FailurePercent = 0 })).PhaseAt(At(0), Settings));

    [Fact]
    public void Asking_and_telling_allocate_nothing()
    {
        var breaker = After(default, 1, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            (var pass, breaker) = breaker.Allows(At(1), 7, Settings);
            breaker = breaker.Observe(pass, success: true, At(1), Settings);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static CircuitBreaker Opened() => After(default, 0, 20);

    /// <summary>Half-open at 10 s with that many trials on their way.</summary>
    private static CircuitBreaker Trials(int count) => Enumerable.Range(0, count).Aggregate(Opened(), static (known, _) => known.Allows(At(10), 0, Settings).Next);

    /// <summary>What each of these was told.</summary>
    private static BreakerPass Trial => Opened().Allows(At(10), 0, Settings).Pass;

    private static CircuitBreaker After(CircuitBreaker breaker, int successes, int failures)
    {
        for (var i = 0; i < successes; i++)
            breaker = breaker.Observe(default, success: true, At(0), Settings);
        for (var i = 0; i < failures; i++)
            breaker = breaker.Observe(default, success: false, At(0), Settings);
        return breaker;
    }

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
