using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Health;

/// <summary>One thing that happens to a set of backends: 0–1 a run of failures, 2 a tally and a look, 3 returns; then that many seconds pass.</summary>
public sealed record OutlierMove(int Kind, int Backend, int Bad, int AfterSeconds);

public sealed record OutlierCase(OutlierSettings Settings, int Backends, IReadOnlyList<OutlierMove> Moves);

public static class OutlierCases
{
    public static Arbitrary<OutlierCase> Arbitrary() => (
        from backends in Gen.Choose(1, 12)
        from percent in Gen.Choose(0, 110)
        from always in Gen.Elements(true, false)
        from jitter in Gen.Choose(0, 3)
        from enforced in Gen.Elements(0, 50, 100)
        from moves in Gen.ListOf(
            from kind in Gen.Choose(0, 3)
            from backend in Gen.Choose(0, backends - 1)
            from bad in Gen.Choose(0, 200)
            from after in Gen.Choose(0, 40)
            select new OutlierMove(kind, backend, bad, after))
        select new OutlierCase(
            new OutlierSettings
            {
                MaxEjectedPercent = percent,
                AlwaysEjectOne = always,
                Jitter = TimeSpan.FromSeconds(jitter),
                EnforcedConsecutive5xx = enforced,
                MaxEjection = TimeSpan.FromSeconds(100),
                SuccessRate = new SuccessRateSettings(HostsMin: 3),
                FailurePercent = new FailurePercentSettings(HostsMin: 2),
            },
            backends, [.. moves])).ToArbitrary();
}

[Properties(Arbitrary = [typeof(OutlierCases)], MaxTest = 200)]
public class OutlierLaws
{
    [Property]
    public void The_ejected_share_never_exceeds_the_maximum(OutlierCase played)
    {
        foreach (var (_, after, _) in Play(played))
        {
            var ejected = after.Count(static backend => backend.Ejection.IsSome);
            var most = Math.Min(played.Settings.MaxEjectedPercent, 100) * played.Backends / 100;
            Assert.InRange(ejected, 0, Math.Max(most, played.Settings.AlwaysEjectOne ? 1 : 0));
        }
    }

    [Property]
    public void An_ejection_lasts_base_times_count_capped_and_no_longer_than_the_jitter_more(OutlierCase played)
    {
        foreach (var (before, after, now) in Play(played))
        {
            foreach (var (was, known) in Enumerable.Zip(before, after))
            {
                if (was.Ejection.IsSome || known.Ejection.Case is not Ejection ejection)
                    continue;
                var times = 30 * ejection.TimesInRow;
                Assert.InRange((ejection.Until - now).TotalSeconds, Math.Min(times, 100), Math.Min(times, 100) + played.Settings.Jitter.TotalSeconds);
                Assert.InRange(ejection.TimesInRow, 1, 5);            // one past the longest, as Envoy
                Assert.Equal(ejection.TimesInRow, known.TimesInRow);
            }
        }
    }

    [Property]
    public void Everybody_returns_and_is_forgiven_in_the_end(OutlierCase played)
    {
        var backends = Play(played).Select(static step => step.After).LastOrDefault(Start(played.Backends));
        var end = Instant.Zero + TimeSpan.FromDays(1);
        backends = OutlierDetection.ReturnDue(backends, end);
        for (var i = 0; i < 6; i++)
            backends = OutlierDetection.Look(new OutlierSettings { SuccessRate = None }, backends, end, default).Backends;
        Assert.Equal(Start(played.Backends), backends);
        Assert.Equal(Instant.Never, OutlierDetection.NextReturn(backends));
    }

    [Property]
    public void Successes_alone_eject_nobody(OutlierCase played, byte[] successes)
    {
        var told = toSeq(Enumerable.Range(0, played.Backends).Select(i => OutlierHealth.Clear.Count(new OutcomeTally(successes.Length == 0 ? 0 : successes[i % successes.Length], 0, 0, 0))).ToArray()).Strict();
        Assert.Empty(OutlierDetection.Look(played.Settings, told, Instant.Zero, default).Decisions);
    }

    [Property]
    public void A_run_shorter_than_its_length_is_never_told(byte[] runs, byte length)
    {
        var settings = new OutlierSettings { Consecutive5xx = 1 + length, ConsecutiveGatewayErrors = 1 + length };
        var streaks = default(FailureStreaks);
        foreach (var kind in runs.SelectMany(run => Enumerable.Repeat(run % 2 == 0 ? OutcomeKind.GatewayError : OutcomeKind.ServerError, run % (1 + length)).Append(OutcomeKind.Success)))
        {
            (streaks, var reached) = streaks.Observe(kind, settings);
            Assert.Equal(StreakCauses.None, reached);
        }
    }

    private static IEnumerable<(Seq<OutlierHealth> Before, Seq<OutlierHealth> After, Instant Now)> Play(OutlierCase played)
    {
        var (backends, now, entropy) = (Start(played.Backends), Instant.Zero, new Entropy(5));
        foreach (var move in played.Moves)
        {
            var before = backends;
            if (move.Kind == 3)
                backends = OutlierDetection.ReturnDue(backends, now);
            else
            {
                var step = move.Kind == 2
                    ? OutlierDetection.Look(played.Settings, Told(backends, move), now, entropy)
                    : OutlierDetection.StreakReached(played.Settings, backends, move.Backend, StreakCauses.ServerErrors, now, entropy);
                (backends, entropy) = (step.Backends, step.Entropy);
            }

            yield return (before, backends, now);
            now += TimeSpan.FromSeconds(move.AfterSeconds);
        }
    }

    private static Seq<OutlierHealth> Start(int count) => toSeq(Enumerable.Repeat(OutlierHealth.Clear, count).ToArray()).Strict();

    private static Seq<OutlierHealth> Told(Seq<OutlierHealth> backends, OutlierMove move) => toSeq(backends.AsEnumerable()
        .Select((backend, i) => backend.Count(i == move.Backend ? new OutcomeTally(200 - move.Bad, move.Bad, 0, 0) : new OutcomeTally(200, 0, 0, 0))).ToArray()).Strict();
}
