using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>One attempt: a connection, the request over it with its body flowing beside, and what came of it.</content>
internal sealed partial class HttpSession<TContext>
{
    /// <summary>What one try came to. <see cref="Outcome.None"/>: a response has begun.</summary>
    private readonly record struct Tried(Outcome Outcome, bool IsConnectFailure, bool WasReused, bool WasWritten);

    /// <summary>Over which connection the request was sent; without one that try is over, and <paramref name="End"/> is what it came to (of a tunnel that has been closed again, <c>default</c>).</summary>
    private readonly record struct Sending(UpstreamConnection? Connection, Tried End);

    /// <summary>Opens a connection and sends the request. For the first bytes of the response, the long wait, waits neither this nor <see cref="ReceiveFromPeerAsync"/>, but who calls both: one method instead of three.</summary>
    private async Step<Sending> SendToPeerAsync(HttpPeer peer, bool isFresh, TContext context)
    {
        var isConnect = Exchange.Request.Head.Kind == MethodKind.Connect;
        MarkSent();
        var pool = _runtime.Pools.Of(peer);
        var connection = isFresh || isConnect ? null : pool.TryTake();
        if (connection is null)
        {
            var connected = await ConnectAsync(peer).ConfigureAwait(false);
            if (connected.Transport is null)
                return new(null, new(connected.Outcome, IsConnectFailure: true, WasReused: false, WasWritten: false));
            pool.Opened();
            connection = new UpstreamConnection(connected.Transport, pool);
            if (!isConnect)
                connection.ArmOwned();
        }

        _runtime.Metrics.UpstreamConnection(connection.WasUsed);
        _upstreamRead.Reset();
        _upstreamWrite.Reset();
        _responseHead.Reset();
        _attemptHead.Reset();
        _hasHead = 0;
        _decidedOnResponse = RetryDecision.GiveUp;
        _upstream = connection;
        _hangUp.Arm(long.MaxValue);
        Interlocked.MemoryBarrier();                                 // who ends the exchange notes that, then looks for a connection: one of us sees the other
        if (WhyOver() != Outcome.None)
            connection.Transport.Abort();

        if (isConnect)
        {
            _hangUp.Clear();                                         // a tunnel's sides look after themselves
            await OpenTunnelAsync(peer, connection).ConfigureAwait(false);
            return default;
        }

        try
        {
            await PrepareUpstreamRequestAsync(context).ConfigureAwait(false);
        }
        catch
        {
            await CloseUpstreamAsync(connection);
            throw;
        }

        if (connection.IsCompleted)                                  // closed, or bytes nobody asked for, since it was taken: nothing was written yet
        {
            await CloseUpstreamAsync(connection);
            return new(null, new(WhyOver() is var why and not Outcome.None ? why : Outcome.UpstreamClosed, IsConnectFailure: false, connection.WasUsed, WasWritten: false));
        }

        MarkSent();
        if (_peerOptions.AttemptTimeout is { } attemptTimeout)
            _attemptHead.Arm(CoarseClock.After(attemptTimeout));
        var sent = await SendRequestAsync(connection);
        if (!sent)
            _upstreamWrite.Clear();                                  // it may have answered before it closed: look before giving up
        return new(connection, default);
    }

    /// <summary>What came of it, from the first <paramref name="count"/> bytes of the response on (0 and less: there is none).</summary>
    private async Step<Tried> ReceiveFromPeerAsync(HttpPeer peer, UpstreamConnection connection, int count, int attempt, TContext context)
    {
        var response = await ReceiveResponseAsync(peer, connection, count, attempt, context);
        if (response == Outcome.None)
            return default;

        // A body that is still coming is not waited for, unless for another attempt: the client may be waiting for us.
        _upstream = null;
        TakeBodyBack(connection);
        await connection.CloseAsync();
        return new(PumpOutcome() ?? response, IsConnectFailure: false, connection.WasUsed, WasWritten: true);
    }

    /// <summary>Connects within what is left of the total time, which has no connection to cut off yet.</summary>
    private async ValueTask<Connected> ConnectAsync(HttpPeer peer)
    {
        if (_totalEnds == 0)
            return await Connector.ConnectAsync(peer, HeaderFor(peer), default).ConfigureAwait(false);
        using var total = new CancellationTokenSource(Timers.RoundUp(TimeSpan.FromMilliseconds(_totalEnds - CoarseClock.Now)));
        var connected = await Connector.ConnectAsync(peer, HeaderFor(peer), total.Token).ConfigureAwait(false);
        return connected.Transport is null && total.IsCancellationRequested ? new Connected(Outcome.TotalTimeout, "no connection in the time for it all") : connected;
    }

    private AttemptReport ReportOf(Outcome outcome, int status, int attempt, bool wasReused, bool wasWritten) => new()
    {
        Outcome = outcome,
        Status = status,
        AttemptsMade = attempt,
        FreshConnectionsMade = _freshConnections,
        Method = Exchange.Request.Head.Kind,
        WasWritten = wasWritten,
        WasReused = wasReused,
        BodyIsReplayable = _pump is null or { IsCompleted: true } ? Exchange.RequestBody.IsReplayable
            : status == 0 && Exchange.RequestBody.IsKept,            // the rest is waited for
        TimeLeft = _totalEnds == 0 ? null : TimeSpan.FromMilliseconds(_totalEnds - CoarseClock.Now),
        ResponseBegan = _responseBegan,
    };

