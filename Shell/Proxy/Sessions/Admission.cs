using System;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http1;
using Fairlead.Proxy.Transports;
using Fairlead.ProxyProtocol;

namespace Fairlead.Proxy.Sessions;

/// <summary>Before a connection is served: who it is that connects, and whether there is room for more of theirs.</summary>
internal sealed class Admission(ServiceRuntime runtime, ListenerBinding listener, IPAddress peerAddress, int peerPort)
{
    private const int ReceiveBytes = 2 * 1024;

    private Deadline _header;
    private ProxyHeader _announced;
    private bool _isCounted;

    /// <summary>The other end: announced, or the socket's.</summary>
    public IPAddress PeerAddress { get; private set; } = peerAddress;

    public int PeerPort { get; private set; } = peerPort;

    /// <summary>True over a Unix-domain socket, whose clients have no address.</summary>
    private bool IsUnnamed => listener.Address is ListenerAddress.Unix && _announced.Kind == ProxyHeaderKind.Unnamed;

    /// <summary>What is under TLS: with the bytes that came after a PROXY header in the same packet.</summary>
    public static Transport Unread(Transport client, ReceiveBuffer buffer)
    {
        if (buffer.UnreadLength == 0)
            return client;
        var replay = new ReplayTransport(client, buffer.Unread.ToArray());
        buffer.Consume(buffer.UnreadLength);
        return replay;
    }

    /// <summary>False when it is not to be served. What came with a PROXY header stays in <paramref name="buffer"/>.</summary>
    public async ValueTask<bool> TryAdmitAsync(Transport client, ReceiveBuffer buffer)
    {
        if (listener.ProxyProtocol != ProxyProtocolUse.Off && !await TryIdentifyAsync(client, buffer).ConfigureAwait(false))
            return false;
        if (runtime.Options.ConnectionsPerClientMax is not { } max || IsUnnamed || runtime.Options.Trusts(PeerAddress))
            return true;
        _isCounted = runtime.Clients.TryEnter(PeerAddress, max);
        if (!_isCounted)
            runtime.Metrics.ConnectionRefused();
        return _isCounted;
    }

    public void Sweep(long now, Transport client)
    {
        if (_header.TryFire(now))
            client.AbortReceive();
    }

    /// <summary>The connection has ended, admitted or not.</summary>
    public void Leave()
    {
        if (_isCounted)
            runtime.Clients.Leave(PeerAddress);
        listener.Gate.Leave();
    }

    /// <summary>The header that tells a backend whom the connection <paramref name="from"/> a client is for; empty when it wants none.</summary>
    public ReadOnlyMemory<byte> HeaderFor(HttpPeer peer, Transport from, IPAddress client)
    {
        if (peer.ProxyProtocol == ProxyProtocolVersion.None)
            return default;
        var (to, port) = ConnectedTo(from);
        var header = ProxyHeader.Of(client, client.Equals(PeerAddress) ? PeerPort : 0, to, port);
        return PeerHeaders.Write(peer.ProxyProtocol, header);
    }

    /// <summary>The address the client connected to: announced, or ours. A listener on every address does not know which it was, so the connection is asked.</summary>
    private (IPAddress Address, int Port) ConnectedTo(Transport from) => _announced.Kind != ProxyHeaderKind.Unnamed
        ? (_announced.AddressOf(_announced.Destination), _announced.DestinationPort)
        : from.OwnEnd ?? (listener.EndPoint is IPEndPoint bound ? (bound.Address, bound.Port) : (IPAddress.Loopback, 0));

    private async ValueTask<bool> TryIdentifyAsync(Transport client, ReceiveBuffer buffer)
    {
        if (!listener.TakesProxyHeaderFrom(PeerAddress, runtime.Options))
        {
            if (listener.ProxyProtocol == ProxyProtocolUse.Required)
                runtime.Metrics.ProxyHeaderRefused("untrusted");
            return listener.ProxyProtocol == ProxyProtocolUse.Optional;
        }

        _header.Arm(CoarseClock.After(runtime.Options.ClientTimeouts.ProxyHeader));
        while (true)
        {
            var header = ProxyHeaderParser.Parse(buffer.Unread);
            if (header.Status != ParseStatus.NeedMore)
            {
                _header.Clear();
                return Take(header, buffer);
            }

            buffer.MakeRoom(ReceiveBytes);
            var count = await client.ReceiveAsync(buffer.Free).ConfigureAwait(false);
            if (count <= 0)
            {
                runtime.Metrics.ProxyHeaderRefused(_header.HasFired ? "timeout" : "closed");
                return false;
            }

            buffer.Received(count);
        }
    }

    private bool Take(in ProxyHeader header, ReceiveBuffer buffer)
    {
        if (header.Status == ParseStatus.Invalid)
        {
            if (header.Fault == ProxyHeaderFault.OtherProtocol && listener.ProxyProtocol == ProxyProtocolUse.Optional)
                return true;
            runtime.Metrics.ProxyHeaderRefused(header.Fault == ProxyHeaderFault.OtherProtocol ? "missing" : "malformed");
            return false;
        }

        buffer.Consume(header.Length);
        if (header.Kind != ProxyHeaderKind.Unnamed)
        {
            _announced = header;
            (PeerAddress, PeerPort) = (header.AddressOf(header.Source), header.SourcePort);
        }

        return true;
    }
}
