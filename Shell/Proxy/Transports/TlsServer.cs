using System;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Transports;

/// <summary>The server's side of a TLS handshake.</summary>
internal static class TlsServer
{
    /// <summary>The secured connection, or null when the handshake failed; the plain one is the caller's to close then, and to abort when it takes too long.</summary>
    public static async ValueTask<Transport?> AcceptAsync(Transport plain, ServerCertificate certificate)
    {
        var stream = new TransportStream(plain);
        var tls = new SslStream(stream);
        try
        {
            await certificate.InForce.AuthenticateAsync(tls, CancellationToken.None).ConfigureAwait(false);
            return new TlsTransport(plain, stream, tls);
        }
        catch (Exception e) when (TlsTransport.IsConnectionLoss(e))
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
