using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>The way back: the backend's response relayed, or an answer of our own.</content>
internal sealed partial class HttpSession<TContext>
{
    /// <summary>Informational responses relayed for one request; a backend that sends more is broken.</summary>
    private const int InformationalMax = 16;

    private const int HeadRoom = 4 * 1024;

    public override async ValueTask RespondAsync(int status, string body = "", string contentType = "text/plain; charset=utf-8")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (_responseBegan)
            throw new InvalidOperationException("A response has begun already; it cannot be replaced.");
        if (!_mayRespond)
            throw new InvalidOperationException("Only RequestFilter and FailToProxy may answer a request.");
        if (contentType.AsSpan().ContainsAnyInRange('\0', '\x1F'))
            throw new ArgumentException("A field value must not contain control characters (RFC 9110 §5.5).", nameof(contentType));
        ref readonly var head = ref Exchange.Request.Head;
        _keeps = Persistence.KeepsClient(head, new BodyFraming(BodyKind.Length, 0), CanFinishRequestBody, EndsConnection);
        await AnswerAsync(status, body, contentType, head).ConfigureAwait(false);
    }

    /// <summary>An answer after which the connection closes: the request was not understood, or must not be.</summary>
    private async ValueTask RefuseAsync(Outcome outcome, HeadFault fault)
    {
        _outcome = outcome;
        _keeps = false;
        var status = fault != HeadFault.None ? HeadFaults.StatusOf(fault) : Outcomes.StatusOf(outcome);
        if (status == 0)
            return;
        var text = fault != HeadFault.None ? HeadFaults.Describe(fault) : Outcomes.Describe(outcome);
        await AnswerAsync(status, text + "\n", "text/plain; charset=utf-8", default).ConfigureAwait(false);
    }

    /// <summary>An OPTIONS that may go no further asks about us (RFC 9110 §9.3.7).</summary>
    private ValueTask AnswerOptionsAsync()
    {
        _mayRespond = true;
        _outcome = Outcome.AnsweredHere;
        return RespondAsync(200);
    }

    private async ValueTask FailAsync(Outcome outcome, TContext context)
    {
        _outcome = outcome;
        if (Outcomes.StatusOf(outcome) == 0)
        {
            (_keeps, _clientGone) = (false, true);                   // the client is not there to be answered
            return;
        }

        if (outcome is Outcome.BadRequestBody or Outcome.RequestTooLarge or Outcome.ClientBodyTimeout)
            await RefuseAsync(outcome, HeadFault.None).ConfigureAwait(false);
        else
            await AskFailToProxyAsync(outcome, context).ConfigureAwait(false);
    }

    private async ValueTask AskFailToProxyAsync(Outcome outcome, TContext context)
    {
        _mayRespond = true;
        await _proxy.FailToProxy(this, outcome, context).ConfigureAwait(false);
        _mayRespond = false;
        if (!_responseBegan)
            await RefuseAsync(outcome, HeadFault.None).ConfigureAwait(false);   // the client is waiting for an answer
    }

    private async ValueTask AnswerAsync(int status, string body, string contentType, RequestHead request)
    {
        var hasBody = status is not (204 or 304);
        var content = hasBody ? Encoding.UTF8.GetBytes(body) : [];
        var framing = hasBody ? new BodyFraming(BodyKind.Length, content.Length) : default;
        var answer = Exchange.ResponseBody;
        answer.Begin(framing);
        answer.Out.Clear();
        MessageWriter.WriteAnswer(answer.Out, status, framing, contentType, _keeps, request.Version, listsMethods: status == 405 || _forwardsLeft == 0);
        (_responseBegan, _status) = (true, status);
        while (!_isToHead && !answer.Out.TryAppend(content))
            answer.Out.Grow();

        _clientGone = !await answer.FlushAsync(Client, _upstreamTimers);
    }

    /// <summary>Relays the response of which the first <paramref name="count"/> bytes are here (0 and less: there is none). <see cref="Outcome.None"/> once a response has begun; anything else says why there is none.</summary>
    private async Step<Outcome> ReceiveResponseAsync(HttpPeer peer, UpstreamConnection connection, int count, int attempt, TContext context)
    {
        var scanned = 0;
        var informational = 0;
        while (true)
        {
            if (count <= 0)
                return WhyNoResponse(count);

            var head = ResponseHeadParser.Parse(connection.Buffer.Unread, scanned, _runtime.Options.ResponseLimits, Exchange.Request.Head.Kind, Exchange.ParsedFields);
            if (head.Status == ParseStatus.Invalid)
                return Outcome.BadResponse;
            if (head.Status == ParseStatus.Done && head.StatusCode >= 200)
            {
                Interlocked.Exchange(ref _hasHead, 1);
                _responseHead.Clear();
                _attemptHead.Clear();
                if (_responseHead.HasFired || _attemptHead.HasFired)
                    return Outcome.ResponseHeadTimeout;
                Held?.Answered(Volatile.Read(ref _sentAt));
                var isHeldBack = TakeBodyBack(connection);
                if (IsDropped(peer, connection, head, attempt, context))
                {
                    await DropAsync(peer, connection, head).ConfigureAwait(false);
                    return Outcome.None;
                }

                if (isHeldBack)
                    PromiseBody(connection);
                return await RelayAsync(peer, connection, head, context);
            }

            if (head.Status == ParseStatus.Done)
            {
                if (head.StatusCode == 101)
                    return await SwitchAsync(peer, connection, head, context).ConfigureAwait(false);
                if (++informational > InformationalMax)
                    return Outcome.BadResponse;
                if (!await RelayInformationalAsync(connection, head))
                    return Outcome.ClientGone;
                scanned = 0;
                if (connection.Buffer.UnreadLength > 0)
                    continue;
                RearmResponseHead();
            }
            else
            {
                scanned = connection.Buffer.UnreadLength;
            }

            count = await connection.ReceiveAsync(HeadRoom);
        }
    }

    /// <summary>True when another attempt is made instead of passing this response on.</summary>
    private bool IsDropped(HttpPeer peer, UpstreamConnection connection, in ResponseHead head, int attempt, TContext context)
    {
        var report = ReportOf(Outcome.None, head.StatusCode, attempt, connection.WasUsed, wasWritten: true);
        if (MayTryAgain(report))
            _decidedOnResponse = _proxy.RetryResponse(this, peer, report, context);
        return _decidedOnResponse.Action != RetryAction.GiveUp;
    }

    /// <summary>Forgets a response. Its connection is kept when all of it is here: a backend that is busy should not have to connect anew as well.</summary>
    private async ValueTask DropAsync(HttpPeer peer, UpstreamConnection connection, ResponseHead head)
    {
        Exchange.Attempts.Add(peer, Outcome.None, head.StatusCode);
        connection.Buffer.Consume(head.Length);
        var body = head.Body.Kind == BodyKind.Length ? head.Body.Length : 0;
        var isWhole = head.Body.Kind is BodyKind.None or BodyKind.Length && body <= connection.Buffer.UnreadLength;
        if (isWhole)
            connection.Buffer.Consume((int)body);
        await LeaveUpstreamAsync(connection, head, isWhole);
        if (_totalEnds != 0)
            _total.Arm(_totalEnds);                                  // of the whole exchange, which goes on
    }

    private Outcome WhyNoResponse(int count) =>
        WhyOver() is var over and not Outcome.None ? over
        : _responseHead.HasFired || _attemptHead.HasFired ? Outcome.ResponseHeadTimeout
        : _upstreamWrite.HasFired ? Outcome.RequestSendTimeout
        : count == 0 ? Outcome.UpstreamClosed
        : Outcome.UpstreamReset;

    private async Step<bool> RelayInformationalAsync(UpstreamConnection connection, ResponseHead head)
    {
        if (head.StatusCode == 100)
            GoOn();
        if (Exchange.Request.Head.Version == HttpVersion.Http11)
        {
            var kept = HopByHop.StripResponse(connection.Buffer.Unread, Exchange.ParsedFields.AsSpan(0, head.FieldCount));
            Exchange.Response.LoadHead(connection.Buffer.Unread[..head.Length], head, Exchange.ParsedFields.AsSpan(0, kept));
            MessageWriter.WriteInformational(Exchange.ResponseBody.Out, Exchange.Response);
            if (!await Exchange.ResponseBody.FlushAsync(Client, _upstreamTimers))
                return false;
        }

        connection.Buffer.Consume(head.Length);
        return true;
    }

    /// <summary>Relays a response; <see cref="Outcome.BadResponse"/> when it turned out to be none before the client saw anything of it.</summary>
    private async Step<Outcome> RelayAsync(HttpPeer peer, UpstreamConnection connection, ResponseHead head, TContext context)
    {
        var response = Exchange.Response;
        var declaredLength = Persistence.DeclaredLength(connection.Buffer.Unread, Exchange.ParsedFields.AsSpan(0, head.FieldCount));
        var trailers = head.Body.Kind != BodyKind.Chunked ? null : Exchange.Trailers.Begin(connection.Buffer.Unread, Exchange.ParsedFields.AsSpan(0, head.FieldCount));
        var kept = HopByHop.StripResponse(connection.Buffer.Unread, Exchange.ParsedFields.AsSpan(0, head.FieldCount));
        response.LoadHead(connection.Buffer.Unread[..head.Length], head, Exchange.ParsedFields.AsSpan(0, kept));
        connection.Buffer.Consume(head.Length);
        Exchange.Attempts.Add(peer, Outcome.None, head.StatusCode);
        await _proxy.ResponseFilter(this, response, context).ConfigureAwait(false);
        if ((response.Status is 204 or 304) != (head.StatusCode is 204 or 304))
            throw new InvalidOperationException("A response with a body cannot become 204 or 304, nor one of these another: the client would look for its end in the wrong place.");

        ref readonly var request = ref Exchange.Request.Head;
        var framing = Persistence.ToClient(head, request.Kind, request.Version, declaredLength);
        _keeps = Persistence.KeepsClient(request, framing, CanFinishRequestBody, EndsConnection);
        var body = Exchange.ResponseBody;
        body.Begin(head.Body, ChunkedLimits.Response);
        body.WritesChunks = framing.Kind == BodyKind.Chunked;
        if (body.WritesChunks && (request.Hop & HopOptions.TeTrailers) != 0)
            body.Trailers = trailers;
        _endsWithClose = framing.Kind == BodyKind.UntilClose;
        MessageWriter.WriteResponse(body.Out, response, framing, _keeps, request.Version);
        (_responseBegan, _status) = (true, response.Status);

        var end = await body.MoveAsync(connection.Transport, connection.Buffer, Client, _upstreamTimers);
        if (end == BodyEnd.Malformed && !body.HasSent)
        {
            body.Out.Clear();
            Exchange.Attempts.RemoveLast();
            (_responseBegan, _status, _endsWithClose) = (false, 0, false);
            return Outcome.BadResponse;
        }

        await EndRelayAsync(connection, head, end);
        return Outcome.None;
    }

    private Step EndRelayAsync(UpstreamConnection connection, in ResponseHead head, BodyEnd end)
    {
        _outcome = end switch
        {
            BodyEnd.Complete => Outcome.None,
            BodyEnd.SinkGone => _clientWrite.HasFired ? Outcome.ClientWriteTimeout : Outcome.ClientGone,
            _ => IsBodyLate ? Outcome.ClientBodyTimeout
                : _total.HasFired ? Outcome.TotalTimeout
                : _hangUp.HasFired ? Outcome.ClientGone
                : _upstreamRead.HasFired ? Outcome.ResponseBodyTimeout
                : end == BodyEnd.Malformed ? Outcome.BadResponseBody
                : Outcome.ResponseTruncated,
        };
        if (end == BodyEnd.Complete)
            _endsWithClose = false;
        else
            (_keeps, _clientGone) = (false, true);                   // cut the client off too, so that truncation is visible (RFC 9112 §8)

        return LeaveUpstreamAsync(connection, head, isRead: end == BodyEnd.Complete);
    }

    /// <summary>After a response: back to the pool when both messages went through whole and nobody can cut the connection off any more.</summary>
    private Step LeaveUpstreamAsync(UpstreamConnection connection, in ResponseHead head, bool isRead)
    {
        _upstreamWrite.Clear();
        _total.Clear();
        _hangUp.Clear();
        var requestSentWhole = Exchange.RequestBody.IsComplete && _pumpEnd is null or BodyEnd.Complete && (_pump is null || _pump.IsCompletedSuccessfully);
        var mayReuse = isRead && requestSentWhole && _asked.IsEmpty   // a backend that may still change the protocol gets no other request
                       && !_responseHead.HasFired && !_attemptHead.HasFired && !_upstreamRead.HasFired && !_upstreamWrite.HasFired && !_total.HasFired && !_hangUp.HasFired
                       && Persistence.KeepsUpstream(head, requestSentWhole, connection.Buffer.UnreadLength > 0);
        if (!mayReuse)
            return CloseUpstreamAsync(connection, inOrder: isRead && requestSentWhole);
        _upstream = null;
        connection.Pool.Return(connection);
        return default;
    }
}
