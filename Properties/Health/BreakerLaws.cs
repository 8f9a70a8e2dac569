using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Health;

/// <summary>Requests at their times: whether each failed, and the milliseconds to the next.</summary>
public sealed record Requests(IReadOnlyList<(bool Failed, int AfterMilliseconds)> All)
{
    public IEnumerable<(bool Failed, Instant At)> Timed()
    {
        var now = Instant.Zero;
        foreach (var (failed, after) in All)
        {
            yield return (failed, now);
            now += TimeSpan.FromMilliseconds(after);
        }
    }
}

public static class RequestCases
{
    public static Arbitrary<Requests> Arbitrary() => (
        from all in Gen.ListOf(
            from failed in Gen.Elements(true, false)
            from after in Gen.Frequency((4, Gen.Choose(0, 300)), (1, Gen.Choose(300, 4_000)))
            select (failed, after))
        select new Requests([.. all])).ToArbitrary();
}

[Properties(Arbitrary = [typeof(RequestCases)], MaxTest = 300)]
public class BreakerLaws
{
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(2);

    private static readonly BreakerSettings _settings = new(50, 4, _window, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(1));

    [Property]
    public void Nginx_599_what_the_window_holds_a_true_window_held(Requests requests)
    {
        var window = default(SlidingWindow);
        var told = new List<(bool Failed, Instant At)>();
        foreach (var one in requests.Timed())
        {
            told.Add(one);
            window = window.Observe(one.Failed, one.At, _window);
            var held = window.At(one.At, _window);
            var count = told.Where(past => one.At - past.At < _window).Reverse().ToArray();
            Assert.InRange(held.Requests, told.Count(past => one.At - past.At < _window * 7 / 8), count.Length);
            Assert.Equal(told.TakeLast((int)held.Requests).Count(static past => past.Failed), held.Failures);
        }
    }

    [Property]
    public void Closed_opens_only_when_a_true_window_held_the_stated_share(Requests requests)
    {
        var breaker = default(CircuitBreaker);
        var told = new List<(bool Failed, Instant At)>();
        foreach (var (failed, at) in requests.Timed())
        {
            told.Add((failed, at));
            breaker = breaker.Observe(default, !failed, at, _settings);
            if (breaker.PhaseAt(at, _settings) != BreakerPhase.Open)
                continue;
            Assert.Contains(Enumerable.Range(1, told.Count), last =>
                last >= 4 && told[^1].At - told[^last].At < _window && told.TakeLast(last).Count(static one => one.Failed) * 2 >= last);
            return;
        }
    }

    [Property]
    public void A_closed_breaker_and_no_other_lets_everything_through_unchanged(Requests requests, ulong draw)
    {
        var breaker = default(CircuitBreaker);
        foreach (var (failed, at) in requests.Timed())
        {
            Assert.True(!breaker.IsClosed || breaker.PhaseAt(at, _settings) == BreakerPhase.Closed);
            var (pass, next) = breaker.Allows(at, draw, _settings);
            Assert.Equal(breaker.IsClosed, pass == BreakerPass.Free && next == breaker && breaker.Allows(at, ulong.MaxValue, _settings).Pass.IsAllowed);
            breaker = next.Observe(pass, !failed, at, _settings);
        }
    }

    [Property]
    public void An_open_breaker_lets_nothing_through_and_time_alone_brings_it_to_half_open(Requests requests, ulong draw)
    {
        var breaker = default(CircuitBreaker);
        foreach (var (failed, at) in requests.Timed())
        {
            (var pass, breaker) = breaker.Allows(at, draw, _settings);
            if (pass.IsAllowed)
                breaker = breaker.Observe(pass, !failed, at, _settings);
            if (breaker.OpenUntil(_settings) is var until && until == Instant.Never)
                continue;
            Assert.False(breaker.Allows(new Instant(until.Ticks - 1), draw, _settings).Pass.IsAllowed);
            Assert.Equal(BreakerPhase.Open, breaker.PhaseAt(new Instant(until.Ticks - 1), _settings));
            Assert.Equal(BreakerPhase.HalfOpen, breaker.PhaseAt(until, _settings));
            Assert.True(breaker.Allows(until, draw, _settings).Pass.IsAllowed);
        }
    }

    [Property]
    public void From_anywhere_successes_close_it_and_failures_open_it(Requests requests, ulong draw)
    {
        var breaker = default(CircuitBreaker);
        var now = Instant.Zero;
        foreach (var (failed, at) in requests.Timed())
        {
            now = at;
            (var pass, breaker) = breaker.Allows(at, draw, _settings);
            breaker = breaker.Observe(pass, !failed, at, _settings);
        }

        var (good, bad) = (breaker, breaker);
        for (var i = 0; i < 100; i++)
        {
            now += TimeSpan.FromMilliseconds(50);
            (var pass, good) = good.Allows(now, 0, _settings);
            good = pass.IsAllowed ? good.Observe(pass, success: true, now, _settings) : good;
            if (bad.PhaseAt(now, _settings) == BreakerPhase.Open)
                continue;
            (pass, bad) = bad.Allows(now, 0, _settings);
            bad = pass.IsAllowed ? bad.Observe(pass, success: false, now, _settings) : bad;
        }

        Assert.Equal(BreakerPhase.Closed, good.PhaseAt(now, _settings));
        Assert.Contains(bad.PhaseAt(now, _settings), new[] { BreakerPhase.Open, BreakerPhase.HalfOpen });
    }

    [Property]
    public void A_slow_start_never_takes_all_nor_gives_more(ushort[] weights, byte[] percents)
    {
        var given = weights.Select(static weight => Weight.From(weight).IfNone(Weight.One)).ToArray();
        var factors = percents.Select(static percent => percent / 255.0).ToArray();
        var scaled = SlowStart.Weights(given, factors);
        Assert.Equal(given.Select(static weight => weight.Drains), scaled.Select(static weight => weight.Drains));
        for (var i = 0; i < given.Length; i++)
        {
            // No weight passes another by ramping: the shares of those that do not ramp keep their proportions exactly.
            for (var j = 0; j < given.Length; j++)
            {
                if (i >= factors.Length && j >= factors.Length)
                    Assert.Equal((long)given[i].Value * scaled[j].Value, (long)given[j].Value * scaled[i].Value);
            }
        }
    }

    [Property]
    public void A_slow_start_only_ever_grows(ushort seconds, byte aggression, byte minimum)
    {
        var settings = new SlowStartSettings(TimeSpan.FromSeconds(60), 0.5 + (aggression / 64.0), minimum % 101);
        var factors = Enumerable.Range(0, 61).Select(second => SlowStart.Factor(TimeSpan.FromSeconds(second), settings)).ToArray();
        Assert.Equal(factors.Order(), factors);
        Assert.All(factors, factor => Assert.InRange(factor, settings.MinimumPercent / 100.0, 1));
        Assert.Equal(1, SlowStart.Factor(TimeSpan.FromSeconds(60 + seconds), settings));
    }
}
