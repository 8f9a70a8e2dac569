using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Proxy.Transports;

/// <summary>A certificate chain and its private key, ready for handshakes.</summary>
internal sealed class ServerCertificate
{
    private ServerCertificate(SslStreamCertificateContext context) => Context = context;

    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads PEM files: the leaf first, then intermediates; the key in PKCS#8, PKCS#1 or SEC1 form.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not a certificate, or not its key.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return new ServerCertificate(SslStreamCertificateContext.Create(leaf, chain, offline: true));
    }
}
