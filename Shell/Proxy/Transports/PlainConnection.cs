using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports.Linux;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Transports;

/// <summary>Plain connections on what the platform has: our own pollers on Linux, the runtime's socket engine elsewhere (or when FAIRLEAD_SOCKETS=runtime asks for it).</summary>
internal static class PlainConnection
{
    /// <summary>True when listeners and connections are watched by our own pollers.</summary>
    public static bool IsPolled { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && Environment.GetEnvironmentVariable("FAIRLEAD_SOCKETS") != "runtime";

    /// <summary>Connects, or says why not. Only a probe may use a descriptor that is reserved.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it was decided.</exception>
    public static async ValueTask<Connected> ConnectAsync(EndPoint endPoint, bool isProbe, CancellationToken cancel)
    {
        if (IsPolled)
        {
            var (transport, error) = await PolledTransport.ConnectAsync(endPoint, isProbe, cancel).ConfigureAwait(false);
            return transport is null ? FailureOf(error) : new Connected(transport);
        }

        Socket? socket = null;
        try
        {
            socket = endPoint is IPEndPoint
                ? new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
                : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            if (!isProbe && Descriptors.IsReserved((int)socket.SafeHandle.DangerousGetHandle()))
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            await socket.ConnectAsync(endPoint, cancel).ConfigureAwait(false);
            return new Connected(PlainTransport.Of(socket));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket?.Dispose();
            if (e is SocketException failure)
                return FailureOf(failure);
            throw;
        }
    }

    private static Connected FailureOf(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new(Outcome.ConnectRefused, "connection refused"),
        SocketError.HostUnreachable => new(Outcome.ConnectUnreachable, "host unreachable"),
        SocketError.NetworkUnreachable => new(Outcome.ConnectUnreachable, "network unreachable"),
        SocketError.NetworkDown or SocketError.HostDown => new(Outcome.ConnectUnreachable, e.Message),
        SocketError.TooManyOpenSockets => new(Outcome.NoDescriptors, "no file descriptor is left"),
        SocketError.TimedOut => new(Outcome.ConnectTimeout, e.Message),
        _ => new(Outcome.ConnectFailed, e.Message),
    };

    // errno(3)
    private static Connected FailureOf(int error) => error switch
    {
        111 => new(Outcome.ConnectRefused, "connection refused"),
        113 => new(Outcome.ConnectUnreachable, "host unreachable"),
        101 => new(Outcome.ConnectUnreachable, "network unreachable"),
        100 or 112 => new(Outcome.ConnectUnreachable, Marshal.GetPInvokeErrorMessage(error)),
        Syscalls.TooManyFiles or Syscalls.TooManyFilesInSystem => new(Outcome.NoDescriptors, "no file descriptor is left"),
        110 => new(Outcome.ConnectTimeout, Marshal.GetPInvokeErrorMessage(error)),
        _ => new(Outcome.ConnectFailed, Marshal.GetPInvokeErrorMessage(error)),
    };
}
