using System;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Tests.Health;

public class VerdictTextTests
{
    public static TheoryData<Verdict, Standing, string, string> Verdicts => new()
    {
        { new Verdict.Unchecked(), Standing.Ready, "not checked", "not checked" },
        { new Verdict.Up(), Standing.Ready, "up", "up" },
        { new Verdict.Recovering(At(88), At(118)), Standing.Ready, "up, its share still growing", "up, its share still growing, for 12 s, 18 s left" },
        { new Verdict.Maintenance(), Standing.Out, "in maintenance", "in maintenance" },
        { new Verdict.Draining(Option<DownReason>.None), Standing.Draining, "draining", "draining" },
        { new Verdict.Draining(new DownReason.Awaiting()), Standing.Out, "draining, and down: waiting for its first check", "draining, and down: waiting for its first check" },
        {
            new Verdict.Down(new DownReason.ProbeFailed("connection refused", 3, 3), At(88)), Standing.Failed,
            "down: probe failed: connection refused, 3 of 3", "down: probe failed: connection refused, 3 of 3, for 12 s"
        },
        {
            new Verdict.Down(new DownReason.Ejected(new EjectionCause.ServerErrors(5), At(130), 1), At(-20)), Standing.Failed,
            "down: ejected: 5 server errors in a row", "down: ejected: 5 server errors in a row, for 2 min 0 s, 30 s left"
        },
        {
            new Verdict.Down(new DownReason.Ejected(new EjectionCause.SuccessRate(50, 51.98), At(130), 3), At(100)), Standing.Failed,
            "down: ejected: success rate 50 % below 52 %, 3 times in a row", "down: ejected: success rate 50 % below 52 %, 3 times in a row, for 0 s, 30 s left"
        },
        { new Verdict.Down(new DownReason.BreakerOpen(At(101)), At(200)), Standing.Failed, "down: circuit breaker open", "down: circuit breaker open, for 0 s, 1 s left" },
        { new Verdict.Down(new DownReason.Unresolved("no such host"), At(-7_200)), Standing.Out, "down: not resolved: no such host", "down: not resolved: no such host, for 2 h 1 min" },
        { new Verdict.Down(new DownReason.Awaiting(), At(-200_000)), Standing.Failed, "down: waiting for its first check", "down: waiting for its first check, for 2 d 7 h" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_verdict_has_a_standing_a_phrase_and_a_phrase_of_its_time(Verdict verdict, Standing standing, string phrase, string timed)
    {
        Assert.Equal(standing, verdict.Standing);
        Assert.Equal(standing == Standing.Ready, verdict.IsUsable);
        Assert.Equal(phrase, VerdictText.Describe(verdict));
        Assert.Equal(timed, VerdictText.Describe(verdict, At(100)));
    }

    [Fact]
    public void Every_cause_of_an_ejection_has_its_words()
    {
        Assert.Equal("5 gateway errors in a row", VerdictText.Describe(new EjectionCause.GatewayErrors(5)));
        Assert.Equal("4 requests in a row without an answer", VerdictText.Describe(new EjectionCause.LocalFailures(4)));
        Assert.Equal("87.5 % failures", VerdictText.Describe(new EjectionCause.FailureShare(87.5)));
    }

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
