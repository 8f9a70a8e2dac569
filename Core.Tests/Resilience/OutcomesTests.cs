using System;
using System.Linq;
using Fairlead.Resilience;

namespace Fairlead.Tests.Resilience;

public sealed class OutcomesTests
{
    [Theory]
    [InlineData(Outcome.None, 0, "ok", "--")]
    [InlineData(Outcome.AnsweredHere, 0, "answered-here", "LR")]
    [InlineData(Outcome.BadRequest, 400, "bad-request", "PR")]
    [InlineData(Outcome.ClientHeadTimeout, 408, "client-head-timeout", "cR")]
    [InlineData(Outcome.BadRequestBody, 400, "bad-request-body", "PR")]
    [InlineData(Outcome.RequestTooLarge, 413, "request-too-large", "PR")]
    [InlineData(Outcome.ClientBodyTimeout, 408, "client-body-timeout", "cD")]
    [InlineData(Outcome.ClientGone, 0, "client-gone", "CD")]
    [InlineData(Outcome.ClientWriteTimeout, 0, "client-write-timeout", "cD")]
    [InlineData(Outcome.Loop, 502, "loop", "PR")]
    [InlineData(Outcome.NoRoute, 404, "no-route", "PR")]
    [InlineData(Outcome.NoBackend, 503, "no-backend", "RQ")]
    [InlineData(Outcome.QueueFull, 503, "queue-full", "RQ")]
    [InlineData(Outcome.QueueTimeout, 503, "queue-timeout", "sQ")]
    [InlineData(Outcome.StickyGone, 503, "sticky-gone", "PQ")]
    [InlineData(Outcome.Draining, 503, "draining", "KR")]
    [InlineData(Outcome.NoDescriptors, 503, "no-descriptors", "R-")]
    [InlineData(Outcome.HookFailed, 500, "hook-failed", "I-")]
    [InlineData(Outcome.NameNotResolved, 502, "name-not-resolved", "SC")]
    [InlineData(Outcome.ConnectRefused, 502, "refused", "SC")]
    [InlineData(Outcome.ConnectUnreachable, 502, "unreachable", "SC")]
    [InlineData(Outcome.ConnectTimeout, 504, "connect-timeout", "sC")]
    [InlineData(Outcome.ConnectFailed, 502, "connect-failed", "SC")]
    [InlineData(Outcome.TlsFailed, 502, "tls-failed", "SC")]
    [InlineData(Outcome.TlsTimeout, 504, "tls-timeout", "sC")]
    [InlineData(Outcome.CertificateRejected, 502, "certificate-rejected", "PC")]
    [InlineData(Outcome.RequestSendTimeout, 504, "send-timeout", "sH")]
    [InlineData(Outcome.UpstreamClosed, 502, "closed", "SH")]
    [InlineData(Outcome.UpstreamReset, 502, "reset", "SH")]
    [InlineData(Outcome.ResponseHeadTimeout, 504, "response-head-timeout", "sH")]
    [InlineData(Outcome.BadResponse, 502, "bad-response", "PH")]
    [InlineData(Outcome.BadResponseBody, 0, "bad-response-body", "PD")]
    [InlineData(Outcome.ResponseBodyTimeout, 0, "response-body-timeout", "sD")]
    [InlineData(Outcome.ResponseTruncated, 0, "truncated", "SD")]
    [InlineData(Outcome.TotalTimeout, 504, "total-timeout", "sH")]
    [InlineData(Outcome.TunnelClosedByClient, 0, "tunnel-closed-by-client", "CT")]
    [InlineData(Outcome.TunnelClosedByBackend, 0, "tunnel-closed-by-backend", "ST")]
    [InlineData(Outcome.TunnelBrokenByClient, 0, "tunnel-broken-by-client", "CD")]
    [InlineData(Outcome.TunnelBrokenByBackend, 0, "tunnel-broken-by-backend", "SD")]
    [InlineData(Outcome.TunnelIdle, 0, "tunnel-idle", "PT")]
    [InlineData(Outcome.TunnelTimeout, 0, "tunnel-timeout", "PT")]
    public void An_outcome_has_its_status_name_and_termination(Outcome outcome, int status, string name, string termination)
    {
        Assert.Equal(status, Outcomes.StatusOf(outcome));
        Assert.Equal(name, Outcomes.NameOf(outcome));
        Assert.Equal(termination, Outcomes.TerminationOf(outcome));
    }

    [Fact]
    public void Every_outcome_is_in_the_table_under_a_name_of_its_own()
    {
        var names = Enum.GetValues<Outcome>().Select(Outcomes.NameOf).ToList();
        Assert.DoesNotContain(Outcomes.NameOf((Outcome)byte.MaxValue), names);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, static name => Assert.Matches("^[a-z]+(-[a-z]+)*$", name));
    }

    [Fact]
    public void Only_a_whole_response_and_a_tunnel_that_was_ended_are_in_order() => Assert.Equal(
        [Outcome.None, Outcome.TunnelClosedByClient, Outcome.TunnelClosedByBackend], Enum.GetValues<Outcome>().Where(Outcomes.IsOrderly));

    [Fact]
    public void Every_termination_is_a_who_and_a_phase() =>
        Assert.All(Enum.GetValues<Outcome>(), static outcome => Assert.Matches("^[-CcSsPLRIDK][-RQCHDTL]$", Outcomes.TerminationOf(outcome)));

    [Fact]
    public void Every_status_is_one_of_those_we_generate() =>
        Assert.All(Enum.GetValues<Outcome>(), static outcome => Assert.Contains(Outcomes.StatusOf(outcome), new[] { 0, 400, 404, 408, 413, 500, 502, 503, 504 }));

    [Fact]
    public void Every_sentence_is_one_of_its_own()
    {
        var sentences = Enum.GetValues<Outcome>().Select(Outcomes.Describe).ToList();
        Assert.Equal(sentences.Count, sentences.Distinct(StringComparer.Ordinal).Count());
        Assert.All(sentences, static sentence => Assert.Matches("^[A-Z][^.]*\\.$", sentence));
    }

    [Fact]
    public void A_value_that_is_no_outcome_is_a_fault_of_ours()
    {
        Assert.Equal(500, Outcomes.StatusOf((Outcome)200));
        Assert.Equal("unknown", Outcomes.NameOf((Outcome)200));
        Assert.False(Outcomes.IsConnectFailure((Outcome)200));
    }

    [Fact]
    public void A_connect_failure_is_what_ended_while_connecting() =>
        Assert.All(Enum.GetValues<Outcome>(), static outcome => Assert.Equal(Outcomes.TerminationOf(outcome)[1] == 'C', Outcomes.IsConnectFailure(outcome)));
}
