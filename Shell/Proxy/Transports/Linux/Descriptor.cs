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
    public void Shutdown(int side)
    {
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            Syscalls.Shutdown(Number, side);                         // fails when the peer is gone already: nothing is left to shut down
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
