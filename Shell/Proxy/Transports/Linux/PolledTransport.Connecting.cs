using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Transports.Linux;

/// <content>How a connection comes to be.</content>
internal sealed partial class PolledTransport
{
    /// <summary>Connects; error number 0 comes with the transport. Only a probe may use a descriptor that is reserved.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it was decided.</exception>
    public static async ValueTask<(PolledTransport? Transport, int Error)> ConnectAsync(EndPoint endPoint, bool isProbe, CancellationToken cancel)
    {
        var number = Syscalls.CreateSocket(endPoint.AddressFamily switch
        {
            AddressFamily.InterNetwork => 2,                         // AF_INET
            AddressFamily.InterNetworkV6 => 10,                      // AF_INET6
            _ => 1,                                                  // AF_UNIX
        });
        if (number < 0)
            return (null, Marshal.GetLastPInvokeError());
        if (!isProbe && Descriptors.IsReserved(number))
        {
            Syscalls.Close(number);
            return (null, Syscalls.TooManyFiles);
        }

        if (endPoint is IPEndPoint)
            Syscalls.SetNoDelay(number);

        var transport = new PolledTransport(number, Poller.Mine, isConnected: false);
        var error = transport.BeginConnect(endPoint);
        if (error is 0 or Syscalls.InProgress && !transport._poller.TryAdd(transport, number))
            error = Marshal.GetLastPInvokeError();
        else if (error == Syscalls.InProgress)
            error = await transport.ConnectedAsync(cancel).ConfigureAwait(false);
        if (error == 0)
            return (transport, 0);
        transport.Dispose();
        return (null, error);
    }

    private unsafe int BeginConnect(EndPoint endPoint)
    {
        var address = endPoint.Serialize();
        fixed (byte* pointer = address.Buffer.Span)
            return Syscalls.Connect(_number, pointer, (uint)address.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private async ValueTask<int> ConnectedAsync(CancellationToken cancel)
    {
        if (_out.TryWait(out var decided))
        {
            using var registration = cancel.UnsafeRegister(static transport => ((PolledTransport)transport!).CancelConnect(), this);
            if (await decided.ConfigureAwait(false) == Cancelled)
            {
                Dispose();
                throw new OperationCanceledException(cancel);
            }
        }

        _out.Remember();                                             // what was told of the other direction counts: a backend may speak first, and even close, before we look
        return Syscalls.PendingError(_number);
    }

    private void CancelConnect()
    {
        if (_out.Signal())
            _out.Complete(Cancelled);
    }
}
