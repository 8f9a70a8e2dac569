using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// One direction of a socket as a reusable, allocation-free awaitable: the result is the number of bytes, or -1 for any error. Completions run inline on the thread that
/// polls the sockets (see <see cref="Server"/>), so whoever awaits must not block.
/// </summary>
internal sealed class SocketOperation : SocketAsyncEventArgs, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _source;

    public SocketOperation()
        : base(true)                                                // no ExecutionContext flows through: nothing on the request path reads one
    {
    }

    public ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        _source.Reset();
        try
        {
            SetBuffer(buffer);
            return socket.ReceiveAsync(this) ? new ValueTask<int>(this, _source.Version) : new ValueTask<int>(Result);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<int>(Transport.Broken);             // aborted by another thread just before
        }
    }

    /// <summary>Sends what fits into the socket: true when that is done, false when it is <see cref="Pending"/>. The caller goes on with the rest.</summary>
    public bool TrySend(Socket socket, ReadOnlyMemory<byte> bytes, out int count)
    {
        _source.Reset();
        count = Transport.Broken;
        try
        {
            SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes));
            if (socket.SendAsync(this))
                return false;
            count = Result;
            return true;
        }
        catch (ObjectDisposedException)                             // a request body may still flow to a backend that was given up
        {
            return true;
        }
    }

    /// <summary>The end of the operation that was begun last.</summary>
    public ValueTask<int> Pending => new(this, _source.Version);

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(Result);

    private int Result => SocketError == SocketError.Success ? BytesTransferred : Transport.Broken;
}
