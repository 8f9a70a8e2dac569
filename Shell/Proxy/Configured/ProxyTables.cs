using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Places;
using Fairlead.Resilience;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>Counts the requests of one upstream; lives as long as the upstream's name, so that a publication does not restart the rotation.</summary>
internal sealed class TicketCounter
{
    private long _next = -1;

    public ulong Next() => (ulong)Interlocked.Increment(ref _next);
}

/// <summary>
/// An upstream in the form the request path wants: one <see cref="HttpPeer"/> and one <see cref="BackendCounts"/> for each candidate, made once. Tickets and the line of who waits live as long as its name.
/// </summary>
internal sealed record UpstreamEntry(
    UpstreamSettings Settings, Selector Selector, ImmutableArray<HttpPeer> Peers, ImmutableArray<BackendCounts> Counts, SlotArrays Slots, TicketCounter Tickets, WaitingLine Waiting,
    RetryMeter Meter)
{
    public string Name => Settings.Name;

    public RetrySettings Retry => Settings.Retry;

    public BreakerSettings? Breaker { get; } = Settings.Breaker.MatchUnsafe(static breaker => breaker, static () => null!);

    /// <summary>A policy whose key is the sticky cookie, so that it is read as such keys are; null without one.</summary>
    public PolicySettings? StickyCookie { get; } =
        Settings.Selection.Sticky.MatchUnsafe(static sticky => new PolicySettings.Hash(new KeySource.Cookie(sticky.CookieName)), static () => null!);

    /// <summary>The time constant of latencies; zero when the policy does not ask for them.</summary>
    public TimeSpan Decay { get; } = Settings.Policy is PolicySettings.PeakEwma ewma ? ewma.Decay : TimeSpan.Zero;

    /// <summary>Why a request got its backend, in one word for the log; empty when it got none.</summary>
    public string WordFor(Selection selection) =>
        !selection.HasCandidate ? ""
        : selection.Kind == SelectionKind.Stuck ? "sticky"
        : Selector.Standings[selection.Index] == Standing.Failed ? "panic"
        : Selector.Candidates[selection.Index].Tier is > 0 and var tier ? FormattableString.Invariant($"tier-{tier}")
        : "policy";

    public int IndexOf(BackendAddress address)
    {
        for (var i = 0; i < Peers.Length; i++)
        {
            if (Peers[i].Address.Equals(address))
                return i;
        }

        return Picker.None;
    }

    /// <summary>Somebody who is no backend of it, under its deadlines.</summary>
    public HttpPeer PeerAt(BackendAddress address) => new(address) { Options = PeerOptions.Of(Settings.Timeouts, Settings.Pool) };
}

/// <summary>A route in the form the request path wants.</summary>
internal sealed record RouteEntry(UpstreamEntry Upstream, FieldEdits RequestEdits, FieldEdits ResponseEdits, byte[][] Upgrades, Seq<ConnectTarget> Connect);

/// <summary>Header edits with their bytes made once.</summary>
internal sealed class FieldEdits(HeaderEdits edits)
{
    private readonly byte[][] _remove = [.. edits.Remove.Map(Encoding.Latin1.GetBytes)];
    private readonly (byte[] Name, byte[] Value)[] _set = [.. edits.Set.Map(static e => (Encoding.Latin1.GetBytes(e.Name), Encoding.Latin1.GetBytes(e.Value)))];
    private readonly (byte[] Name, byte[] Value)[] _add = [.. edits.Add.Map(static e => (Encoding.Latin1.GetBytes(e.Name), Encoding.Latin1.GetBytes(e.Value)))];

    /// <summary>As <see cref="Apply"/>, and what the client wrote with underscores does not pass for a field that was removed or set.</summary>
    public void ApplyToRequest(MessageHeader header)
    {
        foreach (var name in _remove)
            header.RemoveTwins(name);
        foreach (var (name, _) in _set)
            header.RemoveTwins(name);
        Apply(header);
    }

    public void Apply(MessageHeader header)
    {
        foreach (var name in _remove)
            header.Remove(name);
        foreach (var (name, value) in _set)
            header.SetChecked(name, value);
        foreach (var (name, value) in _add)
            header.AddChecked(name, value);
    }
}

