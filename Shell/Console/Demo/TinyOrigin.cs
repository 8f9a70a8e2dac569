using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Console.Demo;

/// <summary>
/// An HTTP/1.1 origin for the demo and nothing else: answers GET and HEAD on loopback with its name, keeps connections alive, and refuses everything else with 405
/// and a close (so it never has to read a body).
/// </summary>
internal sealed class TinyOrigin : IAsyncDisposable
{
    private const int HeadBytesMax = 16 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly byte[] _body;

    private TinyOrigin(string name)
    {
        Name = name;
        _body = Encoding.ASCII.GetBytes($"Hello from {name}\n");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = _listener.LocalEndPoint!.ToString()!;
        _accepting = AcceptAsync();
    }

    public string Name { get; }

    public string Address { get; }

    public static TinyOrigin Start(string name) => new(name);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(client, _stop.Token);                // ends by itself: every failure inside closes the connection, and stopping cancels the read
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One connection was lost before it was accepted, or we are stopping: the loop's condition tells.
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        using (client)
        {
            client.NoDelay = true;
            var buffer = new byte[HeadBytesMax];
            var filled = 0;
            try
            {
                while (true)
                {
                    var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                    if (end < 0)
                    {
                        var read = filled < buffer.Length ? await client.ReceiveAsync(buffer.AsMemory(filled), stop).ConfigureAwait(false) : 0;
                        if (read == 0)
                            return;
                        filled += read;
                        continue;
                    }

                    var (response, keepsOpen) = Answer(buffer.AsSpan(0, end));
                    for (var sent = 0; sent < response.Length;)
                        sent += await client.SendAsync(response.AsMemory(sent), stop).ConfigureAwait(false);
                    if (!keepsOpen)
                        return;
                    buffer.AsSpan((end + 4)..filled).CopyTo(buffer);
                    filled -= end + 4;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The proxy went away, or the demo ends.
            }
        }
    }

    private (byte[] Response, bool KeepsOpen) Answer(ReadOnlySpan<byte> head)
    {
        var isHead = head.StartsWith("HEAD "u8);
        if (!isHead && !head.StartsWith("GET "u8))
            return ("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), false);
        if (HasBody(head))
            return ("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), false);

        var fields = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {_body.Length}\r\nServer: {Name}\r\n\r\n");
        return (isHead ? fields : [.. fields, .. _body], true);
    }

    private static bool HasBody(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head);
        return text.Contains("\r\ntransfer-encoding:", StringComparison.OrdinalIgnoreCase)
               || (text.Contains("\r\ncontent-length:", StringComparison.OrdinalIgnoreCase) && !text.Contains("\r\ncontent-length: 0", StringComparison.OrdinalIgnoreCase));
    }
}
