using Fairlead.Routing;
using LanguageExt;

namespace Fairlead.Configuration;

/// <summary>What is spoken on a listener.</summary>
public abstract record ListenerProtocol
{
    private ListenerProtocol() { }

    /// <summary>HTTP/1.1: the routes of the configuration.</summary>
    public sealed record Http : ListenerProtocol;

    /// <summary>Anything over TCP: each connection goes to a backend of the upstream <paramref name="To"/>.</summary>
    public sealed record Tcp(string To) : ListenerProtocol;

    /// <summary>TLS that is not ours to end: connections go by the server name in their first message, unchanged.</summary>
    public sealed record TlsPassthrough(Seq<TlsRoute> Routes) : ListenerProtocol;
}

/// <summary>Server names and the upstream they go to; without any it takes every connection, also those that name none.</summary>
public sealed record TlsRoute(Seq<HostPattern> Hosts, string To);
