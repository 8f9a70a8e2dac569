using System;

namespace Fairlead.Resilience;

/// <summary>
/// The least average speed of a body, once the grace is over. <c>default</c> asks for nothing. (Kestrel: 240 bytes a second after 5 s, both ways.)
/// </summary>
public readonly record struct MinRate(int BytesPerSecond, TimeSpan Grace)
{
    /// <summary>True when <paramref name="bytes"/> are too few for the <paramref name="elapsed"/> time that was spent waiting for them.</summary>
    public bool IsTooSlow(long bytes, TimeSpan elapsed) =>
        BytesPerSecond > 0 && elapsed > Grace && bytes < BytesPerSecond * (decimal)elapsed.Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>
/// The progress of one body against a <see cref="MinRate"/>. Measured over the last one to two <see cref="Window"/>s of waiting, so that what came fast long ago does not
/// pay for a drip now, and a pause after it is still forgiven. <c>default</c> is the beginning.
/// </summary>
public readonly record struct RateProgress(long BytesBefore, TimeSpan Before, long BytesSince, TimeSpan Since)
{
    /// <summary>After this much waiting older bytes are forgotten.</summary>
    public static TimeSpan Window => TimeSpan.FromSeconds(60);

    /// <summary>What is known once <paramref name="bytes"/> have come in <paramref name="elapsed"/> waiting in all, and whether that is too slow.</summary>
    public (RateProgress Next, bool IsTooSlow) Observe(MinRate rate, long bytes, TimeSpan elapsed)
    {
        var isTooSlow = rate.IsTooSlow(bytes - BytesBefore, elapsed - Before);
        return (elapsed - Since < Window ? this : new RateProgress(BytesSince, Since, bytes, elapsed), isTooSlow);
    }
}
