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
    private static readonly bool IsPolled = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && Environment.GetEnvironmentVariable("FAIRLEAD_SOCKETS") != "runtime";

    /// <summary>A connected socket, owned from now on.</summary>
    public static Transport Of(Socket socket) => IsPolled ? PolledTransport.Of(socket) : PlainTransport.Of(socket);

    /// <summary>Connects, or says why not.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it was decided.</exception>
    public static async ValueTask<Connected> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancel)
    {
        if (IsPolled)
        {
            var (transport, error) = await PolledTransport.ConnectAsync(socket, endPoint, cancel).ConfigureAwait(false);
            if (transport is not null)
                return new Connected(transport);
            socket.Dispose();
            return FailureOf(error);
        }

        try
        {
            await socket.ConnectAsync(endPoint, cancel).ConfigureAwait(false);
            return new Connected(PlainTransport.Of(socket));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return FailureOf(e);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What a failure to connect comes to.</summary>
    public static Connected FailureOf(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new(Outcome.ConnectRefused, "connection refused"),
        SocketError.HostUnreachable => new(Outcome.ConnectUnreachable, "host unreachable"),
        SocketError.NetworkUnreachable => new(Outcome.ConnectUnreachable, "network unreachable"),
        SocketError.NetworkDown or SocketError.HostDown => new(Outcome.ConnectUnreachable, e.Message),
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
        110 => new(Outcome.ConnectTimeout, Marshal.GetPInvokeErrorMessage(error)),
        _ => new(Outcome.ConnectFailed, Marshal.GetPInvokeErrorMessage(error)),
    };
}
