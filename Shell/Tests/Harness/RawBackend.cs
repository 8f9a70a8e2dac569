using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A server that speaks nothing by itself.</summary>
internal sealed class RawBackend : IDisposable
{
    private readonly Socket _listener = Ports.Bind();

    public RawBackend() => _listener.Listen();

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Task<Socket> AcceptAsync() => _listener.AcceptAsync().Within(what: "a connection");

    public void Dispose() => _listener.Dispose();

    /// <summary>Sends all of a text.</summary>
    public static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    public static async Task SendAndEndAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent)).AsTask().Within(what: "room to send");
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>So many bytes, or fewer when the connection ends before.</summary>
    public static async Task<string> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        var received = 0;
        while (received < count && await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().Within(what: "bytes") is > 0 and var more)
            received += more;
        return Encoding.ASCII.GetString(bytes, 0, received);
    }

    public static async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        var all = new System.IO.MemoryStream();
        var bytes = new byte[64 * 1024];
        while (await socket.ReceiveAsync(bytes).Within(what: "bytes") is > 0 and var count)
            all.Write(bytes, 0, count);
        return all.ToArray();
    }
}
