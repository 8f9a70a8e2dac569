using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Control;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>
/// The console's proxy: routes, picks and edits by what the control plane published. It is a <see cref="ProxyHttp{TContext}"/> like a user's own; per request it reads one
/// reference and allocates nothing.
/// </summary>
internal sealed class ConfiguredProxy(Published<RoutingSnapshot> published, Action<Session, string> log, Action<Exception> reportBug) : ProxyHttp<Unit>
{
    private readonly Lock _gate = new();
    private ProxyTables? _tables;

    public override Unit NewContext() => Unit.Default;

    public override async ValueTask<bool> RequestFilter(Session session, Unit context)
    {
        var tables = Current();
        var index = tables.Snapshot.Routes.Match(session.Request.AuthorityBytes, session.Request.PathBytes);
        if (index < 0)
        {
            session.LocalOutcome = Outcome.NoRoute;
            await session.RespondAsync(404, "no route for this host and path\n").ConfigureAwait(false);
            return true;
        }

        session.RouteState = tables.Routes[index];
        if (session.Request.Head.Kind == MethodKind.Connect && TargetOf(session).IsNone)
        {
            session.LocalOutcome = Outcome.BadRequest;
            await session.RespondAsync(405, "no tunnel to this target is opened here\n").ConfigureAwait(false);
            return true;
        }

        session.AllowedUpgrades = tables.Routes[index].Upgrades;
        session.ReplayBytesMax = Retry.BodyBytesKept(tables.Routes[index].Upstream.Retry, session.Request.Head.Kind);
        (session.Meter = tables.Routes[index].Upstream.Meter).Began();
        return false;
    }

    public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context)
    {
        var route = RouteOf(session);
        if (session.Request.Head.Kind == MethodKind.Connect)
            return new(session.Attempts.Count == 0 ? TargetOf(session).Map(route.Upstream.PeerAt) : Option<HttpPeer>.None);
        var index = Pick(session, route.Upstream);
        if (index == Picker.None)
            return new(Option<HttpPeer>.None);
        MarkTried(session, index, route.Upstream.Peers.Length);
        return new(Option<HttpPeer>.Some(route.Upstream.Peers[index]));
    }

    public override ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, Unit context)
    {
        RouteOf(session).RequestEdits.Apply(upstreamRequest);
        return default;
    }

    public override ValueTask ResponseFilter(Session session, ResponseHeader response, Unit context)
    {
        RouteOf(session).ResponseEdits.Apply(response);
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

    private static int Pick(Session session, UpstreamEntry upstream)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var request = session.Request;
        var key = PickKey.Of(upstream.Policy, new KeyInput
        {
            Client = session.ClientAddress,
            Head = request.Arena,
            Fields = request.Fields,
            Path = request.PathBytes,
            Query = request.QueryBytes,
        }, scratch);
        return upstream.Picker.Pick(new PickInput
        {
            Ticket = session.Ticket ??= upstream.Tickets.Next(),
            Entropy = ThreadEntropy.Next(),
            Key = key,
            Tried = session.TriedCandidates,
        });
    }

    private static void MarkTried(Session session, int index, int count)
    {
        var words = (count + 63) / 64;
        if (session.TriedCandidates.Length < words)
        {
            var larger = new ulong[words];
            session.TriedCandidates.CopyTo(larger, 0);
            session.TriedCandidates = larger;
        }

        session.TriedCandidates[index >> 6] |= 1UL << (index & 63);
    }

    /// <summary>The tables of the snapshot in force; made once per publication, by the first request that sees it.</summary>
    private ProxyTables Current()
    {
        var snapshot = published.Value;
        var tables = Volatile.Read(ref _tables);
        if (tables is not null && ReferenceEquals(tables.Snapshot, snapshot))
            return tables;
        lock (_gate)
        {
            if (_tables is null || !ReferenceEquals(_tables.Snapshot, published.Value))
                Volatile.Write(ref _tables, ProxyTables.Of(published.Value, _tables));
            return _tables!;
        }
    }
}
