using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using static Fairlead.Shell.Tests.Relay.Upgrading;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>How a tunnel that was granted lives, and what ends it.</summary>
public sealed class TunnelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_side_breaks_the_other(bool byClient)
    {
        var broken = new TaskCompletionSource<bool>();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted);
            await exchange.ReadAsync(1);
            if (!byClient)
                exchange.Reset();
            broken.SetResult(byClient && await BreaksAsync(() => exchange.ToEndAsync()));
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        await client.SendAsync("x");
        if (byClient)
            client.Reset();
        else
            Assert.True(await BreaksAsync(() => client.ToEndAsync()));

        Assert.Equal(byClient, await broken.Task.Within());
        Assert.Equal(byClient ? Outcome.TunnelBrokenByClient : Outcome.TunnelBrokenByBackend, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_tunnel_in_which_nothing_moves_is_cut_off()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(static settings => WithTimeouts(settings, static timeouts => timeouts with { TunnelIdle = TimeSpan.FromMilliseconds(150) }), origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);

        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Equal(Outcome.TunnelIdle, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_tunnel_ends_after_its_time_however_busy_it_is()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(
            static settings => WithTimeouts(settings, static timeouts => timeouts with { TunnelTotal = TimeSpan.FromSeconds(3), Total = TimeSpan.FromSeconds(2) }), origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        Assert.True(await BreaksAsync(async () =>
        {
            while (true)
            {
                await client.SendAsync("ping");
                await client.ExactlyAsync(4);
            }
        }));

        Assert.Equal(Outcome.TunnelTimeout, (await proxy.EndedAsync(1))[0].Outcome);   // the deadline of an exchange does not hold for a tunnel
    }

    [Fact]
    public async Task A_reader_that_stops_stops_the_other_side_and_gets_everything_in_the_end()
    {
        const int blockBytes = 256 * 1024;
        const int blocks = 400;
        var block = new byte[blockBytes];
        new Random(17).NextBytes(block);
        var sent = 0;
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(Granted);
            for (; sent < blocks; sent++)
                await exchange.SendAsync(block);
            exchange.Close();
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await UpgradeAsync(client);
        var (before, same) = (-1, 0);
        await Eventually.True(() =>
        {
            var now = Volatile.Read(ref sent);
            same = now == before && now > 0 ? same + 1 : 0;
            before = now;
            return same == 10;
        }, "the backend to be stopped");

        Assert.InRange(Volatile.Read(ref sent), 1, blocks / 2);      // the rest of it can only be in the kernel's buffers
        for (var i = 0; i < blocks; i++)
        {
            var received = await client.ExactlyAsync(blockBytes);
            Assert.True(received.AsSpan().SequenceEqual(block), $"block {i} is another one");
        }

        Assert.Equal("", await client.ToEndAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_real_web_socket_works_over_plain_and_TLS(bool isTls)
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost", "127.0.0.1");
        await using var origin = TestOrigin.Start(WebSocketEchoAsync, isTls ? certificate : null);
        await using var proxy = await TestProxy.StartAsync(settings => isTls ? WithTls(settings, certificates, certificate) : settings, origin);
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Certificate.GetCertHashString();

        await socket.ConnectAsync(new Uri($"{(isTls ? "wss" : "ws")}://127.0.0.1:{proxy.Port}/chat"), limit.Token);
        var message = new byte[1 << 20];
        new Random(17).NextBytes(message);
        var sending = socket.SendAsync(message, WebSocketMessageType.Binary, true, limit.Token);
        var received = await ReceiveMessageAsync(socket, limit.Token);
        await sending;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", limit.Token);

        Assert.Equal(message, received);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
        var ended = (await proxy.EndedAsync(1))[0];
        Assert.Equal(101, ended.Status);
        Assert.Contains(ended.Outcome, new[] { Outcome.TunnelClosedByBackend, Outcome.TunnelClosedByClient });
    }

    [Fact]
    public async Task A_tunnel_survives_a_reload_and_a_drain_waits_for_it()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await UpgradeAsync(client);

        var port = proxy.Port;
        proxy.Reload(WithUpgrades(TestProxy.Settings([origin.Port])));
        var stopping = proxy.DrainAsync();
        await Eventually.True(async () => !await AcceptsAsync(port), "the listener to close");
        await client.SendAsync("ping");
        Assert.Equal("ping", Text(await client.ExactlyAsync(4)));
        Assert.False(stopping.IsCompleted);
        client.ShutdownSend();

        Assert.Equal("", await client.ToEndAsync());
        Assert.Equal(0, await stopping.Within());
    }

    [Fact]
    public async Task A_tunnel_that_does_not_end_is_cut_off_at_the_drain_limit()
    {
        await using var origin = TestOrigin.Start(Echo);
        await using var proxy = await TestProxy.StartAsync(static settings => settings with { DrainLimit = TimeSpan.FromMilliseconds(100) }, origin);
        await using var client = await proxy.ConnectAsync();
        await UpgradeAsync(client);

        Assert.Equal(4, await proxy.DrainAsync().Within());
        Assert.True(await client.IsClosedByPeerAsync());
    }
}
