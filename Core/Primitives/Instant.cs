using System;

namespace Fairlead.Primitives;

/// <summary>
/// A point in monotonic time, in ticks of 100 ns since an epoch the caller chose (the shell: process start; a test: zero).
/// <c>default</c> is that epoch. Never a wall-clock time: it is only compared and subtracted.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The epoch.</summary>
    public static Instant Zero => default;

    /// <summary>Later than every instant a caller can reach: "no deadline".</summary>
    public static Instant Never => new(long.MaxValue);

    /// <summary>The instant <paramref name="after"/> later (earlier, if negative); saturates at <see cref="Never"/> and at the earliest there is.</summary>
    public static Instant operator +(Instant start, TimeSpan after) => new(SaturatingAdd(start.Ticks, after.Ticks));

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>; saturates at the longest spans there are.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier)
    {
        var difference = unchecked(later.Ticks - earlier.Ticks);
        var overflowed = ((later.Ticks ^ earlier.Ticks) & (later.Ticks ^ difference)) < 0;
        return new(overflowed ? (later.Ticks < 0 ? long.MinValue : long.MaxValue) : difference);
    }

    /// <summary>Earlier than.</summary>
    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    /// <summary>Later than.</summary>
    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    /// <summary>The earlier of the two.</summary>
    public static Instant Min(Instant left, Instant right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    // Overflow happened when both terms have one sign and the sum has the other.
    private static long SaturatingAdd(long left, long right)
    {
        var sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) < 0 ? (left < 0 ? long.MinValue : long.MaxValue) : sum;
    }
}
