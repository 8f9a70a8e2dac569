using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>A request body that flows beside the response; and what becomes of it when its backend is gone before all of it came, or before its client sent any.</content>
internal sealed partial class HttpSession<TContext>
{
    private Task<BodyEnd>? _pump;
    private BodyEnd? _pumpEnd;
    private Task<bool>? _firstOfBody;                                // only of a body that its client may hold back, until a pump has it
    private int _promised;                                           // the pump that gets it; 0: none does
    private int _promises;
    private volatile bool _continued;                                // the client was told to send its body, or sends it unasked

    /// <summary>True when the client took too long to send its body.</summary>
    private bool IsBodyLate => _pumpEnd == BodyEnd.SourceGone && _clientRead.HasFired;

    /// <summary>True when the client may hold its body back until it is told to go on (RFC 9110 §10.1.1).</summary>
    private bool WaitsForContinue => !_continued && RequestRules.ExpectsContinue(Exchange.Request.Head);

    /// <summary>True when the rest of the request body will come by itself and is small enough to wait for.</summary>
    private bool CanFinishRequestBody
    {
        get
        {
            var body = Exchange.RequestBody;
            return body.IsComplete || (!WaitsForContinue && (body.State.Kind != BodyKind.Length || body.State.Remaining <= LingerBytesMax));
        }
    }

    /// <summary>When a client whose body is waited for is late. One that waits for the backend may take as long as that, whose own deadline comes first.</summary>
    private long BodyGapEnds =>
        CoarseClock.After(_runtime.Options.ClientTimeouts.BodyGap) + (WaitsForContinue ? (long)_peerOptions.ResponseHeadTimeout.TotalMilliseconds : 0);

    /// <summary>The rest of a request body, beside the response. Whatever goes wrong on the client's side ends the wait for a response that cannot be right.</summary>
    private async Task<BodyEnd> PumpAsync(UpstreamConnection connection)
    {
        BodyEnd end;
        connection.Hold();
        var first = _firstOfBody;
        if (first is not null && !await IsForAsync(_promised = ++_promises, first).ConfigureAwait(false))
            return BodyEnd.SinkGone;                                 // its attempt ended first, and let go of the connection
        try
        {
            _firstOfBody = null;
            end = first is null || await first.ConfigureAwait(false) ? await Exchange.RequestBody.MoveAsync(Client, _in, connection.Transport, _clientTimers) : BodyEnd.SourceGone;
            _pumpEnd = end;
            if (end is not (BodyEnd.Complete or BodyEnd.SinkGone) && (!_responseBegan || IsBodyLate))
                connection.Transport.Abort();                        // who keeps us waiting does not keep a backend, even when its answer has begun
        }
        catch
        {
            connection.Transport.Abort();                            // the backend waits for the rest, and nobody else would end that
            throw;
        }
        finally
        {
            connection.LetGo();
        }

        MarkSent();
        ArmResponseHead();
        return end;
    }

    /// <summary>Waits for the first of the body; false when it is not for this pump any more.</summary>
    private async ValueTask<bool> IsForAsync(int promise, Task first)
    {
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Interlocked.CompareExchange(ref _promised, 0, promise) == promise;
    }

    /// <summary>One receive, which goes on from attempt to attempt: whoever has the request when something comes gets the body.</summary>
    private async Task<bool> ReceiveFirstOfBodyAsync()
    {
        _in.MakeRoom(ReceiveBytes);
        _clientTimers.ReceiveBegins();
        var count = await Client.ReceiveAsync(_in.Free).ConfigureAwait(false);
        if (count > 0)
            _in.Received(count);
        _clientTimers.ReceiveEnds();
        return count > 0;
    }

    /// <summary>Sends a head to another backend while the client still holds its body back: what it sent meanwhile, if anything, goes the way of the pump.</summary>
    private async Step<bool> SendHeadAsync(UpstreamConnection connection)
    {
        var isSent = await Exchange.RequestBody.FlushAsync(connection.Transport, _clientTimers);
        ArmResponseHead();
        if (!isSent)
            return false;
        if (!WaitsForContinue)
            _responseHead.Clear();                                   // told to go on by another one: it is the client that is waited for
        _clientRead.MoveFrom(long.MaxValue, BodyGapEnds);
        _pump = PumpAsync(connection);
        return true;
    }

