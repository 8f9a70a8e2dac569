using System.Net;

namespace Fairlead.Proxy.Transports;

/// <summary>A connection a listener accepted: over a Unix-domain socket the peer is the loopback address, port 0.</summary>
internal readonly record struct Accepted(Transport Transport, IPAddress PeerAddress, int PeerPort);
