using System;
using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>One exchange: the phases of <see cref="ProxyHttp{TContext}"/>, who is tried in which order, and how it ends.</content>
internal sealed partial class HttpSession<TContext>
{
    /// <summary>Our own name in more Via fields than this is a loop (nginx has no such guard; HAProxy users write one by hand).</summary>
    private const int OwnViaMax = 8;

    /// <summary>Attempts of one exchange, whatever hooks decide (Pingora has the same).</summary>
    private const int AttemptsMax = 16;

    private long _began;
    private int _status;
    private Outcome _outcome;
    private bool _responseBegan;
    private bool _clientGone;
    private bool _keeps;
    private bool _mayRespond;
    private bool _isToHead;
    private int _hasHead;
    private long? _forwardsLeft;
    private long _totalEnds;
    private int _freshConnections;
    private long _sentAt;
    private RetryDecision _decidedOnResponse;
    private PeerOptions _peerOptions = PeerOptions.Default;

    public override RequestHeader Request => _exchange?.Request ?? throw NoExchange();

    public override ResponseHeader Response => _exchange?.Response ?? throw NoExchange();

    public override AttemptList Attempts => _exchange?.Attempts ?? throw NoExchange();

    public override IPAddress ClientAddress => ClientAddressOfRequest;

    public override int Status => _status;

    public override Outcome Outcome => _outcome;

    public override long RequestBodyBytes => _tunnel?.BytesFromClient ?? _exchange?.RequestBody.Bytes ?? 0;

    public override long ResponseBodyBytes => _tunnel?.BytesFromBackend ?? _exchange?.ResponseBody.Bytes ?? 0;

    public override TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    private ExchangeState Exchange => _exchange!;

    /// <summary>Serves one request; true when the connection can carry the next.</summary>
    private async Step<bool> ServeAsync(HeadEnd received)
    {
        (_status, _outcome, _responseBegan, _clientGone, _continued, _mayRespond) = (0, default, false, false, false, false);
        (_pump, _pumpEnd, _firstOfBody, _promised) = (null, null, null, 0);
        _requests++;
        _total.Reset();
        (_totalEnds, _lingerEnds) = (0, 0);
        Array.Clear(TriedCandidates);
        (RouteState, Ticket, LocalOutcome, NoPeer, Selection) = (null, null, Outcome.AnsweredHere, Outcome.NoBackend, default);
        (Meter, IsRetrying, ReplayBytesMax) = (null, false, 0);
        _hangUp.Reset();
        _forwardsLeft = null;
        (AllowedUpgrades, IsTunnel, _tunnel, _offered, _asked) = (WebSocket, false, null, default, default);
        _runtime.Metrics.RequestBegan();

        var context = default(TContext);
        var fault = Accept(received, out var refusal);
        try
        {
            context = _proxy.NewContext();
            if (refusal != Outcome.None)
                await RefuseAsync(refusal, fault).ConfigureAwait(false);
            else
                await FilterAsync(context);
        }
        catch (Exception bug)
        {
            await FailHookAsync(bug).ConfigureAwait(false);
        }

        var keeps = await FinishRequestBodyAsync();
        _clientSendsNoMore = fault == HeadFault.None && refusal == Outcome.None && Exchange.RequestBody.IsComplete && !_clientGone && Persistence.IsLast(Exchange.Request.Head);
        Log(context!);
        return keeps && !_clientGone && !_runtime.ClosesIdle; // while only draining, the next answer says that it is the last
    }

    /// <summary>Asks the hook and goes on. A hook that decides at once, as nearly all do, leaves no method of its own waiting while the backend thinks.</summary>
    private Step FilterAsync(TContext context)
    {
        _mayRespond = true;
        var filtering = _proxy.RequestFilter(this, context);
        return filtering.IsCompletedSuccessfully ? GoOnAsync(filtering.Result, context) : FilterLateAsync(filtering, context);
    }

    private async Step FilterLateAsync(ValueTask<bool> filtering, TContext context) => await GoOnAsync(await filtering.ConfigureAwait(false), context);

