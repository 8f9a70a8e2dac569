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
    public void Shutdown(int side) => While(open => Syscalls.Shutdown(open, side));   // fails when the peer is gone already: nothing is left to shut down

    /// <summary>Breaks a TCP connection off, from any thread, so that the peer sees a reset and what waits on it wakes up; false when it is no TCP. Does nothing once it is closed.</summary>
    public bool TryReset() => While(Syscalls.Dissolve);

    private bool While(Func<int, int> call)
    {
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            return call(Number) == 0;
        }
        catch (ObjectDisposedException)
        {
            return true;                                             // closed already
        }
        finally
        {
            if (isHeld)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle() => Syscalls.Close((int)handle) == 0;
}
