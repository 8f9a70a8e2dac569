using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Benchmarks.Soak;

/// <summary>What a slow client does a byte of a second.</summary>
internal enum SlowKind
{
    /// <summary>Sends a request head.</summary>
    Head = 0,

    /// <summary>Sends a request body.</summary>
    Body,

    /// <summary>Takes a response.</summary>
    Response,
}

/// <summary>One slow client, and when the proxy let it go.</summary>
internal sealed class SlowClient(SlowKind kind, Socket socket)
{
    public SlowKind Kind => kind;

    public Socket Socket => socket;

    /// <summary>When its last step towards being slow was made: its deadline counts from here.</summary>
    public TimeSpan Began { get; set; }

    public TimeSpan? Gone { get; set; }

    /// <summary>What it was told.</summary>
    public string Told { get; set; } = "";
}

/// <summary>
/// Connections that drip a byte a second: half of them request heads, a quarter bodies, a quarter take a big response. Whether one is gone is asked of the kernel (the TCP state),
/// for a client that takes a byte a second would see the end of its connection only after all that came before it.
/// </summary>
internal sealed class SlowCrowd : IAsyncDisposable
{
    private const int TcpInfo = 11;                 // TCP_INFO of tcp(7), whose first byte is the state
    private const byte Established = 1;

    /// <summary>So that the response waits at the proxy, not in the kernel of the client.</summary>
    private const int ReceiveBytes = 4096;

    private static readonly TimeSpan DripEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<SlowClient> _clients = [];
    private Task _dripping = Task.CompletedTask;

    public IReadOnlyList<SlowClient> Clients => _clients;

    /// <summary>Since the first connected; the clients' times are of this clock.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    public int Here => _clients.Count(static client => client.Gone is null);

    /// <summary>All are served once before the first is slow: the time for a first head begins with its connection, and two thousand take long to come on a busy machine.</summary>
    public static async Task<SlowCrowd> ConnectAsync(int port, int count)
    {
        var crowd = new SlowCrowd();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var kind = (i % 4) switch { 0 or 1 => SlowKind.Head, 2 => SlowKind.Body, _ => SlowKind.Response };
            if (kind == SlowKind.Response)
                socket.ReceiveBufferSize = ReceiveBytes;
            crowd._clients.Add(new SlowClient(kind, socket));
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await AskAsync(socket);
        }

        foreach (var client in crowd._clients)
        {
            client.Socket.Blocking = false;
            client.Socket.Send(client.Kind switch
            {
                SlowKind.Head => "GET / HTTP/1.1\r\nHost: a.test\r\nX: "u8,
                SlowKind.Body => "POST /count HTTP/1.1\r\nHost: slow.test\r\nContent-Length: 1000000\r\n\r\n"u8,
                _ => "GET /big HTTP/1.1\r\nHost: slow.test\r\n\r\n"u8,
            });
            client.Began = crowd._clock.Elapsed;
        }

        crowd._dripping = Task.Run(crowd.DripAsync);
        return crowd;
    }

    private static async Task AskAsync(Socket socket)
    {
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8.ToArray());
        var received = new byte[1024];
        var count = 0;
        while (!received.AsSpan(0, count).EndsWith("hello\n"u8))
        {
            var more = await socket.ReceiveAsync(received.AsMemory(count));
            count += more > 0 ? more : throw new InvalidOperationException("closed without an answer: " + Encoding.Latin1.GetString(received, 0, count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _dripping;
        foreach (var client in _clients)
            client.Socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>Every client in turn, spread over the second, so that the drips come as they would from as many machines.</summary>
    private async Task DripAsync()
    {
        const int Steps = 20;
        using var pace = new PeriodicTimer(DripEvery / Steps);
        try
        {
            for (var step = 0; await pace.WaitForNextTickAsync(_stop.Token); step = (step + 1) % Steps)
            {
                for (var i = step; i < _clients.Count; i += Steps)
                    Drip(_clients[i]);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private void Drip(SlowClient client)
    {
        if (client.Gone is not null)
            return;
        var received = new byte[1024];
        try
        {
            if (!IsConnected(client.Socket))
            {
                client.Gone = _clock.Elapsed;
                if (client.Kind != SlowKind.Response)
                    client.Told = Encoding.Latin1.GetString(received, 0, client.Socket.Receive(received));
            }
            else if (client.Kind != SlowKind.Response)
            {
                client.Socket.Send("x"u8);
            }
            else if (client.Socket.Available > 0)
            {
                client.Socket.Receive(received, 0, 1, SocketFlags.None);
            }
        }
        catch (SocketException)
        {
            client.Gone ??= _clock.Elapsed;
        }
    }

    /// <summary>What the kernel says, which also knows of an end that comes after bytes not yet received.</summary>
    public static bool IsConnected(Socket socket)
    {
        Span<byte> state = stackalloc byte[1];
        socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, state);
        return state[0] == Established;
    }
}
