using System;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// A byte stream to a client or a backend, plain or TLS. One receive and one send may be pending at a time. Failures are values, not exceptions: what a peer does to a
/// connection is ordinary.
/// </summary>
internal abstract class Transport : IDisposable
{
    /// <summary>What <see cref="ReceiveAsync"/> answers when the connection broke.</summary>
    public const int Broken = -1;

    /// <summary>The name the client asked for by SNI; null on a plain connection.</summary>
    public virtual string? ServerName => null;

    /// <summary>The certificate the client showed, verified; null when it showed none.</summary>
    public virtual X509Certificate2? ClientCertificate => null;

    /// <summary>Our end of it, by a system call each time; null when it has no address.</summary>
    public virtual (IPAddress Address, int Port)? OwnEnd => null;

    /// <summary>
    /// True once the peer broke the connection off or closed it for both ways; that it sends no more is no hang-up. False where the platform does not tell unasked
    /// (<see cref="PlainTransport"/>), and after an orderly close of TCP (<see cref="HasEndedSending"/>).
    /// </summary>
    public virtual bool HasHungUp => false;

    /// <summary>
    /// True once the peer ended its side: it sends no more, and has closed, or only half-closed, the connection, which TCP does not tell apart. Not when we ended receiving ourselves. False
    /// where the platform does not tell unasked.
    /// </summary>
    public virtual bool HasEndedSending => false;

    /// <summary>Called when <see cref="HasEndedSending"/> or <see cref="HasHungUp"/> becomes true, on the thread that learns it; must not block or throw.</summary>
    public virtual Action? HungUp
    {
        set { }
    }

    /// <summary>After a receive of 0 bytes: false when the peer did not say that this is the end, although the protocol has a way to say it (RFC 9112 §9.8).</summary>
    public virtual bool EndedInOrder => true;

    /// <summary>True once a stream over this transport was told that it is at its end.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Receives at least one byte into <paramref name="buffer"/>: their number, 0 at the end of the stream, <see cref="Broken"/> when the connection broke or was aborted.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Waits until a receive would find something, or the end; 0, or <see cref="Broken"/>.</summary>
    public abstract ValueTask<int> WaitToReceiveAsync();

    /// <summary>
    /// As <see cref="ReceiveAsync"/> into <paramref name="buffer"/>, which takes an array of at least <paramref name="room"/> only when there is something to put into it: who may
    /// wait for long holds no memory meanwhile. The caller counts the bytes in.
    /// </summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public virtual async ValueTask<int> ReceiveLateAsync(ReceiveBuffer buffer, int room)
    {
        if (await WaitToReceiveAsync().ConfigureAwait(false) == Broken)
            return Broken;
        buffer.MakeRoom(room);
        return await ReceiveAsync(buffer.Free).ConfigureAwait(false);
    }

    /// <summary>Sends all of <paramref name="bytes"/>; false when the connection broke or was aborted.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the peer that nothing more is coming. Receiving goes on.</summary>
    public abstract ValueTask ShutdownSendAsync();

    /// <summary>Over TLS, tells the peer that this is the end (RFC 9112 §9.8); for one who closes right after, which the kernel makes known by itself.</summary>
    public virtual ValueTask NotifyCloseAsync() => default;

    /// <summary>Ends receiving: a pending receive ends, later ones end at once; sending goes on. From any thread.</summary>
    public abstract void AbortReceive();

    /// <summary>Cuts the connection off: pending operations end. From any thread, any number of times.</summary>
    public abstract void Abort();

    /// <summary>As <see cref="Abort"/>, while nothing is being sent: over TLS the peer is told that this is the end (RFC 9112 §9.8). Nobody waits for it to hear that.</summary>
    public virtual ValueTask CloseAsync()
    {
        Abort();
        return default;
    }

    /// <summary>Cuts the connection off so that the peer sees it broken, not ended. From any thread, any number of times.</summary>
    public abstract void Reset();

    /// <summary>Releases what it holds; only when no operation is pending.</summary>
    public abstract void Dispose();
}
