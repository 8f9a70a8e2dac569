using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>Where CONNECT leads: a listener that sends back what comes, and ends when its peer does.</summary>
internal sealed class EchoTarget : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fairlead-echo-{Guid.NewGuid():N}.sock");
    private readonly StringBuilder _received = new();
    private readonly Lock _gate = new();

    public EchoTarget()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _ = AcceptAsync();                                           // ends with the listener
    }

    public BackendAddress Address => new BackendAddress.UnixPath(_path);

    /// <summary>All that came since it was asked last.</summary>
    public string Take()
    {
        lock (_gate)
        {
            var taken = _received.ToString();
            _received.Clear();
            return taken;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = EchoAsync(await _listener.AcceptAsync());        // ends with its connection
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        using var connection = socket;
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var count)
            {
                lock (_gate)
                    _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
                for (var sent = 0; sent < count;)
                    sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (SocketException)
        {
            // The proxy broke it off.
        }
    }
}
