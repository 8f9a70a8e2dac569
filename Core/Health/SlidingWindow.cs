using System;
using Fairlead.Primitives;

namespace Fairlead.Health;

/// <summary>
/// How many of the last requests failed, over a window of a fixed length: eight buckets, the oldest whole one forgotten at a time, in 72 bytes. What it holds lies within one
/// window of that length, of which at least seven eighths are behind now: it never holds more failures than some true window did, unlike counters that gaps reset
/// (nginx#599). <c>default</c> holds nothing; a value belongs to one length.
/// </summary>
public readonly record struct SlidingWindow
{
    /// <summary>Parts of the window; the error is one of them.</summary>
    public const int BucketCount = 8;

    private readonly Buckets _counts;                                 // fields, not properties: read where they are, not copied
    private readonly long _newest;

    private SlidingWindow(in Buckets buckets, long newest) => (_counts, _newest) = (buckets, newest);

    /// <summary>After one more request.</summary>
    public SlidingWindow Observe(bool failed, Instant now, TimeSpan window)
    {
        var number = NumberOf(now, window);
        return number == _newest ? Counted(failed, number) : AdvancedTo(number).Counted(failed, number);
    }

    /// <summary>What was told within the window that ends now.</summary>
    public (long Requests, long Failures) At(Instant now, TimeSpan window)
    {
        var number = NumberOf(now, window);
        return number == _newest ? _counts.Sum() : AdvancedTo(number)._counts.Sum();
    }

    private SlidingWindow Counted(bool failed, long number)
    {
        if (number <= _newest - BucketCount)
            return this;                                              // told too late to count

        var index = (int)(number & (BucketCount - 1));
        var bucket = _counts[index];
        return bucket.Requests == uint.MaxValue ? this : new SlidingWindow(_counts.With(index, bucket.Add(failed)), _newest);
    }

    private SlidingWindow AdvancedTo(long number)
    {
        if (_counts == default)
            return new SlidingWindow(default, number);
        if (number <= _newest)
            return this;
        var counts = _counts;
        for (var i = Math.Max(_newest + 1, number - BucketCount + 1); i <= number; i++)
            counts = counts.With((int)(i & (BucketCount - 1)), default);
        return new SlidingWindow(counts, number);
    }

    // Rounded down, so that eight buckets are never longer than the window; a bucket before the epoch has a negative number.
    private static long NumberOf(Instant now, TimeSpan window)
    {
        var width = Math.Max(1, window.Ticks / BucketCount);
        var (quotient, remainder) = Math.DivRem(now.Ticks, width);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    private readonly record struct Bucket(uint Requests, uint Failures)
    {
        public Bucket Add(bool failed) => new(Requests + 1, Failures + (failed ? 1U : 0));
    }

    // Fields, not an array: copied with the value, and compared by it.
    private readonly record struct Buckets(Bucket B0, Bucket B1, Bucket B2, Bucket B3, Bucket B4, Bucket B5, Bucket B6, Bucket B7)
    {
        public Bucket this[int index] => index switch { 0 => B0, 1 => B1, 2 => B2, 3 => B3, 4 => B4, 5 => B5, 6 => B6, _ => B7 };

        public (long Requests, long Failures) Sum() => (
            (long)B0.Requests + B1.Requests + B2.Requests + B3.Requests + B4.Requests + B5.Requests + B6.Requests + B7.Requests,
            (long)B0.Failures + B1.Failures + B2.Failures + B3.Failures + B4.Failures + B5.Failures + B6.Failures + B7.Failures);

        public Buckets With(int index, Bucket bucket) => index switch
        {
            0 => this with { B0 = bucket },
            1 => this with { B1 = bucket },
            2 => this with { B2 = bucket },
            3 => this with { B3 = bucket },
            4 => this with { B4 = bucket },
            5 => this with { B5 = bucket },
            6 => this with { B6 = bucket },
            _ => this with { B7 = bucket },
        };
    }
}
