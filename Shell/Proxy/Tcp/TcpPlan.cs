using System;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Routing;

namespace Fairlead.Proxy.Tcp;

/// <summary>Where connections without requests go: picks by what is published, and learns when they are over.</summary>
internal interface ITcpBalancer
{
    /// <summary>Chooses for one more connection; null when there is no such upstream.</summary>
    ITcpChoice? Begin(string upstream, IPAddress client);

    /// <summary>Tells that a connection has ended.</summary>
    void Ended(EndedConnection connection);
}

/// <summary>One connection's way to a backend, to its end. It holds a place at the picked backend until it leaves it.</summary>
internal interface ITcpChoice : IDisposable
{
    /// <summary>A backend that was not tried yet, or null and why there is none; it may be waited for.</summary>
    ValueTask<(HttpPeer? Peer, Outcome Refusal)> PickAsync();

    /// <summary>Ends a wait for a backend, now or later. Any thread.</summary>
    void Abandon();

    /// <summary>The connection to the picked backend stands.</summary>
    void Connected();

    /// <summary>The connection to the picked backend is over, or never stood.</summary>
    void Leave(Outcome outcome);

    /// <summary>Whether to pick another one.</summary>
    RetryDecision Decide(in AttemptReport report);
}

/// <summary>What a listener does with connections that carry no requests of ours.</summary>
internal sealed class TcpPlan
{
    private readonly string _to;
    private readonly RouteTable? _byName;

    private TcpPlan(ITcpBalancer balancer, string to, RouteTable? byName) => (Balancer, _to, _byName) = (balancer, to, byName);

    public ITcpBalancer Balancer { get; }

    /// <summary>True when the first message says where to.</summary>
    public bool GoesByName => _byName is not null;

    /// <summary>The plan for a protocol; null for HTTP.</summary>
    public static TcpPlan? Of(ListenerProtocol protocol, ITcpBalancer? balancer) => (protocol, balancer) switch
    {
        (ListenerProtocol.Tcp tcp, not null) => new TcpPlan(balancer, tcp.To, null),
        (ListenerProtocol.TlsPassthrough through, not null) => new TcpPlan(balancer, "", RouteTable.Of(
            [.. through.Routes.Select(static route => new RouteSettings(route.Hosts, PathPattern.Any, route.To, HeaderEdits.None, HeaderEdits.None))])),
        _ => null,
    };

    /// <summary>The upstream for a server name; null when no route takes it.</summary>
    public string? UpstreamOf(ReadOnlySpan<byte> serverName)
    {
        if (_byName is null)
            return _to;
        var index = _byName.Match(serverName, "/"u8);
        return index < 0 ? null : _byName.Routes[index].To;
    }
}
