using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using static Fairlead.Shell.Tests.Harness.RawBackend;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Connections without requests wait for a place as requests do: in a bounded line, until a deadline.</summary>
public sealed class TcpQueueTests
{
    private static readonly QueueSettings Patient = new(10, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task A_connection_waits_until_another_has_ended()
    {
        using var backend = new RawBackend();
        using var queue = new QueueMeter("tcp-waits");
        await using var proxy = await StartAsync("tcp-waits", Patient, backend.Port);
        var first = await proxy.ConnectAsync();
        var accepted = await backend.AcceptAsync();
        using var second = await proxy.ConnectAsync();
        await SendAsync(second, "early");
        await Eventually.True(() => queue.Length == 1, "the second to wait");

        first.Dispose();
        accepted.Dispose();
        using var again = await backend.AcceptAsync();
        Assert.Equal("early", await ReceiveAsync(again, 5));
        Assert.Equal(0, queue.Length);
        Assert.Single(await proxy.EndedAsync(1));
    }

    [Fact]
    public async Task Who_waits_longest_is_served_first()
    {
        using var backend = new RawBackend();
        using var queue = new QueueMeter("tcp-turns");
        await using var proxy = await StartAsync("tcp-turns", Patient, backend.Port);
        var served = await proxy.ConnectAsync();
        var accepted = await backend.AcceptAsync();
        var waiting = new Socket[3];
        for (var i = 0; i < waiting.Length; i++)
        {
            waiting[i] = await proxy.ConnectAsync();
            await SendAsync(waiting[i], $"{i}");
            await Eventually.True(() => queue.Length == i + 1, "one more to wait");
        }

        for (var i = 0; i < waiting.Length; i++)
        {
            served.Dispose();
            accepted.Dispose();
            accepted = await backend.AcceptAsync();
            Assert.Equal($"{i}", await ReceiveAsync(accepted, 1));
            served = waiting[i];
        }

        served.Dispose();
        accepted.Dispose();
    }

    [Fact]
    public async Task After_its_time_in_the_line_it_is_closed()
    {
        using var backend = new RawBackend();
        await using var proxy = await StartAsync("tcp-late", new QueueSettings(10, TimeSpan.FromMilliseconds(20)), backend.Port);
        using var first = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();

        using var second = await proxy.ConnectAsync();
        Assert.Equal("", await ReceiveAsync(second, 1));
        Assert.Equal((Outcome.QueueTimeout, 0), (await proxy.EndedAsync(1)).Select(static ended => (ended.Outcome, ended.Attempts.Count)).Single());
    }

    [Fact]
    public async Task Without_room_in_the_line_it_is_closed_at_once()
    {
        using var backend = new RawBackend();
        await using var proxy = await StartAsync("tcp-full", Patient with { LengthMax = 0 }, backend.Port);
        var first = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();

        using var second = await proxy.ConnectAsync();
        Assert.Equal("", await ReceiveAsync(second, 1));
        Assert.Equal(Outcome.QueueFull, (await proxy.EndedAsync(1))[0].Outcome);

        first.Dispose();
        accepted.Dispose();
        await proxy.EndedAsync(2);
        using var third = await proxy.ConnectAsync();
        using var again = await backend.AcceptAsync();
        await SendAsync(again, "x");
        Assert.Equal("x", await ReceiveAsync(third, 1));
    }

    [Fact]
    public async Task A_reload_that_gives_more_room_is_seen_by_who_waits()
    {
        using var backend = new RawBackend();
        using var queue = new QueueMeter("tcp-reload");
        await using var proxy = await StartAsync("tcp-reload", Patient, backend.Port);
        using var first = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();
        using var second = await proxy.ConnectAsync();
        await Eventually.True(() => queue.Length == 1, "the second to wait");

        proxy.Reload(static upstream => upstream with { Backends = upstream.Backends.Map(static one => one with { InFlightMax = 2 }).Strict() });
        using var again = await backend.AcceptAsync();
        await SendAsync(again, "x");
        Assert.Equal("x", await ReceiveAsync(second, 1));
    }

    [Fact]
    public async Task Who_waits_when_the_proxy_is_cut_off_is_closed()
    {
        using var backend = new RawBackend();
        using var queue = new QueueMeter("tcp-cut");
        var proxy = await StartAsync("tcp-cut", Patient, backend.Port);
        using var first = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();
        using var second = await proxy.ConnectAsync();
        await Eventually.True(() => queue.Length == 1, "the second to wait");

        await proxy.DisposeAsync();
        Assert.Equal("", await ReceiveAsync(second, 1));
        Assert.Contains(Outcome.Draining, (await proxy.EndedAsync(2)).Select(static ended => ended.Outcome));
        Assert.Equal(0, queue.Length);
    }

    private static Task<RawProxy> StartAsync(string upstream, QueueSettings queue, int port) => RawProxy.StartAsync(
        new ListenerProtocol.Tcp(upstream),
        settings => settings with
        {
            Selection = settings.Selection with { Queue = queue },
            Backends = settings.Backends.Map(static one => one with { InFlightMax = 1 }).Strict(),
        },
        (upstream, [port]));
}
