using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Http;
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

/// <summary>An upstream in the form the request path wants: one <see cref="HttpPeer"/> for each candidate, made once.</summary>
internal sealed record UpstreamEntry(
    string Name, PolicySettings Policy, RetrySettings Retry, Picker Picker, ImmutableArray<HttpPeer> Peers, TicketCounter Tickets, UpstreamSettings Settings)
{
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

    private Dictionary<string, UpstreamEntry> Upstreams { get; }

    /// <summary>The tables of <paramref name="snapshot"/>. Ticket counters, and the peers of upstreams whose settings and addresses did not change, are taken over.</summary>
    public static ProxyTables Of(RoutingSnapshot snapshot, ProxyTables? before)
    {
        var upstreams = new Dictionary<string, UpstreamEntry>(StringComparer.Ordinal);
        foreach (var upstream in snapshot.Upstreams)
            upstreams[upstream.Settings.Name] = EntryOf(upstream, before?.Upstreams.GetValueOrDefault(upstream.Settings.Name));

        var routes = ImmutableArray.CreateBuilder<RouteEntry>();
        foreach (var route in snapshot.Routes.Routes)
            routes.Add(new RouteEntry(upstreams[route.To], new FieldEdits(route.RequestHeaders), new FieldEdits(route.ResponseHeaders), [.. route.Upgrades.Map(Encoding.Latin1.GetBytes)], route.Connect));
        return new ProxyTables(snapshot, routes.ToImmutable(), upstreams);
    }

    private static UpstreamEntry EntryOf(UpstreamSnapshot upstream, UpstreamEntry? before)
    {
        var peers = ImmutableArray.CreateBuilder<HttpPeer>(upstream.Backends.Length);
        for (var i = 0; i < upstream.Backends.Length; i++)
            peers.Add(PeerOf(upstream, upstream.Backends[i], before));
        return new UpstreamEntry(
            upstream.Settings.Name, upstream.Settings.Policy, upstream.Settings.Retry, upstream.Picker, peers.ToImmutable(),
            before?.Tickets ?? new TicketCounter(), upstream.Settings);
    }

    private static HttpPeer PeerOf(UpstreamSnapshot upstream, BackendSnapshot backend, UpstreamEntry? before)
    {
        if (before is not null && before.Settings.Tls == upstream.Settings.Tls && before.Settings.Timeouts == upstream.Settings.Timeouts && before.Settings.Pool == upstream.Settings.Pool
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
