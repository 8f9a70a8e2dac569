using System;
using Fairlead.Primitives;

namespace Fairlead.Resilience;

/// <summary>
/// How long the N-th retry waits: anything from nothing to below (2^N − 1) times the base and never as long as the maximum (Envoy's exponential back-off with full jitter), so that
/// those who failed together do not come back together. A base of zero waits for nothing.
/// </summary>
public sealed record BackOff(TimeSpan Base, TimeSpan Max)
{
    /// <summary>Below 25, 75, 175 and then 250 ms (Envoy's).</summary>
    public static BackOff Default { get; } = new(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(250));

    /// <summary>No wait.</summary>
    public static BackOff None { get; } = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>What the wait of the retry number <paramref name="retry"/>, from 1, stays below.</summary>
    public TimeSpan CapOf(int retry)
    {
        if (retry < 1 || Base <= TimeSpan.Zero || Max <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var factor = (1L << Math.Min(retry, 62)) - 1;
        return factor >= Max.Ticks / Base.Ticks + 1 ? Max : TimeSpan.FromTicks(Math.Min(Max.Ticks, factor * Base.Ticks));
    }

    /// <summary>The wait of the retry number <paramref name="retry"/>, from 1.</summary>
    public TimeSpan WaitOf(int retry, ulong entropy) => TimeSpan.FromTicks((long)Entropy.Below(entropy, (ulong)CapOf(retry).Ticks));
}
