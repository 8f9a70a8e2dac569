using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy.Transports;
using Fairlead.Proxy.Transports.Linux;

namespace Fairlead.Proxy.Sessions;

/// <summary>A bound listening socket and its accept loop.</summary>
internal sealed class ListenerBinding : IDisposable
{
    /// <summary>Connections the kernel completes while we are busy (nginx: 511; the kernel caps it at net.core.somaxconn).</summary>
    private const int Backlog = 4096;

    /// <summary>Pause after running out of descriptors or memory, so that closing connections can give some back.</summary>
    private static readonly TimeSpan ShortagePause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private Action _stopWaiting = static () => { };
    private readonly bool _ownsFile;
    private readonly CancellationTokenSource _ended = new();
    private PolledListener? _polled;
    private int _isDisposed;

    private ListenerBinding(ListenerAddress address, ServerCertificate? certificate, Socket socket, bool ownsFile)
    {
        _ownsFile = ownsFile;
        Address = address;
        Certificate = certificate;
        _socket = socket;
        BoundTo = address is ListenerAddress.Tcp ? ((IPEndPoint)socket.LocalEndPoint!).ToString() : address.ToString()!;
        DefaultAuthority = address is ListenerAddress.Tcp ? Encoding.ASCII.GetBytes(BoundTo) : "localhost"u8.ToArray();
    }

    public ListenerAddress Address { get; }

    public ServerCertificate? Certificate { get; }

    /// <summary>Whether connections begin with a PROXY header. Before <see cref="AcceptAsync"/>.</summary>
    public ProxyProtocolUse ProxyProtocol { get; set; }

    /// <summary>Who may send one; empty leaves it to the trusted proxies. Before <see cref="AcceptAsync"/>.</summary>
    public IPNetwork[] ProxyProtocolFrom { get; set; } = [];

    /// <summary>Whether a client that sends no more is still answered. Before <see cref="AcceptAsync"/>.</summary>
    public bool ServesHalfClosed { get; set; }

    /// <summary>The connections it has open.</summary>
    public ConnectionGate Gate { get; private set; } = new(static () => int.MaxValue);

    /// <summary>The address in force: with the real port where 0 was asked for.</summary>
    public string BoundTo { get; }

    public EndPoint EndPoint => _socket.LocalEndPoint!;

    /// <summary>The Host of an HTTP/1.0 request that names none.</summary>
    public byte[] DefaultAuthority { get; }

