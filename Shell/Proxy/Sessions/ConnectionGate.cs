using System;
using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// How many connections of a listener are open, and who waits for one to end. Full is no refusal: accepting stops, and clients wait in the kernel. The bound is asked for anew each
/// time, so that it may change.
/// </summary>
internal sealed class ConnectionGate(Func<int> max)
{
    private Action _roomCame = static () => { };
    private int _open;
    private int _isAwaited;

    public int Open => Volatile.Read(ref _open);

    public bool HasRoom => Volatile.Read(ref _open) < max();

    public void Enter() => Interlocked.Increment(ref _open);

    public void Leave()
    {
        Interlocked.Decrement(ref _open);
        Look();
    }

    /// <summary>Calls <paramref name="roomCame"/> once there is room, which may be now. One waits at a time.</summary>
    public void WhenRoom(Action roomCame)
    {
        _roomCame = roomCame;
        Interlocked.Exchange(ref _isAwaited, 1);                     // before it is looked: one who leaves meanwhile sees the other
        Look();
    }

    /// <summary>Looks whether there is room: one has left, or the bound was changed.</summary>
    public void Look()
    {
        if (Volatile.Read(ref _isAwaited) != 0 && HasRoom && Interlocked.Exchange(ref _isAwaited, 0) != 0)
            _roomCame();
    }
}
