using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>A request body may still be on its way when its exchange is through with the backend: what is sent must not end up in another connection.</summary>
public sealed class HeldConnectionTests
{
    [Fact]
    public async Task A_closed_connection_is_released_when_nobody_sends_to_it_any_more()
    {
        var pool = new UpstreamPools(new DeadlineSweeper(static bug => throw bug)).Of(new HttpPeer(new BackendAddress.Ip(IPAddress.Loopback, 80)));
        var transport = new SilentTransport();
        var connection = new UpstreamConnection(transport, pool);
        pool.Opened();
        connection.ArmOwned();
        connection.Hold();

        await connection.CloseAsync();
        Assert.Equal((true, false, 1), (transport.IsAborted, transport.IsDisposed, pool.Open));

        connection.LetGo();
        Assert.Equal((true, 0), (transport.IsDisposed, pool.Open));
    }

    [Fact]
    public async Task Bodies_of_requests_answered_early_reach_nobody_else()
    {
        const int lanes = 16;
        const int requests = 25;
        var foreign = new ConcurrentQueue<string>();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            var own = (byte)exchange.Request["X-Own"]![0];
            var body = await exchange.ReadAsync(50_000);
            if (body.Any(one => one != own))
                foreign.Enqueue($"{(char)own}: {Encoding.Latin1.GetString(body.Where(one => one != own).Take(20).ToArray())}");
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{(char)own}");
            exchange.Close();
        });
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), origin);

        await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => Task.Run(async () =>
        {
            var own = (char)('A' + lane);
            var body = Encoding.Latin1.GetBytes(new string(own, 200_000));   // short enough to be read away: an answer is not lost to a reset
            for (var i = 0; i < requests; i++)
            {
                await using var client = await proxy.ConnectAsync();
                await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.test\r\nX-Own: {own}\r\nContent-Length: {body.Length}\r\n\r\n");
                var sending = client.SendAsync(body);
                Assert.Equal(own.ToString(), (await client.ResponseAsync()).Text);
                await sending.ContinueWith(static _ => { }, TaskContinuationOptions.ExecuteSynchronously);
            }
        })));

        Assert.Empty(foreign);
    }

    /// <summary>Never receives; tells what was done to it.</summary>
    private sealed class SilentTransport : Transport
    {
        private readonly TaskCompletionSource<int> _receiving = new();

        public bool IsAborted { get; private set; }

        public bool IsDisposed { get; private set; }

        public override ValueTask<int> ReceiveAsync(System.Memory<byte> buffer) => new(_receiving.Task);

        public override ValueTask<int> WaitToReceiveAsync() => new(_receiving.Task);

        public override ValueTask<bool> SendAsync(System.ReadOnlyMemory<byte> bytes) => new(!IsAborted);

        public override ValueTask ShutdownSendAsync() => default;

        public override void AbortReceive() => Abort();

        public override void Abort()
        {
            IsAborted = true;
            _receiving.TrySetResult(Broken);
        }

        public override void Reset() => Abort();

        public override void Dispose() => IsDisposed = true;
    }
}
