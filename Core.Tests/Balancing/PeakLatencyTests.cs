using System;
using System.Runtime.CompilerServices;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

public sealed class PeakLatencyTests
{
    private static readonly TimeSpan Decay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HalfLife = Decay * Math.Log(2);
    private static readonly Instant Start = new(123_456_789_000);

    [Fact]
    public void A_faster_sample_after_a_half_life_counts_half() =>
        Assert.Equal(55, Of(100).Observe(Micros(10), Start + HalfLife, Decay).MicrosecondsAt(Start + HalfLife, Decay), 0.01);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void A_slower_sample_counts_at_once(long milliseconds)
    {
        var now = Start + TimeSpan.FromMilliseconds(milliseconds);
        Assert.Equal(200, Of(100).Observe(Micros(200), now, Decay).MicrosecondsAt(now, Decay));
    }

    [Fact]
    public void Without_samples_the_average_halves_in_a_half_life()
    {
        Assert.Equal(100, Of(100).MicrosecondsAt(Start, Decay));
        Assert.Equal(50, Of(100).MicrosecondsAt(Start + HalfLife, Decay), 0.01);
        Assert.Equal(25, Of(100).MicrosecondsAt(Start + 2 * HalfLife, Decay), 0.01);
        Assert.Equal(0, Of(100).MicrosecondsAt(Start + 1_000 * Decay, Decay), 1e-9);
    }

    [Fact]
    public void The_default_is_no_history_and_a_sample_of_zero_is_one()
    {
        Assert.False(default(PeakLatency).HasHistory);
        Assert.Equal(0, default(PeakLatency).MicrosecondsAt(Start, Decay));
        var zero = default(PeakLatency).Observe(TimeSpan.Zero, Instant.Zero, Decay);
        Assert.True(zero.HasHistory);
        Assert.Equal(0, zero.MicrosecondsAt(Instant.Zero, Decay));
        Assert.True(default(PeakLatency).Observe(TimeSpan.MinValue, Instant.Zero, Decay).HasHistory);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_decay_the_last_sample_counts_alone_and_stays(long decayTicks)
    {
        var decay = new TimeSpan(decayTicks);
        var latency = Of(100).Observe(Micros(10), Start, decay);
        Assert.Equal(10, latency.MicrosecondsAt(Start, decay));
        Assert.Equal(10, latency.MicrosecondsAt(Start + TimeSpan.FromDays(1), decay));
    }

    [Fact]
    public void A_clock_read_earlier_changes_nothing_but_a_peak()
    {
        var earlier = Start + TimeSpan.FromSeconds(-5);
        Assert.Equal(100, Of(100).MicrosecondsAt(earlier, Decay));
        Assert.Equal(Of(100), Of(100).Observe(Micros(10), earlier, Decay));
        Assert.Equal(Of(200), Of(100).Observe(Micros(200), earlier, Decay));
    }

    [Fact]
    public void Old_slowness_is_forgiven_for_as_long_as_the_stamp_lasts()
    {
        foreach (var days in (int[])[1, 20, 24, 25, 30, 49])          // 24.9 days are half of the 32 bits
            Assert.Equal(0, Of(1e9).MicrosecondsAt(Start + TimeSpan.FromDays(days), Decay), 1e-9);
    }

    [Fact]
    public void It_fits_an_atomic_swap() => Assert.Equal(sizeof(ulong), Unsafe.SizeOf<PeakLatency>());

    private static PeakLatency Of(double microseconds) => default(PeakLatency).Observe(Micros(microseconds), Start, Decay);

    private static TimeSpan Micros(double microseconds) => TimeSpan.FromMicroseconds(microseconds);
}
