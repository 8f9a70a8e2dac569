using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports;

/// <summary>A socket, TCP or Unix-domain, without any stream in between.</summary>
internal sealed class PlainTransport : Transport
{
    private readonly Socket _socket;
    private readonly SocketOperation _receive = new();
    private readonly SocketOperation _send = new();

    private PlainTransport(Socket socket) => _socket = socket;

    public static PlainTransport Of(Socket socket) => new(socket);

    public override (IPAddress Address, int Port)? OwnEnd
    {
        get
        {
            try
            {
                return _socket.LocalEndPoint is IPEndPoint own ? (own.Address.IsIPv4MappedToIPv6 ? own.Address.MapToIPv4() : own.Address, own.Port) : null;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;                                         // gone already
            }
        }
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _receive.ReceiveAsync(_socket, buffer);

    public override ValueTask<int> WaitToReceiveAsync() => _receive.ReceiveAsync(_socket, Memory<byte>.Empty);   // which completes when a byte is there

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) =>
        _send.TrySend(_socket, bytes, out var count) && (count == bytes.Length || count <= 0)
            ? new ValueTask<bool>(count == bytes.Length)
            : SendRestAsync(count, bytes);

    public override ValueTask ShutdownSendAsync()
    {
        Shutdown(_socket, SocketShutdown.Send);
        return default;
    }

    public override void AbortReceive() => Shutdown(_socket, SocketShutdown.Receive);

    public override void Abort() => _socket.Dispose();

    public override void Reset() => Reset(_socket);

    public override void Dispose()
    {
        _socket.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }

    internal static void Shutdown(Socket socket, SocketShutdown side)
    {
        try
        {
            socket.Shutdown(side);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already: there is nothing left to shut down.
        }
    }

    /// <summary>Closing with no time to linger sends RST instead of FIN.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already, or no TCP.
        }

        socket.Dispose();
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<bool> SendRestAsync(int count, ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            if (count <= 0)
                count = await _send.Pending.ConfigureAwait(false);
            if (count <= 0)
                return false;
            bytes = bytes[count..];
            if (bytes.IsEmpty)
                return true;
            if (_send.TrySend(_socket, bytes, out count) && count <= 0)
                return false;
        }
    }
}
