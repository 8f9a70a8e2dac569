using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Primitives;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>An exchange that turns its connection into a tunnel: what is asked for, the 101 that grants it, and the bytes after it.</content>
internal sealed partial class HttpSession<TContext>
{
    private Slice _offered;
    private Slice _asked;
    private volatile Tunnel? _tunnel;

    /// <summary>What the backend is asked to change to: what the client offers and the route allows.</summary>
    private void AskForUpgrade()
    {
        if (_offered.IsEmpty)
            return;
        Span<byte> asked = stackalloc byte[Upgrades.AskedBytesMax];
        var request = Exchange.UpstreamRequest;
        _asked = request.Store(asked[..Upgrades.WriteAsked(asked, _offered.Of(Exchange.Request.Arena), AllowedUpgrades)]);
    }

    /// <summary>Passes a 101 on and serves the tunnel to its end; <see cref="Outcome.BadResponse"/> when it grants something that was not asked for.</summary>
    private async ValueTask<Outcome> SwitchAsync(HttpPeer peer, UpstreamConnection connection, ResponseHead head, TContext context)
    {
        var fields = Exchange.ParsedFields.AsMemory(0, head.FieldCount);
        if (!Upgrades.IsAnswered(head, connection.Buffer.Unread, fields.Span, _asked.Of(Exchange.UpstreamRequest.Arena), out var chosen))
            return Outcome.BadResponse;
        Interlocked.Exchange(ref _hasHead, 1);
        _responseHead.Clear();
        _attemptHead.Clear();
        _total.Clear();
        _hangUp.Clear();
        if (_responseHead.HasFired || _attemptHead.HasFired || _total.HasFired || _hangUp.HasFired)
            return WhyNoResponse(0);

        var response = Exchange.Response;
        var kept = HopByHop.StripResponse(connection.Buffer.Unread, fields.Span);
        response.LoadHead(connection.Buffer.Unread[..head.Length], head, fields.Span[..kept]);
        connection.Buffer.Consume(head.Length);
        Exchange.Attempts.Add(peer, Outcome.None, head.StatusCode);
        await _proxy.ResponseFilter(this, response, context).ConfigureAwait(false);
        if (response.Status != head.StatusCode)
            throw new InvalidOperationException("A response that changes the protocol cannot become another: the backend speaks the new one from now on.");

        MessageWriter.WriteSwitch(Exchange.ResponseBody.Out, response, chosen);
        await TunnelAsync(connection, response.Status).ConfigureAwait(false);
        return Outcome.None;
    }

    /// <summary>Answers a CONNECT whose target was connected to.</summary>
    private ValueTask OpenTunnelAsync(HttpPeer peer, UpstreamConnection connection)
    {
        const int connected = 200;
        _total.Clear();
        Exchange.Attempts.Add(peer, Outcome.None, connected);
        Exchange.ResponseBody.Out.TryAppend("HTTP/1.1 200 OK\r\n\r\n"u8);
        return TunnelAsync(connection, connected);
    }

    /// <summary>Sends the head that was written, and after it whatever comes from either side.</summary>
    private async ValueTask TunnelAsync(UpstreamConnection connection, int status)
    {
        (_responseBegan, _status) = (true, status);
        if (await Exchange.ResponseBody.FlushAsync(Client, _upstreamTimers))
            await RunTunnelAsync(connection).ConfigureAwait(false);
        else
            _outcome = _clientWrite.HasFired ? Outcome.ClientWriteTimeout : Outcome.ClientGone;
        (_keeps, _clientGone) = (false, true);                       // neither connection speaks HTTP any more
        await CloseUpstreamAsync(connection);
    }

    private async ValueTask RunTunnelAsync(UpstreamConnection connection)
    {
        IsTunnel = true;
        _runtime.Metrics.TunnelBegan();
        _tunnel = new Tunnel(Client, _in, connection.Transport, connection.Buffer, _peerOptions);
        _outcome = await _tunnel.RunAsync().ConfigureAwait(false);
    }
}
