using Fairlead.Configuration;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy;

/// <summary>Everything that makes two connections to a backend different: a connection may only be reused for an equal key.</summary>
internal sealed record PeerKey(BackendAddress Address, string Targets, Option<UpstreamTls> Tls, int IdleMax, System.TimeSpan IdleTimeout, ProxyProtocolVersion ProxyProtocol)
{
    public static PeerKey Of(HttpPeer peer) => new(peer.Address, string.Join(' ', peer.DialTargets), peer.Tls, peer.Options.IdleMax, peer.Options.IdleTimeout, peer.ProxyProtocol);
}
