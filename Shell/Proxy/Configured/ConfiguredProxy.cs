using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>
/// The console's proxy: routes, picks and edits by what the control plane published. It is a <see cref="ProxyHttp{TContext}"/> like a user's own; per request it reads one
/// reference and allocates nothing, unless it has to wait for a place at a backend.
/// </summary>
internal sealed partial class ConfiguredProxy(
    Published<RoutingSnapshot> published, SlotArrays slots, Action<ControlEvent> happened, Action<Session, string> log, Action<Exception> reportBug) : ProxyHttp<Unit>
{
    private readonly Lock _gate = new();
    private ProxyTables? _tables;

    public override Unit NewContext() => Unit.Default;

    public override ValueTask<bool> RequestFilter(Session session, Unit context)
    {
        var tables = Current();
        var index = tables.Snapshot.Routes.Match(session.Request.AuthorityBytes, session.Request.PathBytes);
        if (index < 0)
            return AnswerAsync(session, Outcome.NoRoute, 404, "no route for this host and path\n");

        var route = tables.Routes[index];
        var method = session.Request.Head.Kind;
        session.RouteState = route;
        if (method == MethodKind.Connect && TargetOf(session).IsNone)
            return AnswerAsync(session, Outcome.BadRequest, 405, "no tunnel to this target is opened here\n");

        session.AllowedUpgrades = route.Upgrades;
        session.ReplayBytesMax = Retry.BodyBytesKept(route.Upstream.Retry, method);
        session.Meter = route.Upstream.Meter;
        session.Meter.Began();
        return new(false);
    }

    public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context)
    {
        var route = RouteOf(session);
        if (session.Request.Head.Kind == MethodKind.Connect)
            return new(session.Attempts.Count == 0 ? TargetOf(session).Map(route.Upstream.PeerAt) : Option<HttpPeer>.None);
        var upstream = session.Attempts.Count == 0 ? route.Upstream : Follow(session);   // who failed may have been replaced meanwhile
        var selection = TryEnter(session, upstream, isNew: true, out var isForAny);
        return selection.HasCandidate ? new(Option<HttpPeer>.Some(upstream.Peers[selection.Index]))
            : selection.Kind == SelectionKind.Wait ? WaitAsync(session, upstream, isForAny)
            : new(Refuse(session, QueueWait.OutcomeOf(selection.Kind)));
    }

    public override ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, Unit context)
    {
        RouteOf(session).RequestEdits.ApplyToRequest(upstreamRequest);
        return default;
    }

    public override ValueTask ResponseFilter(Session session, ResponseHeader response, Unit context)
    {
        var route = RouteOf(session);
        route.ResponseEdits.Apply(response);
        if (route.Upstream.Selector.SetCookieFor(session.Selection) is { IsEmpty: false } cookie)
            response.AddChecked("Set-Cookie"u8, cookie);
        return default;
    }

    public override RetryDecision FailToConnect(Session session, HttpPeer peer, in AttemptReport report, Unit context) => Decide(session, report);

    public override RetryDecision ErrorWhileProxy(Session session, HttpPeer peer, in AttemptReport report, Unit context) => Decide(session, report);

    public override RetryDecision RetryResponse(Session session, HttpPeer peer, in AttemptReport report, Unit context) => Decide(session, report);

    public override void Logging(Session session, Unit context)
    {
        session.Meter?.Ended(session.IsRetrying);
        log(session, session.RouteState is RouteEntry route ? route.Upstream.Name : "");
    }

    public override void HookFailed(Session session, Exception bug) => reportBug(bug);

    private static async ValueTask<bool> AnswerAsync(Session session, Outcome outcome, int status, string body)
    {
        session.LocalOutcome = outcome;
        await session.RespondAsync(status, body).ConfigureAwait(false);
        return true;
    }

    private static RouteEntry RouteOf(Session session) => (RouteEntry)session.RouteState!;

    /// <summary>Where a CONNECT may lead by its route.</summary>
    private static Option<BackendAddress> TargetOf(Session session) => ConnectTarget.Choose(session.Request.AuthorityBytes, RouteOf(session).Connect);

    private static RetryDecision Decide(Session session, in AttemptReport report)
    {
        var isRetrying = session.IsRetrying;
        var decision = session.Meter!.Decide(RouteOf(session).Upstream.Retry, report, ThreadEntropy.Next(), ref isRetrying);
        session.IsRetrying = isRetrying;
        return decision;
    }

    /// <summary>To be called after a publication: its tables are made here, not by a request, and who waits looks again.</summary>
    public void SnapshotPublished()
    {
        var before = Volatile.Read(ref _tables);
        WakeAll(Current());
        if (before is not null)
            WakeAll(before);                                          // an upstream that is gone has nobody else to tell them
    }

    /// <summary>What requests told since the last time, for the backends whose rates are compared.</summary>
    public Seq<(BackendId Backend, OutcomeTally Tally)> TakeTallies()
    {
        var told = new List<(BackendId, OutcomeTally)>();
        foreach (var upstream in Volatile.Read(ref _tables)?.Upstreams.Values ?? Enumerable.Empty<UpstreamEntry>())
        {
            foreach (var counts in upstream.Counts)
            {
                if (counts.Rules.Outlier is not null && counts.TakeTally() is var tally && tally != default)
                    told.Add((counts.Rules.Backend, tally));
            }
        }

        return told.ToArray().ToSeq().Strict();
    }

    private static void WakeAll(ProxyTables tables)
    {
        foreach (var upstream in tables.Upstreams.Values)
            upstream.Waiting.WakeAll();
    }

    /// <summary>The tables of the snapshot in force; made once per publication, by the first request that sees it.</summary>
    internal ProxyTables Current()
    {
        var snapshot = published.Value;
        var tables = Volatile.Read(ref _tables);
        if (tables is not null && ReferenceEquals(tables.Snapshot, snapshot))
            return tables;
        lock (_gate)
        {
            if (_tables is null || !ReferenceEquals(_tables.Snapshot, published.Value))
                Volatile.Write(ref _tables, ProxyTables.Of(published.Value, _tables, slots, happened));
            return _tables!;
        }
    }
}
