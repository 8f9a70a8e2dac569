using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Http1;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>A body that nobody wants any more is still read to its end, and not a byte further: the next request begins there.</summary>
public sealed class BodyMoverTests
{
    private const int BodyBytes = 100 * 1024;
    private const string Next = "GET /next";

    [Fact]
    public async Task A_sink_that_breaks_while_the_body_is_discarded_does_not_shift_the_next_head()
    {
        var mover = new BodyMover();
        mover.Out.Rent();
        mover.Begin(new BodyFraming(BodyKind.Length, BodyBytes));
        using var client = new Script(new string('x', BodyBytes - 10), "0123456789" + Next);
        using var backend = new Script { OnSend = () => mover.Discard(BodyBytes) };   // given up while a send is pending
        var buffer = new ReceiveBuffer();

        var end = await mover.MoveAsync(client, buffer, backend, new NoTimers());

        Assert.Equal(BodyEnd.Complete, end);
        Assert.Equal(BodyBytes, mover.Bytes);
        Assert.Equal(Next, Encoding.ASCII.GetString(buffer.Unread));
        mover.Out.Release();
        buffer.Release();
    }

    /// <summary>Receives what it is told to, takes nothing.</summary>
    private sealed class Script(params string[] receives) : Transport
    {
        private readonly Queue<byte[]> _receives = new(Array.ConvertAll(receives, Encoding.ASCII.GetBytes));

        public Action OnSend { get; init; } = static () => { };

        public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            if (!_receives.TryDequeue(out var bytes))
                return new(0);
            bytes.CopyTo(buffer);
            return new(bytes.Length);
        }

        public override ValueTask<int> WaitToReceiveAsync() => new(0);

        public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
        {
            OnSend();
            return new(false);
        }

        public override ValueTask ShutdownSendAsync() => default;

        public override void AbortReceive()
        {
        }

        public override void Abort()
        {
        }

        public override void Reset()
        {
        }

        public override void Dispose()
        {
        }
    }

    private sealed class NoTimers : IBodyTimers
    {
        public void ReceiveBegins()
        {
        }

        public void ReceiveEnds()
        {
        }

        public void SendBegins()
        {
        }

        public void SendEnds()
        {
        }
    }
}
