using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Health;

/// <summary>What came of a rule that a backend fell under.</summary>
public enum OutlierVerdict : byte
{
    /// <summary>It is out.</summary>
    Ejected = 0,

    /// <summary>The rule only reports, or its draw said no.</summary>
    NotEnforced,

    /// <summary>As many are out as may be.</summary>
    TooManyEjected,
}

/// <summary>A rule that the backend at <paramref name="Index"/> fell under.</summary>
public sealed record OutlierDecision(int Index, EjectionCause Cause, OutlierVerdict Verdict);

/// <summary>The backends after a step, what was decided, and the draws that are left.</summary>
public sealed record OutlierStep(Seq<OutlierHealth> Backends, Seq<OutlierDecision> Decisions, Entropy Entropy);

/// <summary>
/// Passive health as Envoy's outlier detection, over all backends of one upstream (in one order: indexes refer to it). A run of failures ejects at once, rates at the end of an
/// interval; never more at a time than the settings allow. Unlike Envoy's, an ejection ends at its own instant, not at the next interval.
/// </summary>
public static class OutlierDetection
{
    // Equal rates must not lie below their own mean by a rounding error.
    private const double RoundingError = 1e-9;

    /// <summary>A run of failures of the backend at <paramref name="index"/> reached its length (<see cref="FailureStreaks"/> says so).</summary>
    public static OutlierStep StreakReached(OutlierSettings settings, Seq<OutlierHealth> backends, int index, StreakCauses causes, Instant now, Entropy entropy)
    {
        var group = new Group(settings, backends, now, entropy);
        if (index >= 0 && index < backends.Count)
        {
            if ((causes & StreakCauses.GatewayErrors) != 0)
                group.Eject(index, new EjectionCause.GatewayErrors(settings.ConsecutiveGatewayErrors), settings.EnforcedConsecutiveGatewayErrors);
            if ((causes & StreakCauses.ServerErrors) != 0)
                group.Eject(index, new EjectionCause.ServerErrors(settings.Consecutive5xx), settings.EnforcedConsecutive5xx);
            if ((causes & StreakCauses.LocalFailures) != 0)
                group.Eject(index, new EjectionCause.LocalFailures(settings.ConsecutiveLocalErrors), settings.EnforcedConsecutiveLocalErrors);
        }

        return group.Done();
    }

    /// <summary>The end of an interval: former ejections fade by one, rates are compared, and counting begins anew.</summary>
    public static OutlierStep Look(OutlierSettings settings, Seq<OutlierHealth> backends, Instant now, Entropy entropy)
    {
        var group = new Group(settings, backends, now, entropy);
        group.Fade();
        if (!settings.SplitLocalErrors)
            group.EjectByRate(backends, static tally => (tally.Successes, tally.Total));
        else
        {
            group.EjectByRate(backends, static tally => (tally.Successes, tally.Total - tally.LocalFailures));
            group.EjectByRate(backends, static tally => (tally.Total - tally.LocalFailures, tally.Total));
        }

        group.CountAnew();
        return group.Done();
    }

    /// <summary>Ends what ejections are over at <paramref name="now"/>.</summary>
    public static Seq<OutlierHealth> ReturnDue(Seq<OutlierHealth> backends, Instant now)
    {
        if (now < NextReturn(backends))
            return backends;
        var next = new OutlierHealth[backends.Count];
        for (var i = 0; i < next.Length; i++)
            next[i] = backends[i].Ejection.Case is Ejection ejection && ejection.Until <= now ? backends[i].Return() : backends[i];
        return toSeq(next).Strict();
    }

    /// <summary>When the next ejection ends; <see cref="Instant.Never"/> while nobody is ejected.</summary>
    public static Instant NextReturn(Seq<OutlierHealth> backends)
    {
        var earliest = Instant.Never;
        foreach (var backend in backends)
        {
            if (backend.Ejection.Case is Ejection ejection)
                earliest = Instant.Min(earliest, ejection.Until);
        }

        return earliest;
    }

    /// <summary>Mean minus deviations × σ, of all the rates (population σ): 50, 100, 100, 100, 100 have the limit 52.</summary>
    public static double SuccessRateLimit(IReadOnlyCollection<double> percents, double standardDeviations)
    {
        if (percents.Count == 0)
            return 0;
        var mean = percents.Average();
        var variance = percents.Average(percent => (percent - mean) * (percent - mean));
        return mean - (standardDeviations * Math.Sqrt(variance));
    }

    /// <summary>How long the ejection with that factor lasts, jitter apart.</summary>
    public static TimeSpan EjectionTime(OutlierSettings settings, int timesInRow)
    {
        var (times, longest) = (Math.Max(timesInRow, 1), Longest(settings));
        return settings.BaseEjection.Ticks > longest.Ticks / times ? longest : settings.BaseEjection * times;
    }