/// <summary>Everything the request path reads, derived from one <see cref="RoutingSnapshot"/>.</summary>
internal sealed class ProxyTables
{
    private ProxyTables(RoutingSnapshot snapshot, ImmutableArray<RouteEntry> routes, Dictionary<string, UpstreamEntry> upstreams)
    {
        Snapshot = snapshot;
        Routes = routes;
        Upstreams = upstreams;
    }

    public RoutingSnapshot Snapshot { get; }

    /// <summary>By the index that the route table answers.</summary>
    public ImmutableArray<RouteEntry> Routes { get; }

    /// <summary>By name.</summary>
    public Dictionary<string, UpstreamEntry> Upstreams { get; }

    /// <summary>
    /// The tables of <paramref name="snapshot"/>. Ticket counters, waiting lines, the counts of backends that stay, and the peers of upstreams whose settings and addresses did not change, are taken over.
    /// </summary>
    public static ProxyTables Of(RoutingSnapshot snapshot, ProxyTables? before, SlotArrays slots, Action<ControlEvent> happened)
    {
        var upstreams = new Dictionary<string, UpstreamEntry>(StringComparer.Ordinal);
        foreach (var upstream in snapshot.Upstreams)
            upstreams[upstream.Settings.Name] = EntryOf(upstream, before?.Upstreams.GetValueOrDefault(upstream.Settings.Name), slots, happened);

        var routes = ImmutableArray.CreateBuilder<RouteEntry>();
        foreach (var route in snapshot.Routes.Routes)
            routes.Add(new RouteEntry(upstreams[route.To], new FieldEdits(route.RequestHeaders), new FieldEdits(route.ResponseHeaders), [.. route.Upgrades.Map(Encoding.Latin1.GetBytes)], route.Connect));
        return new ProxyTables(snapshot, routes.ToImmutable(), upstreams);
    }

    private static UpstreamEntry EntryOf(UpstreamSnapshot upstream, UpstreamEntry? before, SlotArrays slots, Action<ControlEvent> happened)
    {
        var entry = new UpstreamEntry(upstream.Settings, upstream.Selector, [], [], slots, before?.Tickets ?? new TicketCounter(), before?.Waiting ?? new WaitingLine(),
            before?.Meter ?? new RetryMeter());
        var outlier = upstream.Settings.Outlier.MatchUnsafe(static outlier => outlier, static () => null!);
        var peers = ImmutableArray.CreateBuilder<HttpPeer>(upstream.Backends.Length);
        var counts = ImmutableArray.CreateBuilder<BackendCounts>(upstream.Backends.Length);
        foreach (var backend in upstream.Backends)
        {
            var rules = new BackendRules(new BackendId(upstream.Settings.Name, backend.Address), entry.Decay, outlier, entry.Breaker, happened);
            peers.Add(PeerOf(upstream, backend, before));
            counts.Add(CountsOf(backend, before) ?? new BackendCounts(slots, backend.Slot, entry.Waiting, rules));
            counts[^1].Rules = rules;
        }

        return entry with { Peers = peers.ToImmutable(), Counts = counts.ToImmutable() };
    }

    private static BackendCounts? CountsOf(BackendSnapshot backend, UpstreamEntry? before) =>
        before?.IndexOf(backend.Address) is >= 0 and var known && before.Counts[known].Slot == backend.Slot ? before.Counts[known] : null;

    private static HttpPeer PeerOf(UpstreamSnapshot upstream, BackendSnapshot backend, UpstreamEntry? before)
    {
        if (before is not null && before.Settings.Tls == upstream.Settings.Tls && before.Settings.Timeouts == upstream.Settings.Timeouts && before.Settings.Pool == upstream.Settings.Pool
            && before.Settings.Retry.AttemptTimeout == upstream.Settings.Retry.AttemptTimeout
            && before.Settings.ProxyProtocol == upstream.Settings.ProxyProtocol)
        {
            foreach (var peer in before.Peers)
            {
                if (peer.Address.Equals(backend.Address) && peer.DialTargets.AsSpan().SequenceEqual(backend.DialTargets.AsSpan()))
                    return peer;
            }
        }

        return HttpPeer.Of(backend, upstream.Settings);
    }
}
