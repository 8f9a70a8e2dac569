using System.Diagnostics;
using Fairlead.Primitives;

namespace Fairlead.Proxy.Control;

/// <summary>The shell's clock for the control plane: monotonic, never zero at start so that any span may be subtracted.</summary>
internal static class MonotonicClock
{
    public static Instant Now => new(Stopwatch.GetElapsedTime(0).Ticks);
}
