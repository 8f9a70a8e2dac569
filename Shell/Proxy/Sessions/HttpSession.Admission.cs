using System;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Sessions;

/// <content>Before the first request: who it is that connects, and whether there is room for more of theirs. And what is watched while they send and receive.</content>
internal sealed partial class HttpSession<TContext>
{
    private RateMeter _requestRate;
    private RateMeter _responseRate;
    private volatile bool _awaitsBody;
    private volatile bool _awaitsTaking;
    private volatile int _requests;

    /// <summary>True once this request is the last of its connection.</summary>
    private bool EndsConnection => _runtime.IsDraining || _requests >= _runtime.Options.RequestsPerConnectionMax;

    private async ValueTask<bool> TryAdmitAsync()
    {
        var isAdmitted = await _admission.TryAdmitAsync(_client, _in).ConfigureAwait(false);
        ClientAddressOfRequest = PeerAddress;
        return isAdmitted;
    }

    /// <summary>The header that tells a backend whom the connection is for.</summary>
    private ReadOnlyMemory<byte> HeaderFor(HttpPeer peer) => _admission.HeaderFor(peer, _client, ClientAddressOfRequest);

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
