using System;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// The peak-sensitive moving average of a backend's response times (Finagle's peak EWMA): a slower sample is taken at once, a faster one by e^(−Δt/τ), and without samples the
/// average decays towards 0, so old slowness is forgiven. Eight bytes, so that a shell can swap it atomically: high the average in microseconds (a float whose sign bit says that
/// there is history), low the time of the last sample in milliseconds, which wraps after 49.7 days without one. <c>default</c> is no history; no bits give NaN.
/// </summary>
public readonly record struct PeakLatency(ulong Bits)
{
    private const uint HistoryBit = 1U << 31;

    // Threads may observe in another order than they looked at the clock: a stamp so little later than now is taken for now, not for one from 49.7 days ago.
    private const uint OutOfOrderMillisecondsMax = 60_000;

    /// <summary>True when a response was ever observed.</summary>
    public bool HasHistory => Bits != 0;

    private float Average
    {
        get
        {
            var average = BitConverter.UInt32BitsToSingle((uint)(Bits >> 32) & ~HistoryBit);
            return average <= float.MaxValue ? average : 0;
        }
    }

    /// <summary>
    /// The average after one more response (a negative latency counts as 0). <paramref name="decay"/> is τ; when it is not positive, only the last sample counts.
    /// </summary>
    public PeakLatency Observe(TimeSpan latency, Instant now, TimeSpan decay)
    {
        var sample = (float)Math.Max(0, latency.TotalMicroseconds);
        if (!HasHistory || decay <= TimeSpan.Zero)
            return Of(sample, StampOf(now));

        var (average, elapsed) = (Average, ElapsedMilliseconds(now));
        var stamp = (uint)Bits + elapsed;
        return Of(sample >= average ? sample : (float)(sample + ((average - sample) * Kept(elapsed, decay))), stamp);
    }

    /// <summary>The decayed average in microseconds; 0 without history. When <paramref name="decay"/> is not positive, the last sample as it was.</summary>
    public double MicrosecondsAt(Instant now, TimeSpan decay)
    {
        var average = Average;
        if (average == 0 || decay <= TimeSpan.Zero)
            return average;
        var elapsed = ElapsedMilliseconds(now);
        return elapsed == 0 ? average : average * Kept(elapsed, decay);
    }

    private static double Kept(uint elapsedMilliseconds, TimeSpan decay) =>
        Math.Exp(-(double)elapsedMilliseconds * TimeSpan.TicksPerMillisecond / decay.Ticks);

    private uint ElapsedMilliseconds(Instant now)
    {
        var elapsed = StampOf(now) - (uint)Bits;
        return elapsed > uint.MaxValue - OutOfOrderMillisecondsMax ? 0 : elapsed;
    }

    private static uint StampOf(Instant now) => unchecked((uint)(now.Ticks / TimeSpan.TicksPerMillisecond));

    private static PeakLatency Of(float average, uint stamp) =>
        new(((ulong)(BitConverter.SingleToUInt32Bits(average) | HistoryBit) << 32) | stamp);
}
