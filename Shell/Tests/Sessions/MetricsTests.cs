using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>What the meter tells somebody who listens. Other tests use the same meter meanwhile, so only measurements of this test's own backends are looked at.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Each_attempt_is_counted_under_its_backend_and_outcome()
    {
        await using var origin = TestOrigin.Start();
        using var dead = new DeadPort();
        using var attempts = new Measurements("fairlead.upstream.attempts");
        await using (var proxy = await TestProxy.StartAsync(
            static settings => settings with { Upstreams = settings.Upstreams.Map(static upstream => upstream with { Retry = Resilience.RetrySettings.Off }).Strict() }, [dead.Port, origin.Port]))
        {
            await using var client = await proxy.ConnectAsync();
            for (var i = 0; i < 4; i++)
                await client.GetAsync();
            await proxy.EndedAsync(4);
        }

        Assert.Equal(2, attempts.Sum(("fairlead.backend", origin.Address), ("outcome", "ok")));
        Assert.Equal(2, attempts.Sum(("fairlead.backend", dead.Address), ("outcome", "refused")));
    }

    [Fact]
    public async Task Durations_are_recorded_in_seconds_by_class_of_status()
    {
        await using var origin = TestOrigin.Start();
        using var durations = new Measurements("http.server.request.duration");
        await using (var proxy = await TestProxy.StartAsync(origin))
            Assert.Equal(200, (await proxy.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);

        Assert.True(durations.Sum(("http.response.status_class", "2xx")) is > 0 and < 3600);
        Assert.Equal("s", durations.Unit);
    }

    [Fact]
    public async Task The_bytes_of_a_tunnel_are_counted_and_its_time_is_no_time_of_a_request()
    {
        await using var origin = TestOrigin.Start(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            await exchange.SendAsync(await exchange.ReadAsync(5));
            exchange.Close();
        });
        using var bytes = new Measurements("fairlead.tunnel.io");
        using var tunnels = new Measurements("fairlead.tunnel.duration");
        using var requests = new Measurements("http.server.request.duration");
        await using (var proxy = await TestProxy.StartAsync(origin))
        {
            await using var client = await proxy.ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello");
            await client.HeadAsync();
            Assert.Equal("hello", await client.ToEndAsync());
            client.ShutdownSend();
            await proxy.EndedAsync(1);
        }

        Assert.True(bytes.Sum(("direction", "up")) >= 5);
        Assert.True(bytes.Sum(("direction", "down")) >= 5);
        Assert.True(tunnels.Sum(("outcome", "tunnel-closed-by-backend")) > 0);
        Assert.Equal(0, requests.Sum(("http.response.status_class", "1xx")));
    }
}
