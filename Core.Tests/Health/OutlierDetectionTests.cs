using System;
using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Health;

/// <summary>Envoy's outlier detection against known answers; time is in seconds.</summary>
public class OutlierDetectionTests
{
    private static readonly OutlierSettings All = new() { MaxEjectedPercent = 100 };

    [Fact]
    public void Envoys_example_of_success_rates_has_the_limit_52() =>
        Assert.Equal(52, OutlierDetection.SuccessRateLimit([50, 100, 100, 100, 100], 1.9), precision: 9);

    [Fact]
    public void A_success_rate_below_the_limit_ejects()
    {
        var step = OutlierDetection.Look(All, Rates(50, 100, 100, 100, 100), At(10), default);
        Assert.Equal("10000", Ejected(step.Backends));
        var decision = Assert.Single(step.Decisions);
        Assert.Equal(0, decision.Index);
        Assert.Equal(OutlierVerdict.Ejected, decision.Verdict);
        var cause = Assert.IsType<EjectionCause.SuccessRate>(decision.Cause);
        Assert.Equal((50.0, 52.0), (cause.Percent, Math.Round(cause.Limit, 9)));
        Assert.All(step.Backends, static backend => Assert.Equal(default, backend.Tally));
    }

    [Fact]
    public void Equal_success_rates_eject_nobody_however_they_round() => Assert.All(
        Enumerable.Range(1, 200),
        static successes => Assert.Equal("0000000", Ejected(OutlierDetection.Look(All, Backends(7, new OutcomeTally(successes, 201 - successes, 0, 0)), At(10), default).Backends)));

    [Fact]
    public void Too_few_backends_or_requests_are_not_compared()
    {
        Assert.Equal("0000", Ejected(OutlierDetection.Look(All, Rates(0, 100, 100, 100), At(10), default).Backends));
        var quiet = With(Rates(0, 100, 100, 100, 100), 0, new OutcomeTally(0, 99, 0, 0));
        Assert.Equal("00000", Ejected(OutlierDetection.Look(All, quiet, At(10), default).Backends));
    }

    [Fact]
    public void A_share_of_failures_ejects_only_where_it_is_asked_for()
    {
        var rates = Rates(15, 16, 16, 16, 16);
        var without = All with { SuccessRate = None };
        Assert.Equal("00000", Ejected(OutlierDetection.Look(without, rates, At(10), default).Backends));
        var step = OutlierDetection.Look(without with { FailurePercent = new FailurePercentSettings() }, rates, At(10), default);
        Assert.Equal("10000", Ejected(step.Backends));
        Assert.Equal(new EjectionCause.FailureShare(85), step.Decisions[0].Cause);
    }

    [Fact]
    public void Split_rates_look_at_answers_and_at_their_absence_apart()
    {
        var split = All with { SplitLocalErrors = true };
        var silent = With(Backends(5, new OutcomeTally(200, 0, 0, 0)), 2, new OutcomeTally(100, 0, 0, 100));
        Assert.Equal("00100", Ejected(OutlierDetection.Look(split, silent, At(10), default).Backends));
        Assert.Equal("00100", Ejected(OutlierDetection.Look(All, silent, At(10), default).Backends));
        // 60 answers are too few to compare, though there were 120 requests; that half of them had none is what ejects.
        var mixed = With(silent, 2, new OutcomeTally(0, 60, 0, 60));
        var cause = (EjectionCause.SuccessRate)OutlierDetection.Look(split, mixed, At(10), default).Decisions[0].Cause;
        Assert.Equal(50, cause.Percent);
    }

    [Fact]
    public void An_ejection_lasts_base_times_the_ejections_in_a_row_capped()
    {
        var backends = Backends(1);
        var lengths = new System.Collections.Generic.List<double>();
        var now = At(0);
        for (var i = 0; i < 12; i++)
        {
            backends = Streak(All, backends, 0, now).Backends;
            var until = OutlierDetection.NextReturn(backends);
            lengths.Add((until - now).TotalSeconds);
            Assert.Equal("1", Ejected(OutlierDetection.ReturnDue(backends, new Instant(until.Ticks - 1))));
            backends = OutlierDetection.ReturnDue(backends, until);
            Assert.Equal("0", Ejected(backends));
            now = until;
        }

        Assert.Equal([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300], lengths);
    }

    [Fact]
    public void Each_healthy_interval_takes_one_from_the_factor()
    {
        var backends = Backends(1);
        foreach (var second in new[] { 0, 100, 200 })
            backends = OutlierDetection.ReturnDue(Streak(All, backends, 0, At(second)).Backends, At(second + 90));
        Assert.Equal(3, backends[0].TimesInRow);
        backends = OutlierDetection.Look(All, backends, At(300), default).Backends;
        backends = OutlierDetection.Look(All, backends, At(310), default).Backends;
        Assert.Equal(1, backends[0].TimesInRow);
        Assert.True(backends[0].AwaitsLook);
        Assert.Equal(60, (OutlierDetection.NextReturn(Streak(All, backends, 0, At(320)).Backends) - At(320)).TotalSeconds);
        backends = OutlierDetection.Look(All, backends, At(320), default).Backends;
        Assert.Equal(0, backends[0].TimesInRow);
        Assert.False(backends[0].AwaitsLook);
    }

