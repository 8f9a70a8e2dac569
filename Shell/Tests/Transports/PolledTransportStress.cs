using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Proxy.Transports.Linux;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Transports;

/// <summary>
/// Many connections at once with both ends ours, each carrying its own bytes both ways in pieces at random moments, cut off and closed at random moments: nobody waits for ever, and nobody
/// gets anything but the beginning of what was sent to it. Longer with <c>FAIRLEAD_STRESS_SECONDS</c>; another course with <c>FAIRLEAD_STRESS_SEED</c>.
/// </summary>
public sealed class PolledTransportStress
{
    private const int Lanes = 48;

    private readonly int _seed = (int)Variable.Number("FAIRLEAD_STRESS_SEED", 20_261_124);
    private readonly ConcurrentQueue<string> _wrong = new();
    private int _orderly;
    private int _cut;
    private int _cancelled;

    /// <summary>Whether each way to end was gone often enough to have said something: a busy machine takes longer than the time that is given.</summary>
    private bool IsEnough => Volatile.Read(ref _orderly) > Lanes && Volatile.Read(ref _cut) > Lanes && Volatile.Read(ref _cancelled) > 0;

    /// <summary>How one connection goes: the same at both ends, from its number alone, which the client sends first.</summary>
    private sealed record Plan(int Number, bool IsOrderly, int BytesUp, int BytesDown)
    {
        public static Plan Of(int number)
        {
            var random = new Random(number);
            int Bytes() => random.Next(8) switch { 0 => 0, 1 => random.Next(600_000), _ => random.Next(400) };
            return new Plan(number, random.Next(3) > 0, Bytes(), Bytes());
        }

        public byte At(int offset, bool isUp) => (byte)((Number * 31) + (offset * 7) + (offset >> 8) + (isUp ? 1 : 128));
    }

    [Fact]
    public async Task Every_connection_ends_and_carries_its_own_bytes()
    {
        using var listener = Ports.Bind();
        listener.Listen(Lanes);
        var served = new ConcurrentBag<Task>();
        var polled = PolledListener.Start(listener, new ConnectionGate(static () => int.MaxValue), accepted => served.Add(ServeAsync(accepted.Transport)), static () => { }, static () => { });
        var end = Environment.TickCount64 + (1000L * Variable.Number("FAIRLEAD_STRESS_SECONDS", 3));
        var at = (IPEndPoint)listener.LocalEndPoint!;

        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => LaneAsync(lane, at, end)))).Within(TimeSpan.FromMilliseconds(end - Environment.TickCount64) + Deadlines.Patience, $"all clients to end, each way often enough (seed {_seed})");
        await Task.WhenAll(served).Within(what: $"all servers to end (seed {_seed})");
        polled.Stop();
        await polled.Ended.Within(what: "the listener to stop");

        Assert.True(_wrong.IsEmpty, $"seed {_seed}: {string.Join("; ", _wrong.Take(5))}");
    }

    private async Task LaneAsync(int lane, IPEndPoint at, long end)
    {
        var random = new Random(_seed + lane);
        for (var turn = 0; Environment.TickCount64 < end || (!IsEnough && _wrong.IsEmpty); turn++)
        {
            using var cancel = new CancellationTokenSource();
            var cancelling = random.Next(8) == 0 ? cancel.CancelAsync() : Task.CompletedTask;
            try
            {
                var (transport, error) = await PolledTransport.ConnectAsync(at, isProbe: false, cancel.Token);
                if (transport is null)
                    _wrong.Enqueue($"connect failed with {error}");
                else
                    await TalkAsync(transport, Plan.Of((lane << 20) | (turn & 0xFFFFF)), random, isClient: true);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _cancelled);
            }

            await cancelling;
        }
    }

    private async Task ServeAsync(Transport transport)
    {
        var number = new byte[4];
        for (var got = 0; got < number.Length;)
        {
            var count = await transport.ReceiveAsync(number.AsMemory(got));
            if (count <= 0)
            {
                transport.Dispose();                                 // cut off, or cancelled, before it said anything
                return;
            }

            got += count;
        }

        var plan = Plan.Of(BitConverter.ToInt32(number));
        await TalkAsync(transport, plan, new Random(plan.Number + 1), isClient: false);
    }

    private async Task TalkAsync(Transport transport, Plan plan, Random random, bool isClient)
    {
        var greeted = !isClient || await transport.SendAsync(BitConverter.GetBytes(plan.Number));
        var (toSend, toReceive) = isClient ? (plan.BytesUp, plan.BytesDown) : (plan.BytesDown, plan.BytesUp);
        var sending = Task.Run(() => SendAsync(transport, plan, toSend, isClient, new Random(random.Next())));
        var receiving = Task.Run(() => ReceiveAsync(transport, plan, toReceive, !isClient, new Random(random.Next())));
        if (!plan.IsOrderly && random.Next(2) == 0)
            await CutAsync(transport, random);
        var (isSent, received) = (await sending, await receiving);
        if (plan.IsOrderly && !(greeted && isSent && received == toReceive))
            _wrong.Enqueue($"{plan}: {(isClient ? "client" : "server")} sent {isSent}, received {received}");
        Interlocked.Increment(ref plan.IsOrderly ? ref _orderly : ref _cut);
        transport.Dispose();
    }

    private static async Task CutAsync(Transport transport, Random random)
    {
        for (var pauses = random.Next(40); pauses > 0; pauses--)
            await Task.Yield();
        switch (random.Next(3))
        {
            case 0:
                transport.Abort();
                break;
            case 1:
                transport.Reset();
                break;
            default:
                transport.AbortReceive();
                break;
        }
    }

    private static async Task<bool> SendAsync(Transport transport, Plan plan, int length, bool isUp, Random random)
    {
        var all = new byte[length];
        for (var i = 0; i < length; i++)
            all[i] = plan.At(i, isUp);
        for (var sent = 0; sent < length;)
        {
            var piece = Math.Min(length - sent, length > 1000 ? random.Next(1, 100_000) : random.Next(1, 40));
            if (!await transport.SendAsync(all.AsMemory(sent, piece)))
                return false;
            sent += piece;
            for (var pauses = random.Next(4); pauses > 0; pauses--)
                await Task.Yield();
        }

        await transport.ShutdownSendAsync();
        return true;
    }

    /// <summary>In each of the ways there are, to the end; the number of bytes.</summary>
    private async Task<int> ReceiveAsync(Transport transport, Plan plan, int expected, bool isUp, Random random)
    {
        var buffer = new ReceiveBuffer();
        var received = 0;
        while (true)
        {
            int count;
            switch (random.Next(3))
            {
                case 0:
                    count = await transport.ReceiveLateAsync(buffer, random.Next(1, 5000));
                    break;
                case 1:
                    await transport.WaitToReceiveAsync();
                    goto default;
                default:
                    buffer.MakeRoom(random.Next(1, 200));
                    count = await transport.ReceiveAsync(buffer.Free);
                    break;
            }

            if (count <= 0)
            {
                buffer.Release();
                return received;
            }

            buffer.Received(count);
            for (var i = 0; i < count; i++)
            {
                if (received + i >= expected || buffer.Unread[i] != plan.At(received + i, isUp))
                {
                    _wrong.Enqueue($"{plan}: another byte at {received + i}");
                    transport.Abort();
                    break;
                }
            }

            received += count;
            buffer.Consume(count);
            buffer.GiveBack();
        }
    }
}
