using System;
using Fairlead.Resilience;

namespace Fairlead.Tests.Resilience;

public sealed class MinRateTests
{
    private static readonly MinRate Kestrels = new(240, TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(0, 5.0, false)]                 // within the grace
    [InlineData(0, 5.1, true)]
    [InlineData(1439, 6, true)]
    [InlineData(1440, 6, false)]
    [InlineData(long.MaxValue, 1e6, false)]
    public void A_body_is_too_slow_below_the_rate_once_the_grace_is_over(long bytes, double seconds, bool isTooSlow) =>
        Assert.Equal(isTooSlow, Kestrels.IsTooSlow(bytes, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void No_rate_is_never_too_slow() => Assert.False(default(MinRate).IsTooSlow(0, TimeSpan.MaxValue));

    [Fact]
    public void The_longest_time_does_not_overflow() => Assert.True(new MinRate(int.MaxValue, TimeSpan.Zero).IsTooSlow(long.MaxValue - 1, TimeSpan.MaxValue));

    /// <summary>With the plain average, 10 MB at once would pay for eleven hours of dripping.</summary>
    [Fact]
    public void A_drip_after_a_burst_is_found_within_three_windows()
    {
        var (progress, cutAt) = (default(RateProgress), 0);
        for (var second = 1; cutAt == 0 && second < 1000; second++)
        {
            (progress, var isTooSlow) = progress.Observe(Kestrels, 10_000_000 + second, TimeSpan.FromSeconds(second));
            cutAt = isTooSlow ? second : 0;
        }

        Assert.InRange(cutAt, 60, 180);
    }

    [Fact]
    public void A_pause_of_half_a_minute_in_a_usual_upload_is_forgiven_at_any_time()
    {
        for (var pauseAt = 10; pauseAt < 300; pauseAt++)
        {
            var progress = default(RateProgress);
            var bytes = 0L;
            for (var second = 1; second < 400; second++)
            {
                bytes += second >= pauseAt && second < pauseAt + 30 ? 0 : 2_000;
                (progress, var isTooSlow) = progress.Observe(Kestrels, bytes, TimeSpan.FromSeconds(second));
                Assert.False(isTooSlow, $"{second} s, pause at {pauseAt} s");
            }
        }
    }
}
