using System;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Places;

/// <summary>Numbers of one backend that any thread changes: each change is a swap over a pure transition.</summary>
internal static class Swaps
{
    /// <summary>Takes a place, unless <paramref name="inFlightMax"/> (0 = any number) are taken: two that come at once never share the last one.</summary>
    public static bool TryEnter(ref int inFlight, int inFlightMax)
    {
        var seen = Volatile.Read(ref inFlight);
        while (inFlightMax == 0 || seen < inFlightMax)
        {
            var before = Interlocked.CompareExchange(ref inFlight, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    /// <summary>One more time to the head of an answer. A failure counts only when it was slow: refusing at once must not look fast.</summary>
    public static void Observe(ref ulong latencyBits, TimeSpan latency, bool isFailure, Instant now, TimeSpan decay)
    {
        var seen = Volatile.Read(ref latencyBits);
        while (!isFailure || latency.TotalMicroseconds > new PeakLatency(seen).MicrosecondsAt(now, decay))
        {
            var before = Interlocked.CompareExchange(ref latencyBits, new PeakLatency(seen).Observe(latency, now, decay).Bits, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
