using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Bytes passed both ways unchanged, once the connections carry another protocol. One bounded buffer a direction, so that a slow side stops the other; the end of one side is
/// passed on and the other direction goes on. What is in the buffers when it begins goes first. Two deadlines: without a byte either way, and in all.
/// </summary>
internal sealed class Tunnel(Transport client, ReceiveBuffer fromClient, Transport backend, ReceiveBuffer fromBackend, PeerOptions options)
{
    /// <summary>Receive size of a quiet tunnel: there may be many, and each keeps its two buffers.</summary>
    private const int QuietBytes = 4 * 1024;

    /// <summary>Receive size once a quiet one was filled (nginx keeps to 8 KiB, HAProxy to 16 KiB).</summary>
    private const int BusyBytes = 64 * 1024;

    /// <summary>Moves in a row that waited for nothing (at most 4 MiB).</summary>
    private const int MovesMax = 64;

    private Deadline _idle;
    private Deadline _total;
    private long _bytesFromClient;
    private long _bytesFromBackend;
    private int _outcome;

    public long BytesFromClient => Volatile.Read(ref _bytesFromClient);

    public long BytesFromBackend => Volatile.Read(ref _bytesFromBackend);

    /// <summary>Runs it to its end, and says which that was: the first one if there were several. Neither connection can be used afterwards.</summary>
    public async Task<Outcome> RunAsync()
    {
        _idle.Arm(CoarseClock.After(options.TunnelIdleTimeout));
        if (options.TunnelTotalTimeout is { } total)
            _total.Arm(CoarseClock.After(total));
        var up = DirectAsync(client, fromClient, backend, isUp: true);
        var down = DirectAsync(backend, fromBackend, client, isUp: false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
        return (Outcome)Volatile.Read(ref _outcome);
    }

    /// <summary>Ends it when a deadline is over.</summary>
    public void Sweep(long now)
    {
        if (_idle.TryFire(now))
            CutOff(Outcome.TunnelIdle);
        if (_total.TryFire(now))
            CutOff(Outcome.TunnelTimeout);
    }

    private async Task DirectAsync(Transport from, ReceiveBuffer buffer, Transport to, bool isUp)
    {
        try
        {
            await MoveAsync(from, buffer, to, isUp).ConfigureAwait(false);
        }
        catch
        {
            CutOff(Outcome.None);                                    // a fault of ours: the other direction must not wait for this one
            throw;
        }
    }

    private async Task MoveAsync(Transport from, ReceiveBuffer buffer, Transport to, bool isUp)
    {
        var turn = new Turn(MovesMax);
        var busy = false;
        while (true)
        {
            var waited = false;
            if (buffer.UnreadLength > 0)
            {
                var sending = to.SendAsync(buffer.UnreadMemory);
                waited = !sending.IsCompleted;
                if (!await sending.ConfigureAwait(false))
                {
                    CutOff(isUp ? Outcome.TunnelBrokenByBackend : Outcome.TunnelBrokenByClient);
                    return;
                }

                Moved(ref isUp ? ref _bytesFromClient : ref _bytesFromBackend, buffer.UnreadLength);
                buffer.Consume(buffer.UnreadLength);
            }

            if (!busy)
                buffer.Shrink(QuietBytes);
            buffer.MakeRoom(busy ? BusyBytes : QuietBytes);
            var receiving = from.ReceiveAsync(buffer.Free);
            waited |= !receiving.IsCompleted;
            var count = await receiving.ConfigureAwait(false);
            if (count < 0)
            {
                CutOff(isUp ? Outcome.TunnelBrokenByClient : Outcome.TunnelBrokenByBackend);
                return;
            }

            if (count == 0)
            {
                Note(isUp ? Outcome.TunnelClosedByClient : Outcome.TunnelClosedByBackend);
                await to.ShutdownSendAsync().ConfigureAwait(false);
                return;
            }

            buffer.Received(count);
            busy = count >= QuietBytes;
            _idle.Arm(CoarseClock.After(options.TunnelIdleTimeout));
            if (turn.IsOver(waited))
                await Task.Yield();
        }
    }

    private void Moved(ref long bytes, int count)
    {
        Volatile.Write(ref bytes, bytes + count);
        _idle.Arm(CoarseClock.After(options.TunnelIdleTimeout));
    }

    /// <summary>Ends both directions; what was not sent is lost, so both sides are to see it broken.</summary>
    private void CutOff(Outcome outcome)
    {
        Note(outcome);
        client.Reset();
        backend.Reset();
    }

    private void Note(Outcome outcome) => Interlocked.CompareExchange(ref _outcome, (int)outcome, (int)Outcome.None);
}
