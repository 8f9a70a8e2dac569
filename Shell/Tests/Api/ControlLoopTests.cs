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
}
