using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>
/// Ports for tests. They lie below the range from which Linux takes source ports (32768), so that a connection somewhere cannot take one away while a backend is down.
/// </summary>
internal static class Ports
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _next = Environment.ProcessId * 97 % Count;

    /// <summary>A socket bound to a port of its own; it does not listen.</summary>
    public static Socket Bind()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (TryBind(port) is { } socket)
                return socket;
        }

        throw new InvalidOperationException("a thousand ports in a row are taken");
    }

    /// <summary>A socket bound to that port.</summary>
    public static Socket Bind(int port) => TryBind(port) ?? throw new InvalidOperationException($"port {port} is taken");

    private static Socket? TryBind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}

/// <summary>A port where connections are refused: bound, so that nobody else gets it, but not listening. <see cref="Release"/> it to start a backend there.</summary>
internal sealed class DeadPort : IDisposable
{
    private readonly Socket _socket = Ports.Bind();

    /// <summary>A port for somebody else to listen on, for which no other test of this process will ask.</summary>
    public static int Free()
    {
        using var dead = new DeadPort();
        return dead.Port;
    }

    public int Port => field == 0 ? field = ((IPEndPoint)_socket.LocalEndPoint!).Port : field;

    public string Address => $"127.0.0.1:{Port}";

    public int Release()
    {
        var port = Port;
        _socket.Dispose();
        return port;
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>A port where connecting takes for ever: its accept queue is full and nobody accepts, so Linux drops the SYN. The shortest queue holds one connection.</summary>
internal sealed class SilentPort : IDisposable
{
    private readonly Socket _listener = Ports.Bind();
    private readonly Socket _queued = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private SilentPort() => _listener.Listen(0);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static async Task<SilentPort> OpenAsync()
    {
        var silent = new SilentPort();
        await silent._queued.ConnectAsync(silent._listener.LocalEndPoint!).Within(what: "the queue to be full");
        return silent;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _queued.Dispose();
    }
}
