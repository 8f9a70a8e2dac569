using System;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>A connected socket, TCP or Unix-domain, that a <see cref="Poller"/> watches.</summary>
internal sealed partial class PolledTransport : Transport, IPolled
{
    private const int TryAgain = -2;
    private const int Cancelled = -3;

    private readonly Descriptor _descriptor;
    private readonly int _number;
    private readonly Poller _poller;
    private readonly Readiness _in = new(isReady: false);
    private readonly Readiness _out;
    private Memory<byte> _awaited;
    private ReceiveBuffer? _late;
    private int _room;
    private volatile bool _hangsUp;                                  // or sent urgent data: a receive that leaves room need not have taken all there is
    private volatile bool _hasHungUp;
    private volatile bool _hasEndedSending;
    private volatile bool _isReceiveEnded;
    private volatile Action? _hungUp;

    private PolledTransport(int number, Poller poller, bool isConnected)
    {
        _descriptor = new Descriptor(number);
        _number = number;
        _out = new Readiness(isConnected);
        _poller = poller;
    }

    public ulong Key { get; set; }

    public override bool HasHungUp => _hasHungUp;

    public override bool HasEndedSending => _hasEndedSending;

    public override (IPAddress Address, int Port)? OwnEnd => RawAddress.OwnEndOf(_number);

    public override Action? HungUp
    {
        set => _hungUp = value;
    }

    /// <summary>A connected socket, owned from now on.</summary>
    public static PolledTransport Of(int number, Poller poller)
    {
        var transport = new PolledTransport(number, poller, isConnected: true);
        if (!poller.TryAdd(transport, number))
        {
            transport._hangsUp = true;                               // nobody would wake it: it is at its end
            transport.Abort();
        }

        return transport;
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            if (_in.IsReady || _hangsUp)
            {
                var count = Receive(buffer.Span);
                if (count != TryAgain)
                    return new ValueTask<int>(count);
            }

            if (Waits(buffer, out var wait))
                return wait;
        }
    }

    public override ValueTask<int> WaitToReceiveAsync() =>
        _in.IsReady || _hangsUp || !Waits(Memory<byte>.Empty, out var wait) ? new ValueTask<int>(0) : wait;

    public override ValueTask<int> ReceiveLateAsync(ReceiveBuffer buffer, int room)
    {
        while (true)
        {
            if (_in.IsReady || _hangsUp)
            {
                var count = ReceiveInto(buffer, room);
                if (count != TryAgain)
                    return new ValueTask<int>(count);
            }

            (_late, _room) = (buffer, room);
            if (Waits(default, out var wait))
                return wait;
            _late = null;
        }
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var count = Send(bytes.Span);
        return count == bytes.Length ? new ValueTask<bool>(true)
            : count == Broken ? new ValueTask<bool>(false)
            : SendRestAsync(bytes[Math.Max(count, 0)..]);
    }

    public override ValueTask ShutdownSendAsync()
    {
        _descriptor.Shutdown(Syscalls.ShutSend);
        return default;
    }

    public override void AbortReceive()
    {
        _isReceiveEnded = true;                                      // before the poller hears of it
        _descriptor.Shutdown(Syscalls.ShutReceive);
    }

    public override void Abort() => _descriptor.Shutdown(Syscalls.ShutBoth);   // wakes the poller, and that whoever waits

    public override void Reset()
    {
        if (!_descriptor.TryReset())
            Abort();                                                 // a Unix-domain socket knows no reset
    }

    public override void Dispose()
    {
        var (receives, sends) = (_in.Signal(), _out.Signal());       // before the number can be another's: the poller has nobody to go on with
        _poller.Remove(Key);
        _descriptor.Dispose();
        if (receives)
            _in.Complete(Broken);
        if (sends)
            _out.Complete(0);
    }

    public void Happened(uint events)
    {
        if ((events & (Syscalls.ReadHangUp | Syscalls.HangUp | Syscalls.Error | Syscalls.Priority)) != 0)
            _hangsUp = true;
        var isNews = false;
        if ((events & (Syscalls.HangUp | Syscalls.Error)) != 0 && !_hasHungUp)
            isNews = _hasHungUp = true;
        if ((events & Syscalls.ReadHangUp) != 0 && !_hasEndedSending && !_isReceiveEnded)
            isNews = _hasEndedSending = true;
        if ((events & ~Syscalls.Out) != 0 && _in.Signal())
            GoOnReceiving();

        if ((events & ~Syscalls.In) != 0 && _out.Signal())
            _out.Complete(0);
        if (isNews)
            _hungUp?.Invoke();
    }

    private bool Waits(Memory<byte> buffer, out ValueTask<int> wait)
    {
        _awaited = buffer;
        return _in.TryWait(out wait);
    }

    private void GoOnReceiving()
    {
        var late = _late;
        if (late is null && _awaited.IsEmpty)
        {
            _in.Remember();                                          // it was for the readiness alone
            _in.Complete(0);
            return;
        }

        var count = late is null ? Receive(_awaited.Span) : ReceiveInto(late, _room);
        if (count == TryAgain)
        {
            _in.BackToWait();
            return;
        }

        _late = null;
        _in.Complete(count);
    }

    private int ReceiveInto(ReceiveBuffer buffer, int room)
    {
        buffer.MakeRoom(room);
        var count = Receive(buffer.Free.Span);
        if (count == TryAgain)
            buffer.GiveBack();
        return count;
    }

    /// <summary>
    /// A receive that leaves room took all there was: the next byte is an event of its own, and so is the end unless it was told already. Not with urgent data, before which a receive stops
    /// (tcp(7)).
    /// </summary>
    private unsafe int Receive(Span<byte> buffer)
    {
        while (!_descriptor.IsClosed)
        {
            _in.Forget();
            nint count;
            fixed (byte* pointer = buffer)
                count = Syscalls.Receive(_number, pointer, (nuint)buffer.Length);
            if (count > 0)
            {
                if (count == buffer.Length)
                    _in.Remember();
                return (int)count;
            }

            if (count == 0)
            {
                _in.Remember();
                return 0;
            }

            switch (-count)
            {
                case Syscalls.WouldBlock:
                    return TryAgain;
                case Syscalls.Interrupted:
                    continue;
                default:
                    _in.Remember();
                    return Broken;
            }
        }

        return Broken;
    }

    private unsafe int Send(ReadOnlySpan<byte> bytes)
    {
        while (!_descriptor.IsClosed)
        {
            nint count;
            fixed (byte* pointer = bytes)
                count = Syscalls.Send(_number, pointer, (nuint)bytes.Length);
            if (count >= 0)
                return (int)count;
            switch (-count)
            {
                case Syscalls.WouldBlock:
                    return TryAgain;
                case Syscalls.Interrupted:
                    continue;
                default:
                    return Broken;
            }
        }

        return Broken;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<bool> SendRestAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            _out.Forget();
            var count = Send(bytes.Span);                            // again: room may have come before the readiness was forgotten
            if (count == Broken)
                return false;
            bytes = bytes[Math.Max(count, 0)..];
            if (bytes.IsEmpty)
            {
                _out.Remember();
                return true;
            }

            if (_out.TryWait(out var writable))
                await writable.ConfigureAwait(false);
        }
    }
}