    private ValueTask PrepareUpstreamRequestAsync(TContext context)
    {
        var request = Exchange.UpstreamRequest;
        request.CopyFrom(Exchange.Request);
        AddForwardedFields(request);
        return _proxy.UpstreamRequestFilter(this, request, context);
    }

    private void AddForwardedFields(RequestHeader request)
    {
        var forwarding = _runtime.Options.Forwarding;
        if (forwarding is ForwardingFields.XForwarded or ForwardingFields.Both)
            AddXForwarded(request);
        if (forwarding is ForwardingFields.Forwarded or ForwardingFields.Both)
            AddForwarded(request);
        request.AddChecked("Via"u8, ForwardedFields.OwnVia(Exchange.Request.Head.Version));
        if (!request.Has(FieldName.Host))
            request.AddChecked("Host"u8, _listener.DefaultAuthority);  // HTTP/1.0 may leave it out; RFC 9112 §3.2 wants one in 1.1
    }

    private void AddForwarded(RequestHeader request)
    {
        var room = ForwardedElement.BytesMax(request.Fields, request.AuthorityBytes.Length);
        Span<byte> scratch = room <= 512 ? stackalloc byte[512] : new byte[room];
        request.SetChecked("Forwarded"u8, scratch[..ForwardedElement.Write(scratch, request.Arena, request.Fields, PeerAddress, IsTls, request.AuthorityBytes)]);
    }

    [SkipLocalsInit]                                                 // what is read of the scratch was written
    private void AddXForwarded(RequestHeader request)
    {
        var room = ForwardedFields.ForBytesMax(request.Fields);
        Span<byte> scratch = room <= 512 ? stackalloc byte[512] : new byte[room];
        request.SetChecked("X-Forwarded-For"u8, scratch[..ForwardedFields.WriteFor(scratch, request.Arena, request.Fields, PeerAddress)]);
        if (!request.Has(FieldName.XForwardedProto))
            request.AddChecked("X-Forwarded-Proto"u8, IsTls ? "https"u8 : "http"u8);
        if (!request.Has(FieldName.XForwardedHost) && !request.AuthorityBytes.IsEmpty)
            request.AddChecked("X-Forwarded-Host"u8, request.AuthorityBytes);
    }

    /// <summary>Sends the head with what is here of the body, and lets the rest flow beside the wait for the response. False when the backend took nothing any more.</summary>
    private async Step<bool> SendRequestAsync(UpstreamConnection connection)
    {
        var body = Exchange.RequestBody;
        ref readonly var head = ref Exchange.Request.Head;
        AskForUpgrade();
        body.Out.Clear();                                            // an attempt that failed may have left something
        MessageWriter.Write(body.Out, Exchange.UpstreamRequest, Persistence.ToUpstream(head), RequestRules.ExpectsContinue(head), _asked);
        (_pump, _pumpEnd) = (null, null);
        if (_firstOfBody is not null)
            return await SendHeadAsync(connection);                  // an attempt before this one has waited for the body, too
        if (body.IsComplete)
        {
            ArmResponseHead();
            return await body.ReplayAsync(connection.Transport, _clientTimers);
        }

        if (body.Bytes > 0 && !await body.ReplayAsync(connection.Transport, _clientTimers))
        {
            ArmResponseHead();
            return false;
        }

        if (_in.UnreadLength > 0)
            _continued = true;                                       // it sends its body without being told to
        var end = await body.MoveBufferedAsync(_in, connection.Transport, _clientTimers);
        if (end is not null || WaitsForContinue)
            ArmResponseHead();                                       // else the pump does when it is through: a long upload is no slow response
        _pumpEnd = end;
        if (end is null)
        {
            _firstOfBody = WaitsForContinue ? ReceiveFirstOfBodyAsync() : null;
            _pump = PumpAsync(connection);
        }

        if (end is BodyEnd.Malformed or BodyEnd.TooLarge)
            connection.Transport.Abort();
        return end is null or BodyEnd.Complete;
    }

    /// <summary>The backend's time begins anew: with the attempt, with the request, with the end of its body.</summary>
    private void MarkSent()
    {
        if (Held is { MeasuresLatency: true })
            Volatile.Write(ref _sentAt, Stopwatch.GetTimestamp());
    }

    /// <summary>Bounds the wait for a response head, unless it has come: the pump may be through after it.</summary>
    private void ArmResponseHead()
    {
        _responseHead.Arm(CoarseClock.After(_peerOptions.ResponseHeadTimeout));
        if (Volatile.Read(ref _hasHead) != 0)
            _responseHead.Clear();
    }

    /// <summary>After an informational response: the backend's time begins anew, unless it is the client that is waited for.</summary>
    private void RearmResponseHead()
    {
        ArmResponseHead();
        if (_pump is null || WaitsForContinue)
            return;
        _responseHead.Clear();
        if (_pumpEnd is not null)                                    // noted before it is armed there: one of us arms it last
            ArmResponseHead();
    }

    private Step CloseUpstreamAsync(UpstreamConnection connection, bool inOrder = false)
    {
        _upstream = null;
        if (_pump is { IsCompleted: false })
            Exchange.RequestBody.Discard(LingerBytesMax);
        return inOrder ? connection.EndAsync() : connection.CloseAsync();
    }
}
