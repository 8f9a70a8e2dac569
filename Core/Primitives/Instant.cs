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

    /// <summary>The instant <paramref name="after"/> later; saturates at <see cref="Never"/>.</summary>
    public static Instant operator +(Instant start, TimeSpan after) =>
        after.Ticks > 0 && start.Ticks > long.MaxValue - after.Ticks ? Never : new(start.Ticks + after.Ticks);

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

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
}
