using System;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// The peak-sensitive moving average of a backend's response times (Finagle's peak EWMA): a slower sample is taken at once, a faster one by e^(−Δt/τ), and without samples the
/// average decays towards 0, so old slowness is forgiven. Eight bytes, so that a shell can swap it atomically. <c>default</c> is no history.
/// </summary>
public readonly record struct PeakLatency(ulong Bits)
{
    /// <summary>The average after one more response.</summary>
    public PeakLatency Observe(TimeSpan latency, Instant now, TimeSpan decay) => throw new NotImplementedException();

    /// <summary>The decayed average in microseconds; 0 without history.</summary>
    public double MicrosecondsAt(Instant now, TimeSpan decay) => throw new NotImplementedException();

    /// <summary>True when a response was ever observed.</summary>
    public bool HasHistory => Bits != 0;
}