    [Fact]
    public void An_interval_spent_ejected_takes_nothing_from_the_factor()
    {
        var backends = Streak(All, Backends(1), 0, At(0)).Backends;
        Assert.Equal(1, OutlierDetection.Look(All, backends, At(10), default).Backends[0].TimesInRow);
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(9, 10, 0)]                                            // one of nine is more than 10 %
    [InlineData(20, 10, 2)]
    [InlineData(3, 34, 1)]
    [InlineData(3, 33, 0)]
    [InlineData(4, 100, 4)]
    [InlineData(4, 250, 4)]
    [InlineData(4, 0, 0)]
    public void The_maximum_is_checked_before_ejecting(int count, int percent, int ejected)
    {
        var settings = All with { MaxEjectedPercent = percent };
        var backends = Backends(count);
        for (var i = 0; i < count; i++)
        {
            var step = Streak(settings, backends, i, At(0));
            Assert.Equal(i < ejected ? OutlierVerdict.Ejected : OutlierVerdict.TooManyEjected, step.Decisions.Last.Verdict);
            backends = step.Backends;
        }

        Assert.Equal(ejected, Ejected(backends).Count(static c => c == '1'));
    }

    [Fact]
    public void One_may_always_be_ejected_if_the_settings_say_so()
    {
        var settings = All with { MaxEjectedPercent = 0, AlwaysEjectOne = true };
        var backends = Streak(settings, Backends(3), 1, At(0)).Backends;
        Assert.Equal("010", Ejected(Streak(settings, backends, 0, At(0)).Backends));
    }

    [Fact]
    public void A_rule_that_is_not_enforced_only_reports()
    {
        var step = OutlierDetection.StreakReached(All, Backends(2), 0, StreakCauses.GatewayErrors, At(0), default);
        Assert.Equal("00", Ejected(step.Backends));
        Assert.Equal([new OutlierDecision(0, new EjectionCause.GatewayErrors(5), OutlierVerdict.NotEnforced)], step.Decisions.AsEnumerable());
        Assert.Equal(default, step.Entropy);
    }

    [Fact]
    public void The_fifth_503_reports_the_gateway_errors_and_ejects_by_the_5xx()
    {
        var step = OutlierDetection.StreakReached(All, Backends(2), 0, StreakCauses.GatewayErrors | StreakCauses.ServerErrors, At(0), default);
        Assert.Equal([OutlierVerdict.NotEnforced, OutlierVerdict.Ejected], step.Decisions.Map(static decision => decision.Verdict).AsEnumerable());
        Assert.Equal(new EjectionCause.ServerErrors(5), ((Ejection)step.Backends[0].Ejection.Case!).Cause);
    }

    // Fixed seed: 10,000 draws of 30 %; four standard deviations are 183.
    [Fact]
    public void A_chance_ejects_as_often_as_it_says()
    {
        var settings = All with { EnforcedConsecutive5xx = 30 };
        var (ejected, entropy) = (0, new Entropy(599));
        for (var i = 0; i < 10_000; i++)
        {
            var step = OutlierDetection.StreakReached(settings, Backends(1), 0, StreakCauses.ServerErrors, At(0), entropy);
            ejected += step.Backends[0].Ejection.IsSome ? 1 : 0;
            entropy = step.Entropy;
        }

        Assert.InRange(ejected, 3_000 - 183, 3_000 + 183);
    }

    [Fact]
    public void Jitter_lengthens_an_ejection_by_up_to_itself()
    {
        var settings = All with { Jitter = TimeSpan.FromSeconds(10) };
        var (entropy, lengths) = (new Entropy(7), new System.Collections.Generic.List<double>());
        for (var i = 0; i < 100; i++)
        {
            var step = OutlierDetection.StreakReached(settings, Backends(1), 0, StreakCauses.ServerErrors, At(0), entropy);
            lengths.Add((OutlierDetection.NextReturn(step.Backends) - At(0)).TotalSeconds);
            entropy = step.Entropy;
        }

        Assert.All(lengths, static length => Assert.InRange(length, 30, 40));
        Assert.True(lengths.Max() - lengths.Min() > 8);
    }

    [Fact]
    public void Who_is_ejected_already_is_not_ejected_again()
    {
        var backends = Streak(All, Backends(2), 0, At(0)).Backends;
        var again = Streak(All, backends, 0, At(1));
        Assert.Empty(again.Decisions);
        Assert.Equal(backends, again.Backends);
    }

    [Fact]
    public void Nobody_of_that_index_is_nobody() => Assert.All(
        new[] { -1, 2 }, static index => Assert.Empty(Streak(All, Backends(2), index, At(0)).Decisions));

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);

    private static OutlierStep Streak(OutlierSettings settings, Seq<OutlierHealth> backends, int index, Instant now) =>
        OutlierDetection.StreakReached(settings, backends, index, StreakCauses.ServerErrors, now, default);

    private static Seq<OutlierHealth> Backends(int count, OutcomeTally tally = default) =>
        toSeq(Enumerable.Repeat(OutlierHealth.Clear with { Tally = tally }, count).ToArray()).Strict();

    private static Seq<OutlierHealth> Rates(params int[] percents) =>
        toSeq(percents.Select(static percent => OutlierHealth.Clear with { Tally = new OutcomeTally(percent, 100 - percent, 0, 0) }).ToArray()).Strict();

    private static Seq<OutlierHealth> With(Seq<OutlierHealth> backends, int index, OutcomeTally tally)
    {
        var changed = backends.ToArray();
        changed[index] = changed[index] with { Tally = tally };
        return toSeq(changed).Strict();
    }

    private static string Ejected(Seq<OutlierHealth> backends) => string.Concat(backends.Map(static backend => backend.Ejection.IsSome ? '1' : '0'));
}
