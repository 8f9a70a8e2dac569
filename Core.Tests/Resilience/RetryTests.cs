using System;
using System.Linq;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Resilience;
using LanguageExt;

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

    private static readonly AttemptReport Refused = new() { Outcome = Outcome.ConnectRefused, AttemptsMade = 1, Method = MethodKind.Post, BodyIsReplayable = true };
    private static readonly AttemptReport Reset = Stale with { Outcome = Outcome.UpstreamReset, WasReused = false };
    private static readonly AttemptReport Late = Reset with { Outcome = Outcome.ResponseHeadTimeout };
    private static readonly AttemptReport NotTaken = Reset with { Outcome = Outcome.RequestSendTimeout };
    private static readonly AttemptReport Busy = Reset with { Outcome = Outcome.None, Status = 503 };

    private static readonly RetrySettings Nine = new(9);
    private static readonly RetrySettings Everything = Nine with { OnReset = true, OnResponseTimeout = true, Statuses = StatusSet.Parse("502-504").IfNone(StatusSet.Empty) };

    public static TheoryData<Outcome> ConnectFailures => [.. Enum.GetValues<Outcome>().Where(Outcomes.IsConnectFailure)];

    public static TheoryData<Outcome> OtherFailures => [.. Enum.GetValues<Outcome>().Where(static o => !Outcomes.IsConnectFailure(o)
        && o is not (Outcome.UpstreamClosed or Outcome.UpstreamReset or Outcome.ResponseHeadTimeout or Outcome.RequestSendTimeout))];

    [Theory]
    [MemberData(nameof(ConnectFailures))]
    public void A_failed_connect_goes_to_another_backend_whatever_the_method(Outcome outcome)
    {
        Assert.Equal(RetryAction.OtherBackend, Decide(RetrySettings.Default, Refused with { Outcome = outcome }));
        Assert.Equal(RetryReason.ConnectFailure, Retry.Decide(RetrySettings.Default, Refused with { Outcome = outcome }, default, 0).Reason);
    }

    [Theory]
    [InlineData(1, 1, RetryAction.GiveUp)]
    [InlineData(2, 1, RetryAction.OtherBackend)]
    [InlineData(2, 2, RetryAction.GiveUp)]
    [InlineData(3, 2, RetryAction.OtherBackend)]
    [InlineData(3, 3, RetryAction.GiveUp)]
    [InlineData(0, 1, RetryAction.GiveUp)]
    public void Attempts_end_at_the_limit(int attemptsMax, int attemptsMade, RetryAction expected)
    {
        var settings = Everything with { AttemptsMax = attemptsMax };
        Assert.All([Refused, Reset, Late, NotTaken, Busy], report => Assert.Equal(expected, Decide(settings, report with { AttemptsMade = attemptsMade })));
    }

    [Theory]
    [InlineData(MethodKind.Get, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Head, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Options, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Trace, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Put, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Delete, RetryAction.FreshConnection)]
    [InlineData(MethodKind.Post, RetryAction.GiveUp)]
    [InlineData(MethodKind.Patch, RetryAction.GiveUp)]
    [InlineData(MethodKind.Connect, RetryAction.GiveUp)]
    [InlineData(MethodKind.Other, RetryAction.GiveUp)]
    public void What_a_dead_reused_connection_swallowed_is_repeated_only_when_twice_is_as_good_as_once(MethodKind method, RetryAction expected)
    {
        Assert.Equal(expected, Decide(RetrySettings.Off, Stale with { Method = method }));
        Assert.Equal(expected, Decide(RetrySettings.Off, Stale with { Method = method, Outcome = Outcome.UpstreamReset }));
        Assert.Equal(expected, Decide(RetrySettings.Default, Stale with { Method = method, AttemptsMade = 2 }));
        Assert.Equal(RetryAction.FreshConnection, Decide(RetrySettings.Off with { NonIdempotent = true }, Stale with { Method = method }));
    }

    /// <summary>Each failure a backend may have seen, by method, body and setting.</summary>
    [Fact]
    public void What_a_backend_may_have_seen_is_repeated_under_its_condition_when_it_may_be_done_twice_and_can_be_sent_twice()
    {
        (AttemptReport Report, RetrySettings With, RetryReason Reason)[] conditions =
        [
            (Reset, Nine with { OnReset = true }, RetryReason.Reset),
            (Reset with { Outcome = Outcome.UpstreamClosed }, Nine with { OnReset = true }, RetryReason.Reset),
            (Late, Nine with { OnResponseTimeout = true }, RetryReason.ResponseTimeout),
            (NotTaken, Nine with { OnResponseTimeout = true }, RetryReason.ResponseTimeout),
            (Busy, Nine with { Statuses = Everything.Statuses }, RetryReason.Status),
        ];
        foreach (var (report, with, reason) in conditions)
        {
            foreach (var method in Enum.GetValues<MethodKind>())
            {
                foreach (var nonIdempotent in new[] { false, true })
                {
                    foreach (var isReplayable in new[] { false, true })
                    {
                        var may = isReplayable && (nonIdempotent || Retry.IsIdempotent(method));
                        var made = report with { Method = method, BodyIsReplayable = isReplayable };
                        Assert.Equal(may ? RetryAction.OtherBackend : RetryAction.GiveUp, Decide(with with { NonIdempotent = nonIdempotent }, made));
                        Assert.Equal(RetryAction.GiveUp, Decide(Nine with { NonIdempotent = nonIdempotent }, made));
                    }
                }
            }

            Assert.Equal(reason, Retry.Decide(with, report, default, 0).Reason);
        }
    }

    [Theory]
    [InlineData(503, RetryAction.OtherBackend)]
    [InlineData(502, RetryAction.OtherBackend)]
    [InlineData(500, RetryAction.GiveUp)]
    [InlineData(200, RetryAction.GiveUp)]
    public void Only_the_statuses_that_were_named_are_repeated(int status, RetryAction expected) => Assert.Equal(expected, Decide(Everything, Busy with { Status = status }));

    [Fact]
    public void A_dead_reused_connection_that_took_nothing_swallowed_nothing() =>
        Assert.Equal(RetryAction.FreshConnection, Decide(RetrySettings.Off, Stale with { Method = MethodKind.Post, WasWritten = false }));

    [Fact]
    public void A_fresh_connection_that_dies_was_not_stale() =>
        Assert.Equal(RetryAction.GiveUp, Decide(Nine, Stale with { WasReused = false }));

    [Fact]
    public void A_body_that_is_partly_gone_cannot_be_sent_again() =>
        Assert.All([Stale, Refused, Reset, Late, Busy], report => Assert.Equal(RetryAction.GiveUp, Decide(Everything, report with { BodyIsReplayable = false })));

    [Fact]
    public void Nothing_is_repeated_once_a_response_began() =>
        Assert.All([Stale, Refused, Reset, Late, Busy], report => Assert.Equal(RetryAction.GiveUp, Decide(Everything, report with { ResponseBegan = true })));

    [Fact]
    public void A_fresh_connection_is_tried_once_and_then_the_backend_has_broken_off()
    {
        Assert.Equal(RetryAction.GiveUp, Decide(Nine, Stale with { AttemptsMade = 2, FreshConnectionsMade = 1 }));
        Assert.Equal(RetryAction.OtherBackend, Decide(Everything, Stale with { AttemptsMade = 2, FreshConnectionsMade = 1 }));
    }

    [Fact]
    public void A_fresh_connection_does_not_cost_the_attempt_at_another_backend() =>
        Assert.Equal(RetryAction.OtherBackend, Decide(RetrySettings.Default, Refused with { AttemptsMade = 2, FreshConnectionsMade = 1 }));

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void Any_other_failure_is_final(Outcome outcome)
    {
        Assert.Equal(RetryAction.GiveUp, Decide(Everything with { NonIdempotent = true }, Stale with { Outcome = outcome }));
        Assert.Equal(RetryAction.GiveUp, Decide(Everything with { NonIdempotent = true }, Stale with { Outcome = outcome, WasWritten = false }));
    }

    [Fact]
    public void A_report_of_nothing_is_not_repeated() => Assert.Equal(RetryAction.GiveUp, Decide(RetrySettings.Default, default));

    [Theory]
    [InlineData(100, 20)]
    [InlineData(5, 3)]
    [InlineData(0, 3)]
    [InlineData(19, 3)]
    [InlineData(20, 4)]
    [InlineData(int.MaxValue, 429_496_729)]
    public void A_fifth_of_what_is_under_way_may_be_retries_and_three_in_any_case(int active, int expected) => Assert.Equal(expected, RetryBudget.Default.MaxOf(active));

    [Fact]
    public void A_budget_that_is_used_up_ends_retries_but_not_fresh_connections()
    {
        var full = new RetryLoad(100, 20);
        Assert.Equal(RetryAction.GiveUp, Retry.Decide(Nine, Refused, full, 0).Action);
        Assert.Equal(RetryAction.OtherBackend, Retry.Decide(Nine, Refused, full with { Retrying = 19 }, 0).Action);
        Assert.Equal(RetryAction.OtherBackend, Retry.Decide(Nine with { Budget = Option<RetryBudget>.None }, Refused, full, 0).Action);
        Assert.Equal(RetryAction.FreshConnection, Retry.Decide(Nine, Stale, full, 0).Action);
    }

    [Theory]
    [InlineData(1, 25)]
    [InlineData(2, 75)]
    [InlineData(3, 175)]
    [InlineData(4, 250)]
    [InlineData(62, 250)]
    [InlineData(int.MaxValue, 250)]
    [InlineData(0, 0)]
    public void Waits_stay_below_Envoys_bounds(int retry, int boundMs)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(boundMs), BackOff.Default.CapOf(retry));
        Assert.Equal(TimeSpan.FromMilliseconds(boundMs) / 2, BackOff.Default.WaitOf(retry, ulong.MaxValue / 2 + 1));
        Assert.Equal(TimeSpan.Zero, BackOff.None.WaitOf(retry, ulong.MaxValue));
    }

    [Fact]
    public void A_retry_waits_as_long_as_its_number_says() =>
        Assert.Equal(BackOff.Default.WaitOf(3, 0x8000_0000_0000_0000), Retry.Decide(Nine, Refused with { AttemptsMade = 4, FreshConnectionsMade = 1 }, default, 0x8000_0000_0000_0000).Wait);

    [Fact]
    public void No_retry_begins_when_the_time_for_it_all_is_over()
    {
        Assert.Equal(RetryAction.GiveUp, Retry.Decide(Nine, Refused with { TimeLeft = TimeSpan.Zero }, default, 0).Action);
        Assert.Equal(RetryAction.GiveUp, Retry.Decide(Nine, Refused with { TimeLeft = TimeSpan.FromMilliseconds(24) }, default, ulong.MaxValue).Action);
        Assert.Equal(RetryAction.OtherBackend, Retry.Decide(Nine, Refused with { TimeLeft = TimeSpan.FromMilliseconds(25) }, default, ulong.MaxValue).Action);
    }

    [Fact]
    public void A_body_is_kept_only_when_it_might_be_sent_twice()
    {
        Assert.Equal(64 * 1024, Retry.BodyBytesKept(RetrySettings.Default, MethodKind.Put));
        Assert.Equal(0, Retry.BodyBytesKept(RetrySettings.Default, MethodKind.Post));
        Assert.Equal(9, Retry.BodyBytesKept(RetrySettings.Default with { NonIdempotent = true, BodyBufferBytesMax = 9 }, MethodKind.Post));
    }

    [Theory]
    [InlineData(5000, 2, 2500)]
    [InlineData(5000, 1, 5000)]
    [InlineData(1000, 10, 250)]
    [InlineData(100, 3, 100)]
    [InlineData(-5, 3, 0)]
    [InlineData(5000, 0, 5000)]
    public void Each_address_has_its_share_of_the_time_to_connect(int leftMs, int addresses, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), ConnectShare.Of(TimeSpan.FromMilliseconds(leftMs), addresses));

    private static RetryAction Decide(RetrySettings settings, in AttemptReport report) => Retry.Decide(settings, report, default, entropy: 0).Action;
}
