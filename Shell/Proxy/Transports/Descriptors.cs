using System;
using System.Runtime.InteropServices;
using System.Threading;
using Fairlead.Configuration;
using Fairlead.Proxy.Transports.Linux;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// Which file descriptors connections may have: not the last ones. The runtime needs some now and then (two for each new thread, one for code that is loaded) and ends the process
/// when it gets none. A new descriptor has the lowest number that is free, so its number tells how many there are.
/// </summary>
internal static partial class Descriptors
{
    private const int FilesResource = 7;                             // RLIMIT_NOFILE

    /// <summary>At most this share of all is reserved: with very few, most are for connections all the same.</summary>
    private const int ReservedShareMin = 4;

    private static int _reserved = LimitSettings.Default.ReservedDescriptors;
    private static long _firstReserved;

    /// <summary>Keeps so many for the process itself, from now on, whichever service connections are of.</summary>
    public static void Reserve(int count)
    {
        Volatile.Write(ref _reserved, count);
        Measure();
    }

    /// <summary>True of a new descriptor when those that connections may have are all taken.</summary>
    public static bool IsReserved(int descriptor) =>
        descriptor >= Volatile.Read(ref _firstReserved) && OperatingSystem.IsLinux() && descriptor >= Measure();   // the limit may have been raised meanwhile (prlimit)

    /// <summary>Whether the next connection would have a reserved one, or none.</summary>
    public static bool AreShort()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var next = Syscalls.CreateSocket(family: 1);                 // AF_UNIX
        if (next < 0)
            return true;
        Syscalls.Close(next);
        return IsReserved(next);
    }

    private static unsafe long Measure()
    {
        var limits = stackalloc ulong[2];                            // soft, hard
        var all = OperatingSystem.IsLinux() && GetLimit(FilesResource, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : long.MaxValue;
        var first = all - Math.Min(Volatile.Read(ref _reserved), all / ReservedShareMin);
        Volatile.Write(ref _firstReserved, first);
        return first;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static unsafe partial int GetLimit(int resource, ulong* limits);
}