    /// <summary>Binds and listens, unless the process was started with a socket for that address; connections wait in the kernel until <see cref="AcceptAsync"/>.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static ListenerBinding Bind(ListenerAddress address, ServerCertificate? certificate, InheritedSockets? inherited = null)
    {
        if (inherited?.Take(address) is { } taken)
            return Adopt(taken.Socket, taken.OwnsFile, address, certificate);
        var (socket, endPoint) = address switch
        {
            ListenerAddress.Tcp tcp => (new Socket(tcp.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), (EndPoint)new IPEndPoint(tcp.Address, tcp.Port)),
            ListenerAddress.Unix unix => (new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(unix.Path)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        try
        {
            if (address is ListenerAddress.Tcp { Address.AddressFamily: AddressFamily.InterNetworkV6 } six)
                socket.DualMode = six.Address.Equals(IPAddress.IPv6Any);
            if (address is ListenerAddress.Unix path)
                RemoveStale(path.Path);
            socket.Bind(endPoint);
            if (address is ListenerAddress.Tcp)
                socket.NoDelay = true;                               // Linux hands it on to each connection
            socket.Listen(Backlog);
            if (address is ListenerAddress.Unix bound && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(bound.Path, (UnixFileMode)bound.Mode);
            return new ListenerBinding(address, certificate, socket, ownsFile: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same socket with another certificate or file mode: what waits in the kernel stays there. Both accept until this one is left.</summary>
    /// <exception cref="SocketException">No descriptor is free.</exception>
    public ListenerBinding As(ListenerAddress address, ServerCertificate? certificate)
    {
        var descriptor = Duplicate();
        Syscalls.TryCloseOnExec(descriptor);
        return Adopt(new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)), _ownsFile, address, certificate);
    }

    /// <summary>Whether the file of a Unix-domain socket is ours to delete.</summary>
    public bool OwnsFile => _ownsFile;

    /// <summary>A number for the socket that a program started from here gets too; the caller closes it.</summary>
    /// <exception cref="SocketException">No descriptor is free.</exception>
    public int Duplicate()
    {
        var descriptor = OperatingSystem.IsLinux() ? Syscalls.Duplicate((int)_socket.SafeHandle.DangerousGetHandle()) : -1;
        return descriptor >= 0 ? descriptor : throw new SocketException((int)SocketError.OperationNotSupported);
    }

    private static ListenerBinding Adopt(Socket socket, bool ownsFile, ListenerAddress address, ServerCertificate? certificate)
    {
        try
        {
            if (address is ListenerAddress.Tcp)
                socket.NoDelay = true;
            socket.Listen(Backlog);                                  // systemd may have asked for fewer
            if (ownsFile && address is ListenerAddress.Unix unix && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(unix.Path, (UnixFileMode)unix.Mode);
            return new ListenerBinding(address, certificate, socket, ownsFile);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts until disposed. <paramref name="serve"/> starts a session and returns at once.</summary>
    public Task AcceptAsync(Action<ListenerBinding, Accepted> serve, ServiceRuntime runtime)
    {
        Gate = new ConnectionGate(() => runtime.Options.ConnectionsMax);
        if (!PlainConnection.IsPolled)
            return AcceptOneByOneAsync(serve, runtime);
        _polled = PolledListener.Start(_socket, Gate, accepted => Serve(serve, accepted), runtime.Metrics.AcceptFull, () => runtime.AcceptShortage(BoundTo));
        return _polled.Ended;
    }

    /// <summary>True when this peer may say whom its connection is for.</summary>
    public bool TakesProxyHeaderFrom(IPAddress peer, SessionOptions options) =>
        ProxyProtocolFrom.Length > 0 ? Http.ClientAddress.IsTrusted(peer, ProxyProtocolFrom) : options.Trusts(peer);

    private void Serve(Action<ListenerBinding, Accepted> serve, in Accepted accepted)
    {
        Gate.Enter();
        serve(this, accepted);
    }

    private async Task AcceptOneByOneAsync(Action<ListenerBinding, Accepted> serve, ServiceRuntime runtime)
    {
        while (true)
        {
            try
            {
                if (!Gate.HasRoom)
                    await WaitForRoomAsync(runtime).ConfigureAwait(false);
                var socket = await _socket.AcceptAsync(_ended.Token).ConfigureAwait(false);
                var isLast = Descriptors.IsReserved((int)socket.SafeHandle.DangerousGetHandle());
                Serve(serve, AcceptedOf(socket));
                if (isLast)
                    await PauseAsync(runtime).ConfigureAwait(false);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await PauseAsync(runtime).ConfigureAwait(false);
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument or SocketError.NotSocket))
            {
                // That client went away before it was accepted: take the next.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;                                              // closed
            }
        }
    }

    private async Task PauseAsync(ServiceRuntime runtime)
    {
        runtime.AcceptShortage(BoundTo);
        do
            await Task.Delay(ShortagePause).ConfigureAwait(false);
        while (Volatile.Read(ref _isDisposed) == 0 && Descriptors.AreShort());
    }

    private Task WaitForRoomAsync(ServiceRuntime runtime)
    {
        runtime.Metrics.AcceptFull();
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopWaiting = () => room.TrySetResult();
        if (Volatile.Read(ref _isDisposed) != 0)
            room.TrySetResult();
        Gate.WhenRoom(() => room.TrySetResult());
        return room.Task;
    }

    private static Accepted AcceptedOf(Socket socket)
    {
        try
        {
            if (socket.AddressFamily == AddressFamily.Unix)
                return new Accepted(PlainTransport.Of(socket), IPAddress.Loopback, 0);
            socket.NoDelay = true;
            var peer = (IPEndPoint)socket.RemoteEndPoint!;
            return new Accepted(PlainTransport.Of(socket), peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address, peer.Port);
        }
        catch (SocketException)
        {
            return new Accepted(PlainTransport.Of(socket), IPAddress.None, 0);   // gone before we looked; the first receive will say so
        }
    }

    public void Dispose()
    {
        if (!TryEnd())
            return;                                                  // the path may be another process's by now
        _socket.Dispose();
        if (_ownsFile && Address is ListenerAddress.Unix unix)
            File.Delete(unix.Path);
    }

    /// <summary>Accepts no more, and leaves the address to whoever has the socket too.</summary>
    public void Leave()
    {
        if (!TryEnd())
            return;
        GC.SuppressFinalize(_socket);                                // Socket.Dispose deletes the file it bound, and shuts down what somebody else listens on
        Syscalls.Forsake((int)_socket.SafeHandle.DangerousGetHandle());
        _socket.SafeHandle.Dispose();
    }

    private bool TryEnd()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return false;
        _polled?.Stop();
        _stopWaiting();
        _ended.Cancel();
        return true;
    }

    /// <summary>
    /// A socket file nobody listens on is left over from a process that was killed; binding would fail on it. Linux refuses to connect to an ordinary file too, and that must
    /// stay: a socket has no length.
    /// </summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
