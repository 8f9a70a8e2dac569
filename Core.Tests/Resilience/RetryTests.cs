using System;
using System.Linq;
using Fairlead.Http1;
using Fairlead.Resilience;

namespace Fairlead.Tests.Resilience;

public sealed class RetryTests
{
    /// <summary>A GET over a reused connection that the backend closed while the request was on its way.</summary>
    private static readonly AttemptReport Stale = new()
    {
        Outcome = Outcome.UpstreamClosed,
        AttemptsMade = 1,
        Method = MethodKind.Get,
        WasWritten = true,
        WasReused = true,
        BodyIsReplayable = true,
    };

    private static readonly AttemptReport Refused = new() { Outcome = Outcome.ConnectRefused, AttemptsMade = 1, Method = MethodKind.Post };

    public static TheoryData<Outcome> ConnectFailures => [.. Enum.GetValues<Outcome>().Where(Outcomes.IsConnectFailure)];

    public static TheoryData<Outcome> OtherFailures => [.. Enum.GetValues<Outcome>().Where(static o => !Outcomes.IsConnectFailure(o) && o is not (Outcome.UpstreamClosed or Outcome.UpstreamReset))];

    [Theory]
    [MemberData(nameof(ConnectFailures))]
    public void A_failed_connect_goes_to_another_backend_whatever_the_method(Outcome outcome) =>
        Assert.Equal(RetryDecision.OtherBackend, Retry.Decide(RetrySettings.Default, Refused with { Outcome = outcome }));

    [Theory]
    [InlineData(1, 1, RetryDecision.GiveUp)]
    [InlineData(2, 1, RetryDecision.OtherBackend)]
    [InlineData(2, 2, RetryDecision.GiveUp)]
    [InlineData(3, 2, RetryDecision.OtherBackend)]
    [InlineData(3, 3, RetryDecision.GiveUp)]
    [InlineData(0, 1, RetryDecision.GiveUp)]
    public void Attempts_end_at_the_limit(int attemptsMax, int attemptsMade, RetryDecision expected) =>
        Assert.Equal(expected, Retry.Decide(new RetrySettings(attemptsMax), Refused with { AttemptsMade = attemptsMade }));

    [Theory]
    [InlineData(MethodKind.Get, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Head, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Options, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Trace, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Put, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Delete, RetryDecision.FreshConnection)]
    [InlineData(MethodKind.Post, RetryDecision.GiveUp)]
    [InlineData(MethodKind.Patch, RetryDecision.GiveUp)]
    [InlineData(MethodKind.Connect, RetryDecision.GiveUp)]
    [InlineData(MethodKind.Other, RetryDecision.GiveUp)]
    public void What_a_dead_reused_connection_swallowed_is_repeated_only_when_twice_is_as_good_as_once(MethodKind method, RetryDecision expected)
    {
        Assert.Equal(expected, Retry.Decide(RetrySettings.Off, Stale with { Method = method }));
        Assert.Equal(expected, Retry.Decide(RetrySettings.Off, Stale with { Method = method, Outcome = Outcome.UpstreamReset }));
        Assert.Equal(expected, Retry.Decide(RetrySettings.Default, Stale with { Method = method, AttemptsMade = 2 }));
    }

    [Fact]
    public void A_dead_reused_connection_that_took_nothing_swallowed_nothing() =>
        Assert.Equal(RetryDecision.FreshConnection, Retry.Decide(RetrySettings.Off, Stale with { Method = MethodKind.Post, WasWritten = false }));

    [Fact]
    public void A_fresh_connection_that_dies_was_not_stale() =>
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { WasReused = false }));

    [Fact]
    public void A_body_that_is_partly_gone_cannot_be_sent_again() =>
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { BodyIsReplayable = false }));

    [Fact]
    public void Nothing_is_repeated_once_a_response_began()
    {
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { ResponseBegan = true }));
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Refused with { ResponseBegan = true }));
    }

    [Fact]
    public void A_fresh_connection_is_tried_once() =>
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { AttemptsMade = 2, FreshConnectionsMade = 1 }));

    [Fact]
    public void A_fresh_connection_does_not_cost_the_attempt_at_another_backend() =>
        Assert.Equal(RetryDecision.OtherBackend, Retry.Decide(RetrySettings.Default, Refused with { AttemptsMade = 2, FreshConnectionsMade = 1 }));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void Any_other_failure_is_final(Outcome outcome)
    {
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { Outcome = outcome }));
        Assert.Equal(RetryDecision.GiveUp, Retry.Decide(new RetrySettings(9), Stale with { Outcome = outcome, WasWritten = false }));
    }

    [Fact]
    public void A_report_of_nothing_is_not_repeated() => Assert.Equal(RetryDecision.GiveUp, Retry.Decide(RetrySettings.Default, default));
}
