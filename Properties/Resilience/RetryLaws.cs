using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Http1;
using Fairlead.Resilience;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Outcome = Fairlead.Resilience.Outcome;

namespace Fairlead.Properties.Resilience;

/// <summary>A request and how each of its attempts would fail, were it made.</summary>
public sealed record TroubledExchange(int AttemptsMax, MethodKind Method, AttemptReport[] Attempts);

/// <summary>Generates <see cref="TroubledExchange"/>: attempts as the shell can see them, so nothing is written on a connection that never stood.</summary>
public static class TroubledExchanges
{
    private static readonly Gen<bool> Bool = Gen.Elements(true, false);

    private static readonly Gen<AttemptReport> Reports =
        from outcome in Gen.Frequency(
            (2, Gen.Elements(Enum.GetValues<Outcome>().Where(Outcomes.IsConnectFailure).ToArray())),
            (2, Gen.Elements(Outcome.UpstreamClosed, Outcome.UpstreamReset)),
            (1, Gen.Elements(Enum.GetValues<Outcome>())))
        from flags in Gen.ArrayOf(Bool, 4)
        select new AttemptReport
        {
            Outcome = outcome,
            WasWritten = flags[0] && !Outcomes.IsConnectFailure(outcome),
            WasReused = flags[1] && !Outcomes.IsConnectFailure(outcome),
            BodyIsReplayable = flags[2],
            ResponseBegan = flags[3] && flags[0] && !Outcomes.IsConnectFailure(outcome) && outcome > Outcome.BadResponse,
        };

    public static Arbitrary<TroubledExchange> Arbitrary() => Arb.From(
        from attemptsMax in Gen.Choose(1, 5)
        from method in Gen.Elements(Enum.GetValues<MethodKind>())
        from attempts in Gen.ArrayOf(Reports, 12)
        select new TroubledExchange(attemptsMax, method, attempts));
}

[Properties(Arbitrary = [typeof(TroubledExchanges)], MaxTest = 5_000)]
public sealed class RetryLaws
{
    private static readonly MethodKind[] Idempotent = [MethodKind.Get, MethodKind.Head, MethodKind.Options, MethodKind.Trace, MethodKind.Put, MethodKind.Delete];

    [Property]
    public void What_is_not_idempotent_is_written_at_most_once(TroubledExchange given)
    {
        var made = Run(given, countsFresh: true);
        if (!Idempotent.Contains(given.Method))
            Assert.True(made.Count(static attempt => attempt.Report.WasWritten) <= 1);
    }

    [Property]
    public void There_are_never_more_attempts_than_the_limit_and_one(TroubledExchange given, bool countsFresh) =>
        Assert.InRange(Run(given, countsFresh).Length, 1, given.AttemptsMax + 1);

    [Property]
    public void At_most_one_of_them_is_over_a_fresh_connection_to_the_same_backend(TroubledExchange given) =>
        Assert.True(Run(given, countsFresh: true).Count(static attempt => attempt.Decision == RetryDecision.FreshConnection) <= 1);

    [Property]
    public void Backends_tried_never_outnumber_the_limit(TroubledExchange given, bool countsFresh) =>
        Assert.True(1 + Run(given, countsFresh).Count(static attempt => attempt.Decision == RetryDecision.OtherBackend) <= given.AttemptsMax);

    [Property]
    public void Nothing_follows_the_first_byte_of_a_response_or_a_body_that_is_gone(TroubledExchange given)
    {
        foreach (var (report, decision) in Run(given, countsFresh: true))
        {
            if (report.ResponseBegan || (!report.BodyIsReplayable && !Outcomes.IsConnectFailure(report.Outcome)))
                Assert.Equal(RetryDecision.GiveUp, decision);
        }
    }

    [Property]
    public void A_connect_failure_is_repeated_while_the_limit_allows(TroubledExchange given)
    {
        foreach (var (report, decision) in Run(given, countsFresh: true).Where(static attempt => Outcomes.IsConnectFailure(attempt.Report.Outcome)))
            Assert.Equal(report.AttemptsMade - report.FreshConnectionsMade < given.AttemptsMax, decision == RetryDecision.OtherBackend);
    }

    [Property]
    public void Any_report_gets_a_decision(int attemptsMax, int attemptsMade, int freshMade, byte outcome, byte method) =>
        Assert.True(Enum.IsDefined(Retry.Decide(new RetrySettings(attemptsMax), new AttemptReport
        {
            Outcome = (Outcome)outcome,
            AttemptsMade = attemptsMade,
            FreshConnectionsMade = freshMade,
            Method = (MethodKind)method,
            WasReused = true,
            BodyIsReplayable = true,
        })));

    /// <summary>Obeys the decisions until one gives up. The connection after <see cref="RetryDecision.FreshConnection"/> is never a reused one.</summary>
    private static (AttemptReport Report, RetryDecision Decision)[] Run(TroubledExchange given, bool countsFresh)
    {
        var made = new List<(AttemptReport Report, RetryDecision Decision)>();
        foreach (var attempt in given.Attempts)
        {
            var report = attempt with
            {
                AttemptsMade = made.Count + 1,
                FreshConnectionsMade = countsFresh ? made.Count(static earlier => earlier.Decision == RetryDecision.FreshConnection) : 0,
                Method = given.Method,
                WasReused = attempt.WasReused && (made.Count == 0 || made[^1].Decision != RetryDecision.FreshConnection),
            };
            made.Add((report, Retry.Decide(new RetrySettings(given.AttemptsMax), report)));
            if (made[^1].Decision == RetryDecision.GiveUp)
                return [.. made];
        }

        return [.. made];
    }
}
