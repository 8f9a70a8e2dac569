using System;
using System.Net;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Transports;

/// <summary>A transport of which something was received already: that comes first.</summary>
internal sealed class ReplayTransport(Transport inner, byte[] received) : Transport
{
    private int _given;

    public override string? ServerName => inner.ServerName;

    public override (IPAddress Address, int Port)? OwnEnd => inner.OwnEnd;

    public override bool HasHungUp => inner.HasHungUp;

    public override bool HasEndedSending => inner.HasEndedSending;

    public override Action? HungUp
    {
        set => inner.HungUp = value;
    }

    public override ValueTask<int> WaitToReceiveAsync() => _given < received.Length ? new ValueTask<int>(0) : inner.WaitToReceiveAsync();

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, received.Length - _given);
        if (count == 0)
            return inner.ReceiveAsync(buffer);
        received.AsSpan(_given, count).CopyTo(buffer.Span);
        _given += count;
        return new ValueTask<int>(count);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => inner.SendAsync(bytes);

    public override ValueTask ShutdownSendAsync() => inner.ShutdownSendAsync();

    public override ValueTask NotifyCloseAsync() => inner.NotifyCloseAsync();

    public override void AbortReceive() => inner.AbortReceive();

    public override void Abort() => inner.Abort();

    public override void Reset() => inner.Reset();

    public override void Dispose() => inner.Dispose();
}
