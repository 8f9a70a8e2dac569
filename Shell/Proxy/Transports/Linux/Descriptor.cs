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
    public void Shutdown(int side) => Hold(side, static (number, side) => Syscalls.Shutdown(number, side));   // fails when the peer is gone already: nothing is left to shut down

    /// <summary>Makes the close break the connection instead of ending it, from any thread. Does nothing once it is closed.</summary>
    public void ResetOnClose() => Hold(0, static (number, _) => Syscalls.SetNoLinger(number));

    private void Hold(int argument, Action<int, int> call)
    {
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            call(Number, argument);
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
