using System;
using Fairlead.Primitives;

namespace Fairlead.Tests.Primitives;

public sealed class InstantTests
{
    [Fact]
    public void Adding_and_subtracting_agree()
    {
        var start = new Instant(1_000);
        Assert.Equal(TimeSpan.FromSeconds(3), start + TimeSpan.FromSeconds(3) - start);
        Assert.Equal(TimeSpan.FromSeconds(-3), start - (start + TimeSpan.FromSeconds(3)));
        Assert.Equal(start, start + TimeSpan.Zero);
    }

    [Fact]
    public void Adding_to_the_end_of_time_stays_there()
    {
        Assert.Equal(Instant.Never, Instant.Never + TimeSpan.FromTicks(1));
        Assert.Equal(Instant.Never, Instant.Never + TimeSpan.MaxValue);
        Assert.Equal(Instant.Never, new Instant(1) + TimeSpan.MaxValue);
        Assert.Equal(Instant.Never, Instant.Zero + TimeSpan.MaxValue);
    }

    [Fact]
    public void Going_back_before_the_beginning_stays_at_the_beginning()
    {
        Assert.Equal(new Instant(long.MinValue), new Instant(-2) + TimeSpan.MinValue);
        Assert.Equal(new Instant(long.MinValue), Instant.Zero + TimeSpan.MinValue);
        Assert.Equal(Instant.Zero, new Instant(5) + TimeSpan.FromTicks(-5));
    }

    [Fact]
    public void Differences_saturate_instead_of_changing_sign()
    {
        Assert.Equal(TimeSpan.MaxValue, Instant.Never - new Instant(-1));
        Assert.Equal(TimeSpan.MinValue, new Instant(-2) - Instant.Never);
        Assert.Equal(TimeSpan.MaxValue, Instant.Never - Instant.Zero);
        Assert.Equal(TimeSpan.MaxValue, Instant.Zero - new Instant(long.MinValue));
    }

    [Fact]
    public void The_order_is_that_of_the_ticks()
    {
        var (early, late) = (new Instant(1), new Instant(2));
        Assert.True(early < late && late > early && early <= late && late >= early && early < Instant.Never && default(Instant) == Instant.Zero);
        Assert.Equal(early, Instant.Min(late, early));
        Assert.True(early.CompareTo(late) < 0);
    }
}
