using System;
using System.Collections.Generic;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Shell.Tests.Sessions;

public sealed class SweeperTests
{
    [Fact]
    public void A_fault_in_one_object_is_told_once_and_the_deadlines_of_others_go_on()
    {
        var told = new List<Exception>();
        var sweeper = new DeadlineSweeper(told.Add);
        var good = new Swept(static () => { });
        for (var i = 0; i < 3; i++)
            sweeper.Add(new Swept(static () => throw new InvalidOperationException("a fault")));
        sweeper.Add(good);

        sweeper.SweepOnce(1);
        sweeper.SweepOnce(2);
        Assert.Equal((2, 3), (good.Count, told.Count));
    }

    [Fact]
    public void Room_that_comes_before_or_after_somebody_waits_for_it_wakes_him_once()
    {
        var (max, woken) = (1, 0);
        var gate = new ConnectionGate(() => max);
        gate.Enter();
        Assert.False(gate.HasRoom);
        gate.WhenRoom(() => woken++);
        Assert.Equal(0, woken);
        gate.Leave();
        gate.Look();
        Assert.Equal(1, woken);

        gate.WhenRoom(() => woken++);
        Assert.Equal(2, woken);

        gate.Enter();
        gate.WhenRoom(() => woken++);
        max = 2;
        gate.Look();
        Assert.Equal(3, woken);
    }

    [Fact]
    public void A_client_without_connections_takes_no_room()
    {
        var counts = new ClientCounts();
        var client = System.Net.IPAddress.Parse("2001:db8::1");
        Assert.True(counts.TryEnter(client, 2));
        Assert.True(counts.TryEnter(System.Net.IPAddress.Parse("2001:db8::2"), 2));
        Assert.False(counts.TryEnter(client, 2));
        counts.Leave(client);
        counts.Leave(client);
        Assert.Equal(0, counts.Clients);
    }

    private sealed class Swept(Action action) : ISwept
    {
        public int Count { get; private set; }

        public void Sweep(long now)
        {
            Count++;
            action();
        }
    }
}
