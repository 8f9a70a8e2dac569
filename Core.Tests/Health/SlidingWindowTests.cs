using System;
using System.Linq;
using System.Runtime.CompilerServices;
using Fairlead.Health;
using Fairlead.Primitives;

namespace Fairlead.Tests.Health;

public class SlidingWindowTests
{
    private static readonly TimeSpan Eight = TimeSpan.FromSeconds(8);

    // max_fails=3 fail_timeout=8s and one error each 5 s: nginx adds them up and disables the peer at t = 16 although no 8 s hold more than two.
    [Fact]
    public void Nginx_599_an_error_every_5_s_is_never_three_in_8_s()
    {
        var window = default(SlidingWindow);
        for (var second = 0; second <= 60; second++)
        {
            window = window.Observe(failed: second % 5 == 1, At(second), Eight);
            Assert.InRange(window.At(At(second), Eight).Failures, 0, 2);
        }
    }

    [Fact]
    public void Three_errors_within_the_window_are_three()
    {
        var window = new[] { 1, 4, 7 }.Aggregate(default(SlidingWindow), static (known, second) => known.Observe(failed: true, At(second), Eight));
        Assert.Equal((3, 3), window.At(At(7.5), Eight));
    }

    [Fact]
    public void Old_requests_are_forgotten_a_bucket_at_a_time()
    {
        var window = Enumerable.Range(0, 8).Aggregate(default(SlidingWindow), static (known, second) => known.Observe(failed: second < 4, At(second), Eight));
        Assert.Equal((8, 4), window.At(At(7.9), Eight));
        Assert.Equal((7, 3), window.At(At(8), Eight));
        Assert.Equal((4, 0), window.At(At(11), Eight));
        Assert.Equal((0, 0), window.At(At(100), Eight));
    }

    [Fact]
    public void What_is_told_late_counts_where_it_belongs_and_not_at_all_when_it_is_over()
    {
        var window = default(SlidingWindow).Observe(failed: false, At(20), Eight).Observe(failed: true, At(15), Eight);
        Assert.Equal((2, 1), window.At(At(20), Eight));
        Assert.Equal((1, 0), window.At(At(23), Eight));
        Assert.Equal((2, 1), window.Observe(failed: true, At(12), Eight).At(At(20), Eight));
    }

    [Fact]
    public void Time_before_the_epoch_counts_too() =>
        Assert.Equal((2, 2), default(SlidingWindow).Observe(failed: true, At(-3), Eight).Observe(failed: true, At(1), Eight).At(At(1), Eight));

    [Fact]
    public void It_is_as_small_as_it_says() => Assert.Equal(72, Unsafe.SizeOf<SlidingWindow>());

    private static Instant At(double second) => Instant.Zero + TimeSpan.FromSeconds(second);
}
