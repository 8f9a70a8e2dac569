using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// A transport as the stream that <see cref="System.Net.Security.SslStream"/> wants under it. Asynchronous only; owned by whoever owns the transport. A read waits outside its reader's turn.
/// </summary>
internal sealed class TransportStream(Transport transport) : Stream
{
    private int _turn;
    private bool _hasTurns;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
            return ReadWithinAsync(buffer, cancellationToken);
        if (_hasTurns)
            EndTurn();
        var receive = BeginRead(buffer);
        if (!receive.IsCompletedSuccessfully)
            return ReadAsync(receive, isWait: buffer.IsEmpty);
        var count = receive.Result;
        if (count > 0 && _hasTurns)
            BeginTurn();
        return count > 0 ? new ValueTask<int>(count) : ReadAsync(new ValueTask<int>(count), isWait: buffer.IsEmpty);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.CanBeCanceled ? WriteWithinAsync(buffer, cancellationToken) : WriteAsync(transport.SendAsync(buffer));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>
    /// Waits until nobody else is at what is above this stream. A turn lasts for the work on a record, not for the wait for one, so this is no longer. The first one is after the
    /// handshake, of which one side does everything.
    /// </summary>
    public void BeginTurn()
    {
        _hasTurns = true;
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _turn, 1, 0) != 0)
            spin.SpinOnce();
    }

    /// <summary>Ends what <see cref="BeginTurn"/> began.</summary>
    public void EndTurn() => Volatile.Write(ref _turn, 0);

    /// <summary>An empty buffer asks to be told when there is something to read.</summary>
    private ValueTask<int> BeginRead(Memory<byte> buffer) => buffer.IsEmpty ? transport.WaitToReceiveAsync() : transport.ReceiveAsync(buffer);

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(ValueTask<int> receive, bool isWait)
    {
        int count;
        try
        {
            count = await receive.ConfigureAwait(false);
        }
        finally
        {
            if (_hasTurns)
                BeginTurn();
        }

        if (count == 0 && !isWait)
            transport.HasEnded = true;
        return count >= 0 ? count : throw Broken();
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private static async ValueTask WriteAsync(ValueTask<bool> send)
    {
        if (!await send.ConfigureAwait(false))
            throw Broken();
    }

    private async ValueTask<int> ReadWithinAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static one => ((Transport)one!).Abort(), transport);
        var count = await BeginRead(buffer).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return count >= 0 ? count : throw Broken();
    }

    private async ValueTask WriteWithinAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static one => ((Transport)one!).Abort(), transport);
        var isSent = await transport.SendAsync(buffer).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        if (!isSent)
            throw Broken();
    }

    private static IOException Broken() => new("the connection broke");
}
