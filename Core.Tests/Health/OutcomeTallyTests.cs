using System;
using System.Linq;
using Fairlead.Health;
using Fairlead.Resilience;

namespace Fairlead.Tests.Health;

public class OutcomeTallyTests
{
    [Theory]
    [InlineData(100, OutcomeKind.Success)]
    [InlineData(200, OutcomeKind.Success)]
    [InlineData(404, OutcomeKind.Success)]
    [InlineData(429, OutcomeKind.Success)]
    [InlineData(499, OutcomeKind.Success)]
    [InlineData(500, OutcomeKind.ServerError)]
    [InlineData(501, OutcomeKind.ServerError)]
    [InlineData(502, OutcomeKind.GatewayError)]
    [InlineData(503, OutcomeKind.GatewayError)]
    [InlineData(504, OutcomeKind.GatewayError)]
    [InlineData(505, OutcomeKind.ServerError)]
    [InlineData(599, OutcomeKind.ServerError)]
    [InlineData(600, OutcomeKind.Success)]
    public void An_answer_tells_by_its_status(int status, OutcomeKind kind) => Assert.Equal(kind, OutcomeTally.KindOf(Outcome.None, status));

    [Theory]
    [InlineData(Outcome.ClientGone)]
    [InlineData(Outcome.ClientWriteTimeout)]
    [InlineData(Outcome.ClientBodyTimeout)]
    [InlineData(Outcome.BadRequestBody)]
    [InlineData(Outcome.RequestTooLarge)]
    public void Yarp_2062_a_client_that_leaves_or_misbehaves_tells_nothing(Outcome outcome) => Assert.Equal(OutcomeKind.Nothing, OutcomeTally.KindOf(outcome, 200));

    [Fact]
    public void What_never_reached_a_backend_tells_nothing() => Assert.All(
        new[] { Outcome.AnsweredHere, Outcome.BadRequest, Outcome.ClientHeadTimeout, Outcome.Loop, Outcome.NoRoute, Outcome.NoBackend, Outcome.QueueFull, Outcome.QueueTimeout, Outcome.StickyGone, Outcome.Draining, Outcome.NoDescriptors, Outcome.HookFailed },
        static outcome => Assert.Equal(OutcomeKind.Nothing, OutcomeTally.KindOf(outcome, 500)));

    [Fact]
    public void Every_outcome_that_is_the_backends_to_blame_tells_a_failure() => Assert.All(
        Enum.GetValues<Outcome>().Where(static outcome => outcome is >= Outcome.NameNotResolved and < Outcome.TunnelClosedByClient or Outcome.TunnelBrokenByBackend),
        static outcome => Assert.Equal(
            outcome is Outcome.BadResponse or Outcome.BadResponseBody ? OutcomeKind.GatewayError : OutcomeKind.LocalFailure, OutcomeTally.KindOf(outcome, 200)));

    [Fact]
    public void A_tunnel_that_was_granted_and_not_broken_off_by_the_backend_tells_a_success() => Assert.All(
        new[] { Outcome.TunnelClosedByClient, Outcome.TunnelClosedByBackend, Outcome.TunnelBrokenByClient, Outcome.TunnelIdle, Outcome.TunnelTimeout },
        static outcome => Assert.Equal(OutcomeKind.Success, OutcomeTally.KindOf(outcome, 101)));

    [Fact]
    public void Requests_are_counted_by_kind_and_nothing_is_not_counted()
    {
        var tally = new[] { OutcomeKind.Success, OutcomeKind.ServerError, OutcomeKind.GatewayError, OutcomeKind.GatewayError, OutcomeKind.LocalFailure, OutcomeKind.Nothing }
            .Aggregate(default(OutcomeTally), static (sum, kind) => sum.Add(kind));
        Assert.Equal(new OutcomeTally(1, 1, 2, 1), tally);
        Assert.Equal(5, tally.Total);
    }

    [Fact]
    public void Counts_saturate_and_negative_ones_count_as_none()
    {
        var full = new OutcomeTally(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
        Assert.Equal(full, full + full);
        Assert.Equal(full, full.Add(OutcomeKind.Success));
        Assert.Equal(new OutcomeTally(1, 0, 0, 0), new OutcomeTally(1, -5, 0, 0) + new OutcomeTally(-1, 0, 0, 0));
    }
}
