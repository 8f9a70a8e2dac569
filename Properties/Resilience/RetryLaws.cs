using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Resilience;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LanguageExt;
using Outcome = Fairlead.Resilience.Outcome;

namespace Fairlead.Properties.Resilience;

/// <summary>A request and how each of its attempts would end, were it made.</summary>
public sealed record TroubledExchange(RetrySettings Settings, MethodKind Method, AttemptReport[] Attempts, ulong Entropy);

/// <summary>What happens at an upstream: an exchange begins, or one of those under way ends or fails.</summary>
public sealed record TroubledUpstream(RetrySettings Settings, (int Kind, int Which)[] Events);

/// <summary>Generates <see cref="TroubledExchange"/>: attempts as the shell can see them, so nothing is written on a connection that never stood.</summary>
public static class TroubledExchanges
{
    private static readonly Gen<bool> Bool = Gen.Elements(true, false);

    private static readonly Gen<AttemptReport> Reports =
        from outcome in Gen.Frequency(
            (2, Gen.Elements(Enum.GetValues<Outcome>().Where(Outcomes.IsConnectFailure).ToArray())),
            (2, Gen.Elements(Outcome.UpstreamClosed, Outcome.UpstreamReset)),
            (2, Gen.Elements(Outcome.None, Outcome.ResponseHeadTimeout, Outcome.RequestSendTimeout)),
            (1, Gen.Elements(Enum.GetValues<Outcome>())))
        from flags in Gen.ArrayOf(Bool, 4)
        from status in Gen.Elements(200, 404, 500, 503)
        select new AttemptReport
        {
            Outcome = outcome,
            Status = outcome == Outcome.None ? status : 0,
            WasWritten = (flags[0] || outcome == Outcome.None) && !Outcomes.IsConnectFailure(outcome),
            WasReused = flags[1] && !Outcomes.IsConnectFailure(outcome),
            BodyIsReplayable = flags[2] || status == 200,
            ResponseBegan = flags[3] && flags[0] && !Outcomes.IsConnectFailure(outcome) && outcome > Outcome.BadResponse,
        };

    private static readonly Gen<RetrySettings> Settings =
        from attempts in Gen.Choose(1, 5)
        from flags in Gen.ArrayOf(Bool, 3)
        from statuses in Gen.Elements("503", "500-599", "404").Select(static text => StatusSet.Parse(text).IfNone(StatusSet.Empty))
        from percent in Gen.Choose(0, 100)
        from minimum in Gen.Choose(0, 3)
        from baseMs in Gen.Choose(0, 100)
        from maxMs in Gen.Choose(0, 300)
        select new RetrySettings(attempts)
        {
            OnReset = flags[0],
            OnResponseTimeout = flags[1],
            NonIdempotent = flags[2],
            Statuses = statuses,
            Budget = new RetryBudget(percent, minimum),
            BackOff = new BackOff(TimeSpan.FromMilliseconds(baseMs), TimeSpan.FromMilliseconds(maxMs)),
        };

    public static Arbitrary<TroubledExchange> Arbitrary() => Arb.From(
        from settings in Settings
        from method in Gen.Elements(Enum.GetValues<MethodKind>())
        from attempts in Gen.ArrayOf(Reports, 12)
        from entropy in Gen.Choose(int.MinValue, int.MaxValue)
        select new TroubledExchange(settings with { Budget = Option<RetryBudget>.None }, method, attempts, unchecked((ulong)entropy * 0x9E3779B97F4A7C15)));

    public static Arbitrary<TroubledUpstream> Upstreams() => Arb.From(
        from settings in Settings
        from events in Gen.ArrayOf(Gen.Choose(0, 3).Zip(Gen.Choose(0, 99)), 200)
        select new TroubledUpstream(settings with { AttemptsMax = 5 }, [.. events.Select(static e => (e.Item1, e.Item2))]));
}

[Properties(Arbitrary = [typeof(TroubledExchanges)], MaxTest = 5_000)]
public sealed class RetryLaws
{
    private static readonly MethodKind[] Idempotent = [MethodKind.Get, MethodKind.Head, MethodKind.Options, MethodKind.Trace, MethodKind.Put, MethodKind.Delete];

    [Property]
    public void What_is_not_idempotent_is_written_at_most_once_unless_that_is_allowed(TroubledExchange given)
    {
        var made = Run(given, countsFresh: true);
        if (!Idempotent.Contains(given.Method) && !given.Settings.NonIdempotent)
            Assert.True(made.Count(static attempt => attempt.Report.WasWritten) <= 1);
    }

    [Property]
    public void There_are_never_more_attempts_than_the_limit_and_one(TroubledExchange given, bool countsFresh) =>
        Assert.InRange(Run(given, countsFresh).Length, 1, given.Settings.AttemptsMax + 1);

    [Property]
    public void At_most_one_of_them_is_over_a_fresh_connection_to_the_same_backend(TroubledExchange given) =>
        Assert.True(Run(given, countsFresh: true).Count(static attempt => attempt.Decision.Action == RetryAction.FreshConnection) <= 1);

    [Property]
    public void Backends_tried_never_outnumber_the_limit(TroubledExchange given, bool countsFresh) =>
        Assert.True(1 + Run(given, countsFresh).Count(static attempt => attempt.Decision.Action == RetryAction.OtherBackend) <= given.Settings.AttemptsMax);