    private static TimeSpan Longest(OutlierSettings settings) => settings.MaxEjection > settings.BaseEjection ? settings.MaxEjection : settings.BaseEjection;

    /// <summary>The work on one set of backends, for the length of a call.</summary>
    private ref struct Group(OutlierSettings settings, Seq<OutlierHealth> before, Instant now, Entropy entropy)
    {
        private readonly OutlierHealth[] _backends = [.. before];
        private readonly List<OutlierDecision> _decisions = [];
        private Entropy _entropy = entropy;

        public readonly OutlierStep Done() => new(toSeq(_backends).Strict(), toSeq(_decisions.ToArray()).Strict(), _entropy);

        public void Eject(int index, EjectionCause cause, int enforcedPercent)
        {
            if (_backends[index].Ejection.IsSome)
                return;
            var verdict = !HasRoom() ? OutlierVerdict.TooManyEjected : !Draws(enforcedPercent) ? OutlierVerdict.NotEnforced : OutlierVerdict.Ejected;
            _decisions.Add(new OutlierDecision(index, cause, verdict));
            if (verdict == OutlierVerdict.Ejected)
                _backends[index] = Ejected(_backends[index], cause);
        }

        public readonly void Fade()
        {
            for (var i = 0; i < _backends.Length; i++)
            {
                if (_backends[i] is { Ejection.IsNone: true, TimesInRow: > 0 } former)
                    _backends[i] = former with { TimesInRow = former.TimesInRow - 1 };
            }
        }

        public readonly void CountAnew()
        {
            for (var i = 0; i < _backends.Length; i++)
            {
                if (_backends[i].Tally != default)
                    _backends[i] = _backends[i] with { Tally = default };
            }
        }

        public void EjectByRate(Seq<OutlierHealth> counted, Func<OutcomeTally, (long Good, long All)> rateOf)
        {
            // Who was out when the interval ended has no say in what is usual.
            var backends = _backends;
            var rates = Enumerable.Range(0, backends.Length)
                .Where(i => backends[i].Ejection.IsNone)
                .Select(i => (Index: i, Rate: rateOf(counted[i].Tally)))
                .Where(static one => one.Rate.All > 0)
                .Select(static one => (one.Index, one.Rate.All, Percent: 100.0 * one.Rate.Good / one.Rate.All))
                .ToArray();
            if (settings.SuccessRate.Case is SuccessRateSettings success)
            {
                var compared = rates.Where(one => one.All >= success.RequestsMin).ToArray();
                var limit = SuccessRateLimit([.. compared.Select(static one => one.Percent)], success.StandardDeviations);
                foreach (var (index, _, percent) in compared.Where(one => compared.Length >= success.HostsMin && one.Percent < limit - RoundingError))
                    Eject(index, new EjectionCause.SuccessRate(percent, limit), success.Enforced);
            }

            if (settings.FailurePercent.Case is FailurePercentSettings failure)
            {
                var compared = rates.Where(one => one.All >= failure.RequestsMin).ToArray();
                foreach (var (index, _, percent) in compared.Where(one => compared.Length >= failure.HostsMin && 100 - one.Percent >= failure.Percent))
                    Eject(index, new EjectionCause.FailureShare(100 - percent), failure.Enforced);
            }
        }

        private OutlierHealth Ejected(OutlierHealth backend, EjectionCause cause)
        {
            // As Envoy's, the factor stops growing one past the longest time, or a long bad spell would take as long to forget.
            var isAtEnd = backend.TimesInRow > 1 && EjectionTime(settings, backend.TimesInRow - 1) >= Longest(settings);
            var times = isAtEnd ? backend.TimesInRow : backend.TimesInRow + 1;
            return backend with { TimesInRow = times, Ejection = new Ejection(cause, now, now + EjectionTime(settings, times) + DrawJitter(), times) };
        }

        private readonly bool HasRoom()
        {
            var ejected = _backends.Count(static backend => backend.Ejection.IsSome);
            return (settings.AlwaysEjectOne && ejected == 0) || 100L * (ejected + 1) <= (long)Math.Min(settings.MaxEjectedPercent, 100) * _backends.Length;
        }

        // Draws only when chance decides, so that settings without chance leave the entropy alone.
        private bool Draws(int percent) => percent >= 100 || (percent > 0 && Entropy.Below(Draw(), 100) < (ulong)percent);

        private TimeSpan DrawJitter() => settings.Jitter > TimeSpan.Zero ? new TimeSpan((long)Entropy.Below(Draw(), (ulong)settings.Jitter.Ticks + 1)) : TimeSpan.Zero;

        private ulong Draw()
        {
            (var draw, _entropy) = _entropy.Draw();
            return draw;
        }
    }
}
