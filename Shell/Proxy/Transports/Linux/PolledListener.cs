using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>Accepts on the thread that polls for connections, and shares them out among the pollers. The listening socket is the caller's.</summary>
internal sealed class PolledListener : IPolled
{
    /// <summary>Accepted before others get their turn; more are told of again.</summary>
    private const int AcceptedMax = 64;

    private static readonly TimeSpan ShortagePause = TimeSpan.FromMilliseconds(100);

    private readonly Poller _poller = Poller.Next;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _watching = new();
    private readonly SafeHandle _handle;
    private readonly int _number;
    private readonly ConnectionGate _gate;
    private readonly Action<Accepted> _serve;
    private readonly Action _full;
    private readonly Action _shortage;
    private volatile bool _isStopped;

    private PolledListener(Socket listener, ConnectionGate gate, Action<Accepted> serve, Action full, Action shortage)
    {
        listener.Blocking = false;
        _handle = listener.SafeHandle;
        _number = (int)_handle.DangerousGetHandle();
        _gate = gate;
        _serve = serve;
        _full = full;
        _shortage = shortage;
    }

    public ulong Key { get; set; }

    /// <summary>Completes when it was stopped.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Starts accepting while the gate has room; <paramref name="serve"/> returns at once, <paramref name="full"/> is told when there is none, and
    /// <paramref name="shortage"/> when there is no descriptor or memory for another connection.
    /// </summary>
    public static PolledListener Start(Socket listener, ConnectionGate gate, Action<Accepted> serve, Action full, Action shortage)
    {
        var polled = new PolledListener(listener, gate, serve, full, shortage);
        polled.Watch();
        return polled;
    }

    /// <summary>Accepts no more. Before the socket is closed.</summary>
    public void Stop()
    {
        Suspend(isForGood: true);
        _ended.TrySetResult();
    }

    public void Happened(uint events)
    {
        Span<byte> address = stackalloc byte[RawAddress.BytesMax];
        for (var i = 0; i < AcceptedMax && !_isStopped; i++)
        {
            if (!_gate.HasRoom)
            {
                _full();
                Suspend(isForGood: false);
                _gate.WhenRoom(Watch);                               // perhaps on another thread, when a session ends
                return;
            }

            var (connection, error, length) = Accept(address);
            if (connection >= 0)
            {
                var peer = RawAddress.EndPointOf(address[..length]);
                _serve(new Accepted(PolledTransport.Of(connection, Poller.Next), peer?.Address ?? IPAddress.Loopback, peer?.Port ?? 0));
                if (!Descriptors.IsReserved(connection))
                    continue;
                RunShort();
                return;
            }

            switch (error)
            {
                case Syscalls.WouldBlock:
                    return;
                case Syscalls.TooManyFiles or Syscalls.TooManyFilesInSystem or Syscalls.NoBuffers or Syscalls.NoMemory:
                    RunShort();
                    return;
            }

            // Any other error is of a client that went away before it was accepted (accept(2)): take the next.
        }
    }

    private void RunShort()
    {
        _shortage();
        _ = PauseAsync();                                            // ends by watching again
    }

    /// <summary>The socket may be stopped and closed at the same time: the number must stay its own during the call.</summary>
    private unsafe (int Connection, int Error, int AddressBytes) Accept(Span<byte> address)
    {
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var length = (uint)address.Length;
            fixed (byte* pointer = address)
            {
                var connection = Syscalls.Accept(_number, pointer, &length);
                return (connection, connection >= 0 ? 0 : Marshal.GetLastPInvokeError(), (int)length);
            }
        }
        catch (ObjectDisposedException)
        {
            return (-1, Syscalls.WouldBlock, 0);
        }
        finally
        {
            if (isHeld)
                _handle.DangerousRelease();
        }
    }

    private void Watch()
    {
        var isRefused = false;
        lock (_watching)
            isRefused = !_isStopped && !_poller.TryAddListener(this, _number);
        if (isRefused)
            _ = PauseAsync();                                        // no memory for it now
    }

    /// <summary>Once it is stopped, the number may be another socket's: what is watched under it is not ours to change.</summary>
    private void Suspend(bool isForGood)
    {
        lock (_watching)
        {
            if (!_isStopped)
                _poller.Suspend(this, _number);
            _isStopped |= isForGood;
        }
    }

    /// <summary>Lets closing connections give something back: while clients wait, the poller would be told at once again.</summary>
    private async Task PauseAsync()
    {
        Suspend(isForGood: false);
        do
            await Task.Delay(ShortagePause).ConfigureAwait(false);
        while (!_isStopped && Descriptors.AreShort());
        Watch();
    }
}
