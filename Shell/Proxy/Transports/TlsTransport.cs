using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// TLS over a plain transport, after the handshake. <see cref="SslStream"/> keeps reading and writing apart, but its shutdown from neither: OpenSSL would be in the hands of two threads
/// at once, and the process would end. So who reads and who shuts down take turns (<see cref="TransportStream.BeginTurn"/>).
/// </summary>
internal sealed class TlsTransport(Transport plain, TransportStream stream, SslStream tls) : Transport
{
    /// <summary>With close_notify the stream ends before the transport under it was asked for its own end.</summary>
    public override bool EndedInOrder => !plain.HasEnded;

    public override string? ServerName { get; } = tls.IsServer ? tls.TargetHostName : null;

    public override X509Certificate2? ClientCertificate => tls.IsServer ? tls.RemoteCertificate as X509Certificate2 : null;

    public override (IPAddress Address, int Port)? OwnEnd => plain.OwnEnd;

    public override bool HasHungUp => plain.HasHungUp;

    public override bool HasEndedSending => plain.HasEndedSending;

    public override Action? HungUp
    {
        set => plain.HungUp = value;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        stream.BeginTurn();
        try
        {
            return await tls.ReadAsync(buffer).ConfigureAwait(false);
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            return Broken;
        }
        finally
        {
            stream.EndTurn();
        }
    }

    /// <summary>An empty read waits for the first byte of a record, with no buffer held.</summary>
    public override ValueTask<int> WaitToReceiveAsync() => ReceiveAsync(Memory<byte>.Empty);

    /// <summary>At once: waiting with an empty read first costs time with each request, and the stream holds a buffer of its own anyway.</summary>
    public override ValueTask<int> ReceiveLateAsync(ReceiveBuffer buffer, int room)
    {
        buffer.MakeRoom(room);
        return ReceiveAsync(buffer.Free);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await tls.WriteAsync(bytes).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            return false;
        }
    }

    public override async ValueTask ShutdownSendAsync()
    {
        await NotifyCloseAsync().ConfigureAwait(false);
        await plain.ShutdownSendAsync().ConfigureAwait(false);
    }

    /// <summary>Sends close_notify, so that the peer can tell this end from a truncation (RFC 8446 §6.1).</summary>
    public override async ValueTask NotifyCloseAsync()
    {
        try
        {
            await BeginShutdown().ConfigureAwait(false);
        }
        catch (Exception e) when (IsConnectionLoss(e))
        {
            // Nobody is there to be told.
        }
    }

    public override async ValueTask CloseAsync()
    {
        var telling = Task.CompletedTask;
        try
        {
            telling = BeginShutdown();
        }
        catch (Exception)
        {
            // Nobody is there to be told, or OpenSSL is past telling; it is closed all the same.
        }

        plain.Abort();                                               // the record is with the kernel, unless the peer takes nothing
        await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task BeginShutdown()
    {
        stream.BeginTurn();
        try
        {
            return tls.ShutdownAsync();                              // when it returns, the record is made; only sending it may take longer
        }
        finally
        {
            stream.EndTurn();
        }
    }

    public override void AbortReceive() => plain.AbortReceive();

    public override void Abort() => plain.Abort();

    public override void Reset() => plain.Reset();

    public override void Dispose()
    {
        tls.Dispose();
        plain.Dispose();
    }

    /// <summary>What SslStream throws when the connection under it ends, is closed by us, or carries something that is not TLS.</summary>
    internal static bool IsConnectionLoss(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or System.Security.Authentication.AuthenticationException
            or System.ComponentModel.Win32Exception or System.Security.Cryptography.CryptographicException;
}
