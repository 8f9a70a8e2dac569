using Fairlead.Http1;

namespace Fairlead.Proxy.Sessions;

/// <content>The wait for a request and its head.</content>
internal sealed partial class HttpSession<TContext>
{
    private enum HeadEnd : byte
    {
        Head = 0,
        Closed,
        TimedOut,
    }

    private readonly record struct ReceivedHead(HeadEnd End, RequestHead Head);

    private async Step<ReceivedHead> ReceiveHeadAsync()
    {
        var options = _runtime.Options;
        var wasHere = _in.UnreadLength > 0;
        if (!wasHere)
        {
            BeginIdle(options.ClientTimeouts);
            var first = _runtime.ClosesIdle ? 0 : await Client.ReceiveLateAsync(_in, ReceiveBytes).ConfigureAwait(false);
            _isIdle = false;
            if (first <= 0)
                return new(HeadEnd.Closed, default);
            _in.Received(first);
        }

        BeginExchange();
        if (_servedOne || wasHere)
            _clientRead.Arm(CoarseClock.After(options.ClientTimeouts.RequestHead));
        var scanned = 0;
        while (true)
        {
            var head = RequestHeadParser.Parse(_in.Unread, scanned, options.RequestLimits, _exchange!.ParsedFields);
            if (head.Status != ParseStatus.NeedMore)
            {
                _clientRead.Clear();
                return new(HeadEnd.Head, head);
            }

            scanned = _in.UnreadLength;
            _in.MakeRoom(ReceiveBytes / 2);
            var count = await Client.ReceiveAsync(_in.Free).ConfigureAwait(false);
            if (count <= 0)
                return new(_clientRead.HasFired && RequestHeadParser.HasBegun(_in.Unread) ? HeadEnd.TimedOut : HeadEnd.Closed, default);
            _in.Received(count);
        }
    }

    private void BeginIdle(Configuration.ClientTimeouts timeouts)
    {
        _in.GiveBack();                                              // thousands may idle
        _clientRead.Arm(CoarseClock.After(_servedOne ? timeouts.Idle : timeouts.RequestHead));
        _isIdle = true;
    }
}
