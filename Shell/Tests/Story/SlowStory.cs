using System;
using System.Threading.Tasks;
using Fairlead.Benchmarks.Soak;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Slow clients by the thousand; whether a fast one is slowed by a tenth is measured at night (Shell/Benchmarks, slow-clients), where it is quiet.</summary>
public sealed class SlowStory
{
    [Fact]
    public async Task Two_thousand_that_drip_hold_nobody_up_and_are_gone_at_their_deadlines()
    {
        var result = await SlowRun.MeasureAsync(deadline: TimeSpan.FromSeconds(8));

        Assert.Empty(SlowRun.Faults(result, lateMax: TimeSpan.FromSeconds(8)));
        Assert.NotEmpty(result.Ratios);                              // the fast client was answered while all of them were there
        Assert.InRange(result.LongestWait, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
