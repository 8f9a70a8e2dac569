using System;
using System.Net;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http1;
using Fairlead.ProxyProtocol;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <content>Before the first request: who it is that connects, and whether there is room for more of theirs. And what is watched while they send and receive.</content>
internal sealed partial class HttpSession<TContext>
{
    private RateMeter _requestRate;
    private RateMeter _responseRate;
    private volatile bool _awaitsBody;
    private volatile bool _awaitsTaking;
    private volatile int _requests;
    private bool _isCounted;
    private ProxyHeader _announced;

    /// <summary>The address the client connected to, as far as it is known: announced, or the listener's.</summary>
    private (IPAddress Address, int Port) ConnectedTo => _announced.Kind != ProxyHeaderKind.Unnamed
        ? (_announced.AddressOf(_announced.Destination), _announced.DestinationPort)
        : _listener.EndPoint is IPEndPoint bound ? (bound.Address, bound.Port) : (IPAddress.Loopback, 0);

    /// <summary>True over a Unix-domain socket, whose clients have no address.</summary>
    private bool IsUnnamed => _listener.Address is ListenerAddress.Unix && _announced.Kind == ProxyHeaderKind.Unnamed;

    /// <summary>True once this request is the last of its connection.</summary>
    private bool EndsConnection => _runtime.IsDraining || _requests >= _runtime.Options.RequestsPerConnectionMax;

    private async ValueTask<bool> TryAdmitAsync()
    {
        if (_listener.ProxyProtocol != ProxyProtocolUse.Off && !await TryIdentifyAsync().ConfigureAwait(false))
            return false;
        if (_runtime.Options.ConnectionsPerClientMax is not { } max || IsUnnamed || _runtime.Options.Trusts(PeerAddress))
            return true;
        _isCounted = _runtime.Clients.TryEnter(PeerAddress, max);
        if (!_isCounted)
            _runtime.Metrics.ConnectionRefused();
        return _isCounted;
    }

    /// <summary>Reads the PROXY header; what came with it stays in the buffer.</summary>
    private async ValueTask<bool> TryIdentifyAsync()
    {
        if (!_listener.TakesProxyHeaderFrom(PeerAddress, _runtime.Options))
        {
            if (_listener.ProxyProtocol == ProxyProtocolUse.Required)
                _runtime.Metrics.ProxyHeaderRefused("untrusted");
            return _listener.ProxyProtocol == ProxyProtocolUse.Optional;
        }

        _clientRead.Arm(CoarseClock.After(_runtime.Options.ClientTimeouts.ProxyHeader));
        while (true)
        {
            var header = ProxyHeaderParser.Parse(_in.Unread);
            if (header.Status != ParseStatus.NeedMore)
            {
                _clientRead.Clear();
                return Take(header);
            }

            _in.MakeRoom(ReceiveBytes / 2);
            var count = await Client.ReceiveAsync(_in.Free).ConfigureAwait(false);
            if (count <= 0)
            {
                _runtime.Metrics.ProxyHeaderRefused(_clientRead.HasFired ? "timeout" : "closed");
                return false;
            }

            _in.Received(count);
        }
    }

    private bool Take(in ProxyHeader header)
    {
        if (header.Status == ParseStatus.Invalid)
        {
            if (header.Fault == ProxyHeaderFault.OtherProtocol && _listener.ProxyProtocol == ProxyProtocolUse.Optional)
                return true;
            _runtime.Metrics.ProxyHeaderRefused(header.Fault == ProxyHeaderFault.OtherProtocol ? "missing" : "malformed");
            return false;
        }

        _in.Consume(header.Length);
        if (header.Kind != ProxyHeaderKind.Unnamed)
        {
            _announced = header;
            (_peerAddress, _peerPort) = (header.AddressOf(header.Source), header.SourcePort);
            ClientAddressOfRequest = PeerAddress;
        }

        return true;
    }

    /// <summary>What is under TLS: with the bytes that came after a PROXY header in the same packet.</summary>
    private Transport Unread()
    {
        if (_in.UnreadLength == 0)
            return _client;
        var replay = new ReplayTransport(_client, _in.Unread.ToArray());
        _in.Consume(_in.UnreadLength);
        return replay;
    }

    private void Leave()
    {
        if (_isCounted)
            _runtime.Clients.Leave(PeerAddress);
        _listener.Gate.Leave();
    }

    /// <summary>The header that tells a backend whom the connection is for.</summary>
    private ReadOnlyMemory<byte> HeaderFor(HttpPeer peer)
    {
        if (peer.ProxyProtocol == ProxyProtocolVersion.None)
            return default;
        var (to, port) = ConnectedTo;
        var header = ProxyHeader.Of(ClientAddressOfRequest, ClientAddressOfRequest.Equals(PeerAddress) ? PeerPort : 0, to, port);
        return PeerHeaders.Write(peer.ProxyProtocol, header);
    }

    /// <summary>Cuts off who is too slow. The body's bytes are read before the flag: an exchange that is given back has it cleared.</summary>
    private void SweepRates(long now)
    {
        var options = _runtime.Options;
        var (requests, exchange) = (_requests, _exchange);
        if (exchange is null || requests == 0)
            return;
        var (readEnds, writeEnds) = (_clientRead.At, _clientWrite.At);
        var (received, taken) = (exchange.RequestBody.Bytes, exchange.ResponseBody.Bytes);
        if (_requestRate.IsTooSlow(requests, _awaitsBody, received, options.RequestRateMin, now) && requests == _requests && _clientRead.TryFireAt(readEnds))
            _client.AbortReceive();
        if (_responseRate.IsTooSlow(requests, _awaitsTaking, taken, options.ResponseRateMin, now) && requests == _requests && _clientWrite.TryFireAt(writeEnds))
            AbortClient();
    }
}
