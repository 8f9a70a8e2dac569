using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Fuzz;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>What an origin sends for a request, and whether it closes after it.</summary>
internal sealed record Scripted(string Bytes, bool Closes);

/// <summary>
/// A backend that reads as strictly as RFC 9112 lets it, with no code of the proxy's: what it records is what any backend would understand. A byte that is no request is kept as
/// <see cref="Nonsense"/>.
/// </summary>
internal sealed class RecordingOrigin : IAsyncDisposable
{
    private readonly Socket _listener = Ports.Bind();
    private readonly ConcurrentQueue<(StrictMessage Request, int Connection)> _seen = new();
    private readonly ConcurrentQueue<string> _nonsense = new();
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly Task _accepting;
    private int _connections;

    public RecordingOrigin()
    {
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public IReadOnlyList<(StrictMessage Request, int Connection)> Seen => [.. _seen];

    public IReadOnlyList<string> Nonsense => [.. _nonsense];

    /// <summary>What <c>/case</c> gets; anything else gets a plain 200.</summary>
    public Scripted Script { get; set; } = new("", true);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var socket in _open)
            socket.Dispose();
        await _accepting.Within(what: "the origin to stop");
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                _open.Add(socket);
                serving.Add(ServeAsync(socket, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        try
        {
            await ReadAsync(socket, number);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side is gone, or we were stopped: what was received is kept.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task ReadAsync(Socket socket, int number)
    {
        var (text, at, buffer, continued) = ("", 0, new byte[16 * 1024], -1);
        while (await socket.ReceiveAsync(buffer) is var count and > 0)
        {
            text += Encoding.Latin1.GetString(buffer.AsSpan(0, count));
            while (at < text.Length)
            {
                var (found, message) = StrictReader.Request(text, at);
                if (found == Found.Wrong)
                {
                    _nonsense.Enqueue(text[at..]);
                    return;
                }

                if (found == Found.Head && continued != at && message!.All("Expect").Length > 0)
                {
                    continued = at;
                    await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
                }

                if (found != Found.Message)
                    break;
                _seen.Enqueue((message!, number));
                at = message!.End;
                var answer = message.Target == "/case" ? Script : new Scripted("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (message.Method == "HEAD" ? "" : "ok"), false);
                await socket.SendAsync(Encoding.Latin1.GetBytes(answer.Bytes));
                if (answer.Closes)
                    return;
            }
        }
    }
}
