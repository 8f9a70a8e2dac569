using System;
using System.Net;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Resilience;

namespace Fairlead.Tests.Http;

/// <summary>What every request passes through costs no heap.</summary>
public sealed class AllocationTests
{
    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];
    private static readonly IPAddress Stranger = IPAddress.Parse("198.51.100.9");
    private static readonly IPAddress Proxy = IPAddress.Parse("fd00::9");
    private static readonly IPAddress Mapped = IPAddress.Parse("::ffff:198.51.100.9");

    [Fact]
    public void Deciding_what_of_a_request_goes_on_allocates_nothing()
    {
        var given = new FieldLines("Host: a", "Connection: close, x-secret", "X-Secret: 1", "X_Forwarded_For: 1", "X-Forwarded-For: 192.0.2.1", "Via: 1.1 fairlead", "Expect: 100-continue");
        var fields = new HeaderField[given.Fields.Length];
        var destination = new byte[ForwardedFields.ForBytesMax(given.Fields)];
        var head = new RequestHead { Kind = MethodKind.Post, Body = new BodyFraming(BodyKind.Length, 5) };

        AllocatesNothing(() =>
        {
            given.Fields.CopyTo(fields, 0);
            RequestRules.Check(head, isTls: false, 10, given.Bytes, fields);
            ClientAddress.Effective(Stranger, Trusted, given.Bytes, fields);
            var kept = HopByHop.StripRequest(given.Bytes, fields, out _);
            kept = ForwardedFields.Strip(given.Bytes, fields.AsSpan(0, kept), peerIsTrusted: true);
            ForwardedFields.CountOwnVia(given.Bytes, fields.AsSpan(0, kept));
            ForwardedFields.WriteFor(destination, given.Bytes, fields.AsSpan(0, kept), Proxy);
            ForwardedFields.WriteFor(destination, given.Bytes, fields.AsSpan(0, kept), Mapped);
            Persistence.ToUpstream(head);
        });
    }

    [Fact]
    public void A_trusted_peer_that_says_nothing_allocates_nothing()
    {
        var given = new FieldLines("Host: a");
        AllocatesNothing(() => ClientAddress.Effective(Proxy, Trusted, given.Bytes, given.Fields));
    }

    [Fact]
    public void Deciding_what_of_a_response_goes_on_allocates_nothing()
    {
        var given = new FieldLines("Connection: x-secret", "X-Secret: 1", "Content-Length: 5", "Date: now");
        var fields = new HeaderField[given.Fields.Length];
        var request = new RequestHead { Kind = MethodKind.Head };
        var response = new ResponseHead { StatusCode = 200 };

        AllocatesNothing(() =>
        {
            given.Fields.CopyTo(fields, 0);
            var declared = Persistence.DeclaredLength(given.Bytes, fields);
            HopByHop.StripResponse(given.Bytes, fields);
            var framing = Persistence.ToClient(response, request.Kind, request.Version, declared);
            Persistence.KeepsClient(request, framing, requestBodyWillBeRead: true, isDraining: false);
            Persistence.KeepsUpstream(response, requestSentWhole: true, hasSurplus: false);
            _ = Reasons.Of(response.StatusCode);
        });
    }

    [Fact]
    public void Deciding_on_a_retry_and_naming_an_outcome_allocates_nothing()
    {
        var report = new AttemptReport { Outcome = Outcome.ConnectRefused, AttemptsMade = 1, BodyIsReplayable = true };
        var answered = report with { Outcome = Outcome.None, Status = 503 };
        var settings = RetrySettings.Default with { Statuses = StatusSet.Parse("500,502-504").IfNone(StatusSet.Empty) };
        AllocatesNothing(() =>
        {
            Retry.Decide(RetrySettings.Default, report, default, entropy: 7);
            Retry.Decide(settings, answered, default, entropy: 7);
            _ = Outcomes.NameOf(report.Outcome);
            _ = Outcomes.TerminationOf(report.Outcome);
        });
    }

    private static void AllocatesNothing(Action action)
    {
        action();                                                    // the first call compiles
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
