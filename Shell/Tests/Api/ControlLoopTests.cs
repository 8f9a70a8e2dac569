using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Api;

/// <summary>Health checking outlives what is told about it.</summary>
public sealed class ControlLoopTests
{
    [Fact]
    public async Task A_listener_that_throws_does_not_end_the_checks()
    {
        await using var origin = TestOrigin.Start();
        var bugs = new ConcurrentQueue<Exception>();
        var balancer = LoadBalancer.FromAddresses(origin.Address);
        balancer.HealthCheck = new TcpHealthCheck();
        balancer.HealthCheckFrequency = TimeSpan.FromMilliseconds(50);
        balancer.UnexpectedError = bugs.Enqueue;
        balancer.HealthChanged = static (_, _, _) => throw new InvalidOperationException("a listener's own fault");
        using var stop = new CancellationTokenSource();
        var running = balancer.RunAsync(stop.Token);

        await origin.StopAsync();
        await Eventually.True(() => balancer.Select("k"u8).IsNone, "the backend to go down");
        origin.Restart();
        await Eventually.True(() => balancer.Select("k"u8).IsSome, "the backend to come back");

        await Eventually.True(() => bugs.Count >= 2, "the faults to be reported");
        await stop.CancelAsync();
        await running.Within(what: "the checks to stop");
    }

    [Fact]
    public async Task What_an_operator_says_a_million_times_takes_no_room_and_the_last_word_counts()
    {
        var balancer = LoadBalancer.FromAddresses("10.0.0.1:80", "10.0.0.2:80");
        var backend = balancer.Backends[0];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000_000; i++)
            balancer.SetEnabled(backend, i % 2 == 0);                // the last one takes it out
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 * 1024 * 1024);   // queued, they take several times as much; other tests run meanwhile

        using var stop = new CancellationTokenSource();
        var running = balancer.RunAsync(stop.Token);
        await Eventually.True(() => balancer.Select(default) is var one && one == balancer.Select(default) && one == balancer.Backends[1], "the last word to count");
        await stop.CancelAsync();
        await running.Within(what: "the loop to stop");
    }
}
