using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Benchmarks.Soak;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Slow clients by the thousand; whether a fast one is slowed by a tenth is measured at night (Shell/Benchmarks, slow-clients), where it is quiet.</summary>
public sealed class SlowStory
{
    [Fact]
    public async Task Two_thousand_that_drip_hold_nobody_up_and_are_gone_at_their_deadlines()
    {
        var result = await SlowRun.MeasureAsync(deadline: TimeSpan.FromSeconds(8));

        Assert.Empty(SlowRun.Faults(result, lateMax: TimeSpan.FromSeconds(20), fillMax: TimeSpan.FromSeconds(60)));
        Assert.NotEmpty(result.Ratios);                              // the fast client was answered while all of them were there
        Assert.InRange(result.LongestWait, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_reset_so_that_its_answer_does_not_stay_in_the_kernel()
    {
        var big = new byte[16 * 1024 * 1024];
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync(FormattableString.Invariant($"HTTP/1.1 200 OK\r\nContent-Length: {big.Length}\r\n\r\n"));
            await exchange.SendAsync(big);
        });
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings with { ClientTimeouts = settings.ClientTimeouts with { WriteStall = TimeSpan.FromMilliseconds(300) } }, origin);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        client.Send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8);

        Assert.Equal(Outcome.ClientWriteTimeout, (await proxy.EndedAsync(1)).Single().Outcome);
        await Eventually.True(() => !SlowCrowd.IsConnected(client), "the reset to come, which does not queue behind what was sent");
    }
}