    private Step GoOnAsync(bool isAnswered, TContext context)
    {
        _mayRespond = false;
        return isAnswered || _responseBegan || _forwardsLeft == 0 ? AnswerHereAsync(isAnswered) : ForwardAsync(context);
    }

    private async Step AnswerHereAsync(bool isAnswered)
    {
        if (_responseBegan)
            _outcome = LocalOutcome;                                 // also when the hook said that it had not answered: there is one answer to a request
        else if (isAnswered)
            await RefuseAsync(Outcome.HookFailed, HeadFault.None).ConfigureAwait(false);
        else
            await AnswerOptionsAsync().ConfigureAwait(false);
    }

    /// <summary>Takes the head over in the form it will be forwarded in, or says why it is refused.</summary>
    private HeadFault Accept(HeadEnd received, out Outcome refusal)
    {
        refusal = Outcome.None;
        ClientAddressOfRequest = PeerAddress;
        ref readonly var head = ref Exchange.ParsedHead;
        _isToHead = head.Kind == MethodKind.Head;                    // known also of a request that is refused: its answer has no body either (RFC 9110 §9.3.2)
        if (received == HeadEnd.TimedOut)
        {
            refusal = Outcome.ClientHeadTimeout;
            return HeadFault.None;
        }

        if (head.Status != ParseStatus.Done)
        {
            refusal = Outcome.BadRequest;
            return head.Fault;
        }

        var fields = Exchange.ParsedFields.AsSpan(0, head.FieldCount);
        var bytes = _in.Unread[..head.Length];
        var isTrusted = _runtime.Options.Trusts(PeerAddress);
        ClientAddressOfRequest = Http.ClientAddress.Effective(PeerAddress, _runtime.Options.TrustedProxies, bytes, fields, _runtime.Options.Forwarding);
        _offered = Upgrades.Offered(head, fields);                   // the bytes stay where they are: the request takes the whole head over
        var fault = RequestRules.Check(head, IsTls, _runtime.Options.RequestBodyBytesMax, bytes, fields, _runtime.Options.AllowsConnect);
        var kept = fault == HeadFault.None ? HopByHop.StripRequest(bytes, fields, out fault) : 0;
        if (fault == HeadFault.None)
        {
            kept = ForwardedFields.Strip(bytes, fields[..kept], isTrusted);
            if (!Exchange.Request.TryLoad(bytes, head, fields[..kept]))
                fault = HeadFault.PathAboveRoot;
        }

        _in.Consume(head.Length);
        Exchange.RequestBody.Begin(head.Body);
        if (fault != HeadFault.None)
        {
            refusal = Outcome.BadRequest;
            return fault;
        }

        if (head.IsAbsoluteForm)
            Exchange.Request.SetChecked("Host"u8, Exchange.Request.AuthorityBytes);
        if (ForwardedFields.CountOwnVia(Exchange.Request.Arena, Exchange.Request.Fields) > OwnViaMax)
            refusal = Outcome.Loop;
        _forwardsLeft = MaxForwards.Of(head.Kind, Exchange.Request.Arena, Exchange.Request.Fields);
        if (_forwardsLeft > 0)
            SetForwardsLeft(_forwardsLeft.Value - 1);
        if (_runtime.Options.RequestBodyBytesMax is { } max)
            Exchange.RequestBody.BytesMax = max;
        return HeadFault.None;
    }

    private void SetForwardsLeft(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Exchange.Request.SetChecked("Max-Forwards"u8, digits[..length]);
    }

