using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Sessions;

namespace Fairlead.Shell.Tests.Api;

/// <summary>The memory of the whole process is looked at, so nothing else runs meanwhile.</summary>
[Collection(nameof(Alone))]
public sealed class ControlLoopMemoryTests
{
    [Fact]
    public async Task What_an_operator_says_a_million_times_takes_no_room_and_the_last_word_counts()
    {
        var balancer = LoadBalancer.FromAddresses("10.0.0.1:80", "10.0.0.2:80");
        var backend = balancer.Backends[0];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000_000; i++)
            balancer.SetEnabled(backend, i % 2 == 0);                // the last one takes it out
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 * 1024 * 1024);   // queued, they take several times as much

        using var stop = new CancellationTokenSource();
        var running = balancer.RunAsync(stop.Token);
        await Eventually.True(() => balancer.Select(default) is var one && one == balancer.Select(default) && one == balancer.Backends[1], "the last word to count");
        await stop.CancelAsync();
        await running.Within(what: "the loop to stop");
    }
}