    /// <summary>A response is relayed while the body is held back. Its client owes it only if it was told to go on: after a final response nobody tells it any more.</summary>
    private void PromiseBody(UpstreamConnection connection)
    {
        if (!WaitsForContinue)
            _clientRead.MoveFrom(long.MaxValue, BodyGapEnds);
        _pump = PumpAsync(connection);
    }

    /// <summary>The attempt that had the promise of the body has ended. True when nothing of it had come: another one can have it.</summary>
    private bool TakeBodyBack(UpstreamConnection connection)
    {
        if (_promised == 0 || Interlocked.Exchange(ref _promised, 0) == 0)
            return false;
        (_pump, _pumpEnd) = (null, null);
        connection.LetGo();
        _clientRead.MoveFrom(_clientRead.At, long.MaxValue);         // it need not hurry while nobody wants its body
        return true;
    }

    /// <summary>
    /// Before a retry: the attempt's connection is gone, so the pump ends with the next bytes from the client, and what it had is kept. Says why there is no retry, if so.
    /// </summary>
    private async ValueTask<Outcome> RestOfBodyAsync(Task<BodyEnd> pump, Outcome failed)
    {
        if (_totalEnds != 0)
            await ((Task)pump).WaitAsync(Timers.RoundUp(TimeSpan.FromMilliseconds(Math.Max(0, _totalEnds - CoarseClock.Now)))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await pump.ConfigureAwait(false);
        return !pump.IsCompleted ? Outcome.TotalTimeout
            : PumpOutcome() is { } broken ? broken
            : Exchange.RequestBody.IsReplayable ? WhyOver()
            : failed;
    }

    /// <summary>The client was told to send its body: from now on it is the one who is waited for, unless it sends already.</summary>
    private void GoOn()
    {
        var waitEnds = _clientRead.At;
        if (WaitsForContinue)
        {
            _continued = true;
            _clientRead.MoveFrom(waitEnds, BodyGapEnds);
        }
    }

    /// <summary>What the client's side did to the exchange, if anything.</summary>
    private Outcome? PumpOutcome() => _pumpEnd switch
    {
        _ when IsBodyLate => Outcome.ClientBodyTimeout,
        BodyEnd.SourceGone => Outcome.ClientGone,
        BodyEnd.Malformed => Outcome.BadRequestBody,
        BodyEnd.TooLarge => Outcome.RequestTooLarge,
        _ => null,
    };

    /// <summary>After the response: the request body must be read to its end before the next head, or the connection closes.</summary>
    private async Step<bool> FinishRequestBodyAsync()
    {
        _total.Clear();
        var body = Exchange.RequestBody;
        if (_pump is null && _firstOfBody is null && (body.IsComplete || _pumpEnd is not (null or BodyEnd.SinkGone) || !_keeps))
            return _keeps && body.IsComplete;

        // Somebody may still be sending: read it away, within bounds, so that the answer is not lost to a reset.
        body.Discard(LingerBytesMax);
        if (_clientGone)
            AbortClient();                                           // it is cut off now, not when it stops sending
        else if (!_keeps)
            await SendingAsync(Client.ShutdownSendAsync()).ConfigureAwait(false);
        Volatile.Write(ref _lingerEnds, CoarseClock.After(LingerTimeout));
        _clientRead.Arm(_lingerEnds);
        if (_pump is not null)
            await _pump.ConfigureAwait(false);
        else if (_firstOfBody is not null && !await _firstOfBody.ConfigureAwait(false))
            _pumpEnd = BodyEnd.SourceGone;
        (_pump, _firstOfBody) = (null, null);
        if (!body.IsComplete && _pumpEnd is null or BodyEnd.SinkGone)   // a pump that lost its backend before it was told to go on without has stopped
            await body.MoveAsync(Client, _in, sink: null, _clientTimers);
        return _keeps && body.IsComplete && !_clientRead.HasFired;
    }
}
