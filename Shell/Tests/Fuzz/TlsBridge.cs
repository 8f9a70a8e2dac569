using System;
using System.Net.Security;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>
/// Puts TLS between the proxy and a peer that knows only plain text: what the peer writes is encrypted, what the proxy writes is decrypted for it, and the end of a side is told by
/// close_notify. It stands where the proxy would, so a peer is used in the same way with it and without.
/// </summary>
internal sealed class TlsBridge
{
    private readonly MemoryTransport _far = new();
    private readonly MemoryTransport _peer;
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TlsBridge(MemoryTransport peer, Func<SslStream, Task> shakeHands)
    {
        _peer = peer;
        Near = new MemoryTransport { Sent = _far.Arrive, ShutDown = _far.End, Cut = Cut };
        (_far.Sent, _far.ShutDown) = (Near.Arrive, Near.End);
        Ended = RunAsync(shakeHands);
    }

    /// <summary>The proxy's end of the connection, before its handshake.</summary>
    public MemoryTransport Near { get; }

    /// <summary>When the proxy has cut it off, and all that it sent before has come through.</summary>
    public Task Ended { get; }

    /// <summary>Between a client and the proxy.</summary>
    public static TlsBridge ForClient(MemoryTransport client) => new(client, static tls => tls.AuthenticateAsClientAsync("a.test"));

    /// <summary>Between a backend and the proxy, which has shaken hands with it already.</summary>
    public static async Task<(TlsBridge Bridge, Transport Secured)> ForBackendAsync(MemoryTransport backend, SslServerAuthenticationOptions server, TlsClient client)
    {
        var bridge = new TlsBridge(backend, tls => tls.AuthenticateAsServerAsync(server));
        var connected = await client.ConnectAsync(bridge.Near, "a.test", default);
        return (bridge, connected.Transport ?? throw new InvalidOperationException(connected.Reason));
    }

    private void Cut()
    {
        _far.End();
        _cut.TrySetResult();
    }

    private async Task RunAsync(Func<SslStream, Task> shakeHands)
    {
        var stream = new TransportStream(_far);
        var secured = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        try
        {
            await shakeHands(secured);
            using var tls = new TlsTransport(_far, stream, secured);
            await Task.WhenAll(EncryptAsync(tls), DecryptAsync(tls));
        }
        catch (Exception e) when (TlsTransport.IsConnectionLoss(e))
        {
            _peer.Abort();                                           // the proxy broke it off
        }
    }

    private async Task EncryptAsync(TlsTransport tls)
    {
        var buffer = new byte[1024];
        while (await _peer.ReceiveAsync(buffer) is > 0 and var count)
            await tls.SendAsync(buffer.AsMemory(0, count));
        await tls.ShutdownSendAsync();
    }

    private async Task DecryptAsync(TlsTransport tls)
    {
        var buffer = new byte[1024];
        while (await tls.ReceiveAsync(buffer) is > 0 and var count)
            await _peer.SendAsync(buffer.AsMemory(0, count));
        await _peer.ShutdownSendAsync();
        await _cut.Task;
        _peer.Abort();
    }
}
