using System;
using System.Runtime.InteropServices;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>A socket's file descriptor. Owner and poller use <see cref="Number"/>; anybody else may only shut it down, which is safe against its closing and reuse.</summary>
internal sealed class Descriptor : SafeHandle
{
    public Descriptor(int number)
        : base(-1, ownsHandle: true) => SetHandle(number);

    public override bool IsInvalid => handle < 0;

    public int Number => (int)handle;

    /// <summary>Shuts one or both sides down, from any thread; what waits on it wakes up. Does nothing once it is closed.</summary>
    public void Shutdown(int side) => WhileOpen(static (number, side) => Syscalls.Shutdown(number, side), side);   // fails when the peer is gone already: nothing is left to shut down

    /// <summary>Breaks a TCP connection off with RST instead of FIN, from any thread; what waits on it wakes up. Does nothing once it is closed.</summary>
    public void Reset() => WhileOpen(static (number, _) =>
    {
        if (Syscalls.Disconnect(number) != 0)
            Syscalls.Shutdown(number, Syscalls.ShutBoth);            // a Unix-domain socket cannot be reset
    }, 0);

    private void WhileOpen(Action<int, int> action, int side)
    {
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            action(Number, side);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
        finally
        {
            if (isHeld)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle() => Syscalls.Close((int)handle) == 0;
}
