using System;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Transports;

/// <summary>The server's side of a TLS handshake.</summary>
internal static class TlsServer
{
    /// <summary>The secured connection, or null when the handshake failed or took too long; the plain one is the caller's to close then.</summary>
    public static async ValueTask<Transport?> AcceptAsync(Transport plain, ServerCertificate certificate, CancellationToken timeout)
    {
        var tls = new SslStream(new TransportStream(plain));
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate.Context,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                },
                timeout).ConfigureAwait(false);
            return new TlsTransport(plain, tls);
        }
        catch (Exception e) when (e is OperationCanceledException || TlsTransport.IsConnectionLoss(e))
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