    private async Step ForwardAsync(TContext context)
    {
        HttpPeer? again = null;                                      // a fresh connection to the same peer was asked for
        var attempt = 0;
        _freshConnections = 0;
        if (!Exchange.RequestBody.IsComplete)
            Exchange.RequestBody.Keep(ReplayBytesMax);
        while (true)
        {
            var peer = again ?? (await _proxy.UpstreamPeer(this, context).ConfigureAwait(false)).MatchUnsafe(static p => p, static () => null!);
            if (peer is null)
            {
                await FailAsync(Exchange.Attempts.Last.Outcome is var last and not Outcome.None ? last : NoPeer, context).ConfigureAwait(false);   // nobody else to try: what failed before is the answer
                return;
            }

            if (Held is null && peer.Counts is { } counts && counts.TryEnter(inFlightMax: 0))
                Held = counts;
            _peerOptions = peer.Options;
            if (attempt++ == 0 && _peerOptions.TotalTimeout is { } total)
                _total.Arm(_totalEnds = CoarseClock.After(total));
            var sending = await SendToPeerAsync(peer, isFresh: again is not null, context);
            var tried = sending.Connection is { } connection
                ? await ReceiveFromPeerAsync(peer, connection, await connection.FirstReceiveAsync(), attempt, context)
                : sending.End;
            if (tried.Outcome == Outcome.None && _decidedOnResponse.Action == RetryAction.GiveUp)
            {
                LeaveBackend(_outcome, Exchange.Attempts.Last.Status);
                return;                                              // a response went to the client; how it ended is noted
            }

            if (tried.Outcome != Outcome.None)
                Exchange.Attempts.Add(peer, tried.Outcome, 0);
            var decision = tried.Outcome == Outcome.None ? _decidedOnResponse : Decide(peer, tried, attempt, context);
            if (decision.Action == RetryAction.OtherBackend)
                LeaveBackend(tried.Outcome, Exchange.Attempts.Last.Status);   // its place is free while this one pauses
            var outcome = decision.Action == RetryAction.GiveUp ? tried.Outcome : await PauseAsync(decision.Wait).ConfigureAwait(false);
            if (outcome == Outcome.None && _pump is { IsCompleted: false } pump)
                outcome = await RestOfBodyAsync(pump, tried.Outcome).ConfigureAwait(false);
            if (outcome != Outcome.None)
            {
                Exchange.RequestBody.Discard(LingerBytesMax);        // nobody else gets it
                LeaveBackend(tried.Outcome, status: 0);
                await FailAsync(outcome, context).ConfigureAwait(false);
                return;
            }

            _runtime.Metrics.Retried(decision.Reason);
            again = decision.Action == RetryAction.FreshConnection ? peer : null;
            if (again is not null)
                _freshConnections++;                                 // the dead connection told nothing of the backend
        }
    }

    private RetryDecision Decide(HttpPeer peer, Tried tried, int attempt, TContext context)
    {
        var report = ReportOf(tried.Outcome, status: 0, attempt, tried.WasReused, tried.WasWritten);
        return !MayTryAgain(report) ? RetryDecision.GiveUp
            : tried.IsConnectFailure ? _proxy.FailToConnect(this, peer, report, context)
            : _proxy.ErrorWhileProxy(this, peer, report, context);
    }

    /// <summary>Whatever a hook says: half a body is no request, and for nobody none is made.</summary>
    private bool MayTryAgain(in AttemptReport report) => report.BodyIsReplayable && report.AttemptsMade < AttemptsMax && !_clientGone && WhyOver() == Outcome.None;

    /// <summary>Waits before a retry, unless the exchange is over before that; says so then.</summary>
    private async ValueTask<Outcome> PauseAsync(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
            return WhyOver();
        var pause = new CancellationTokenSource();
        _pause = pause;
        _hangUp.Arm(long.MaxValue);
        Interlocked.MemoryBarrier();                                 // who ends it notes that, then looks for a pause: one of us sees the other
        if (WhyOver() == Outcome.None)
            await Task.Delay(wait, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // the back-off between attempts; what ended it is asked below
        _pause = null;
        return WhyOver();
    }

    /// <summary>Why there is no use in another attempt, if so.</summary>
    private Outcome WhyOver() =>
        _isCutOff ? Outcome.Draining
        : IsClientGone ? Outcome.ClientGone
        : _total.HasFired ? Outcome.TotalTimeout
        : Outcome.None;

    /// <summary>Gives the place at the backend back, once an attempt: what it came to is told there.</summary>
    private void LeaveBackend(Outcome outcome, int status)
    {
        var held = Held;
        Held = null;
        held?.End(outcome, status, Volatile.Read(ref _sentAt), Pass);
    }

    private static InvalidOperationException NoExchange() => new("No request is under way: a session is lent to hooks for the duration of their call.");
}
