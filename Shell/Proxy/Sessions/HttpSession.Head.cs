using System.Threading.Tasks;
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

    /// <summary>
    /// The first bytes of a request, if they are not here already. No method of its own waits: thousands may, and each wait is one method deep less.
    /// </summary>
    private ValueTask<int> ReceiveFirstAsync()
    {
        if (_in.UnreadLength > 0)
            return new(_in.UnreadLength);
        BeginIdle(_runtime.Options.ClientTimeouts);
        return _runtime.ClosesIdle ? default : Client.ReceiveLateAsync(_in, ReceiveBytes);
    }

    /// <summary>Begins an exchange with what <see cref="ReceiveFirstAsync"/> answered, unless bytes <paramref name="wereHere"/> before it was asked; false at the end of the connection.</summary>
    private bool TryBegin(int count, bool wereHere)
    {
        _isIdle = false;
        if (count <= 0)
            return false;
        if (!wereHere)
            _in.Received(count);
        BeginExchange();
        if (_servedOne || wereHere)
            _clientRead.Arm(CoarseClock.After(_runtime.Options.ClientTimeouts.RequestHead));
        return true;
    }

    /// <summary>Reads the head of a request that has begun. What the parser answered last is in the exchange then, too large a value to be handed from method to method.</summary>
    private async Step<HeadEnd> ReceiveHeadAsync()
    {
        var scanned = 0;
        while (true)
        {
            Exchange.ParsedHead = RequestHeadParser.Parse(_in.Unread, scanned, _runtime.Options.RequestLimits, Exchange.ParsedFields);
            if (Exchange.ParsedHead.Status != ParseStatus.NeedMore)
            {
                _clientRead.Clear();
                return HeadEnd.Head;
            }

            scanned = _in.UnreadLength;
            _in.MakeRoom(ReceiveBytes / 2);
            var count = await Client.ReceiveAsync(_in.Free).ConfigureAwait(false);
            if (count <= 0)
                return _clientRead.HasFired && RequestHeadParser.HasBegun(_in.Unread) ? HeadEnd.TimedOut : HeadEnd.Closed;
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