    [Property]
    public void Nothing_follows_the_first_byte_of_a_response_or_a_body_that_is_gone(TroubledExchange given)
    {
        foreach (var (report, decision) in Run(given, countsFresh: true))
        {
            if (report.ResponseBegan || !report.BodyIsReplayable)
                Assert.Equal(RetryDecision.GiveUp, decision);
        }
    }

    [Property]
    public void A_connect_failure_is_repeated_while_the_limit_allows(TroubledExchange given)
    {
        foreach (var (report, decision) in Run(given, countsFresh: true).Where(static attempt => Outcomes.IsConnectFailure(attempt.Report.Outcome) && attempt.Report.BodyIsReplayable))
            Assert.Equal(report.AttemptsMade - report.FreshConnectionsMade < given.Settings.AttemptsMax, decision.Action == RetryAction.OtherBackend);
    }

    [Property]
    public void A_condition_that_is_off_repeats_nothing(TroubledExchange given)
    {
        var off = given with { Settings = given.Settings with { OnReset = false, OnResponseTimeout = false, Statuses = StatusSet.Empty } };
        Assert.All(Run(off, countsFresh: true), static attempt => Assert.True(attempt.Decision.Action == RetryAction.GiveUp || attempt.Decision.Reason is RetryReason.ConnectFailure or RetryReason.StaleConnection));
    }

    [Property]
    public void A_wait_is_shorter_than_its_bound_and_there_is_none_without_one(TroubledExchange given)
    {
        foreach (var (report, decision) in Run(given, countsFresh: true))
        {
            var backOff = given.Settings.BackOff;
            var bound = Math.Min(backOff.Max.TotalMilliseconds, (Math.Pow(2, report.AttemptsMade - report.FreshConnectionsMade) - 1) * backOff.Base.TotalMilliseconds);
            if (decision.Action == RetryAction.OtherBackend && bound > 0)
                Assert.True(decision.Wait >= TimeSpan.Zero && decision.Wait.TotalMilliseconds < bound);
            else
                Assert.Equal(TimeSpan.Zero, decision.Wait);
        }
    }

    [Property]
    public void Any_report_gets_a_decision(int attemptsMax, int attemptsMade, int freshMade, byte outcome, byte method, int status, int active, int retrying, ulong entropy)
    {
        var decision = Retry.Decide(new RetrySettings(attemptsMax) { OnReset = true, OnResponseTimeout = true, NonIdempotent = true }, new AttemptReport
        {
            Outcome = (Outcome)outcome,
            Status = status,
            AttemptsMade = attemptsMade,
            FreshConnectionsMade = freshMade,
            Method = (MethodKind)method,
            WasReused = true,
            BodyIsReplayable = true,
        }, new RetryLoad(active, retrying), entropy);
        Assert.True(Enum.IsDefined(decision.Action) && Enum.IsDefined(decision.Reason));
        Assert.InRange(decision.Wait, TimeSpan.Zero, BackOff.Default.Max);
    }

    /// <summary>Exchanges come, fail and go in any order. Others may go while retries run, so what is bounded is each decision to begin one, by what is under way at that moment.</summary>
    [Property(MaxTest = 1_000)]
    public void Envoy_30205_no_retry_is_begun_beyond_the_budget(TroubledUpstream given)
    {
        var attempts = new List<int>();                              // of each exchange under way
        foreach (var (kind, which) in given.Events)
        {
            if (kind <= 1 || attempts.Count == 0)
            {
                attempts.Add(1);
                continue;
            }

            var one = which % attempts.Count;
            var others = new RetryLoad(attempts.Count, attempts.Where((made, i) => i != one && made > 1).Count());
            var report = new AttemptReport { Outcome = Outcome.ConnectRefused, AttemptsMade = attempts[one], BodyIsReplayable = true };
            var goesOn = kind == 2 && Retry.Decide(given.Settings, report, others, (ulong)which).Action == RetryAction.OtherBackend;
            var running = others.Retrying + 1;
            var budget = given.Settings.Budget.IfNone(RetryBudget.Default);
            if (kind == 2 && attempts[one] < given.Settings.AttemptsMax)
                Assert.Equal(running <= Math.Max(budget.Minimum, attempts.Count * budget.Percent / 100), goesOn);
            if (goesOn)
                attempts[one]++;
            else
                attempts.RemoveAt(one);
        }
    }

    /// <summary>Obeys the decisions until one gives up. The connection after <see cref="RetryAction.FreshConnection"/> is never a reused one.</summary>
    private static (AttemptReport Report, RetryDecision Decision)[] Run(TroubledExchange given, bool countsFresh)
    {
        var made = new List<(AttemptReport Report, RetryDecision Decision)>();
        foreach (var attempt in given.Attempts)
        {
            var report = attempt with
            {
                AttemptsMade = made.Count + 1,
                FreshConnectionsMade = countsFresh ? made.Count(static earlier => earlier.Decision.Action == RetryAction.FreshConnection) : 0,
                Method = given.Method,
                WasReused = attempt.WasReused && (made.Count == 0 || made[^1].Decision.Action != RetryAction.FreshConnection),
            };
            made.Add((report, Retry.Decide(given.Settings, report, default, given.Entropy + (ulong)made.Count)));
            if (made[^1].Decision.Action == RetryAction.GiveUp)
                return [.. made];
        }

        return [.. made];
    }
}
