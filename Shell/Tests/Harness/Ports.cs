using System;
using System.Collections.Generic;
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

/// <summary>A port where connecting takes for ever: its accept queue is full and nobody accepts, so Linux drops the SYN.</summary>
internal sealed class SilentPort : IDisposable
{
    private readonly Socket _listener = Ports.Bind();
    private readonly List<Socket> _queued = [];

    private SilentPort() => _listener.Listen(0);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static async Task<SilentPort> OpenAsync()
    {
        var silent = new SilentPort();
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            silent._queued.Add(socket);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
            try
            {
                await socket.ConnectAsync(silent._listener.LocalEndPoint!, limit.Token);
            }
            catch (OperationCanceledException)
            {
                return silent;
            }
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _queued)
            socket.Dispose();
    }
}
