using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

/// <summary>
/// Runs inside the proxy under soak (the runtime's <c>DOTNET_STARTUP_HOOKS</c>), beside the program as it is shipped: at SIGUSR1 it collects all garbage and writes a line of what
/// is left to standard error.
/// </summary>
internal static class StartupHook
{
    /// <summary>How its lines begin: then managed bytes, and task exceptions nobody observed.</summary>
    public const string LineBegin = "soak witness: ";

    /// <summary>SIGUSR1, which the program itself does not use.</summary>
    public const int Signal = 10;

    private static readonly List<PosixSignalRegistration> Kept = [];
    private static int _unobserved;

    public static void Initialize()
    {
        TaskScheduler.UnobservedTaskException += static (_, _) => Interlocked.Increment(ref _unobserved);
        Kept.Add(PosixSignalRegistration.Create((PosixSignal)Signal, static asked =>
        {
            asked.Cancel = true;
            for (var i = 0; i < 2; i++)                              // what finalizers let go, and the exceptions they tell of
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            Console.Error.WriteLine(FormattableString.Invariant($"{LineBegin}{GC.GetTotalMemory(forceFullCollection: false)} {Volatile.Read(ref _unobserved)}"));
        }));
    }
}
