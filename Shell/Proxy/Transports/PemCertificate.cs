using System;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Proxy.Transports;

/// <summary>A certificate, its private key and the chain to its authority.</summary>
internal sealed class PemCertificate
{
    private readonly X509Certificate2Collection _chain;

    private PemCertificate(X509Certificate2 leaf, X509Certificate2Collection chain) => (Leaf, _chain) = (leaf, chain);

    public X509Certificate2 Leaf { get; }

    /// <summary>Reads PEM files: the leaf first, then intermediates; the key in PKCS#8, PKCS#1 or SEC1 form. Nothing is fetched from elsewhere.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not a certificate, or not its key.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public static PemCertificate Load(string certificateFile, string keyFile)
    {
        var leaf = LeafOf(certificateFile, keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return new PemCertificate(leaf, chain);
    }

    /// <summary>
    /// Ready for handshakes; each context keeps the sessions and tickets of its own. Takes tens of milliseconds the first time in a process: the platform reads every authority of the system to put the
    /// chain in order.
    /// </summary>
    public SslStreamCertificateContext ForHandshakes() => SslStreamCertificateContext.Create(Leaf, _chain, offline: true);

    private static X509Certificate2 LeafOf(string certificateFile, string keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (ArgumentException e)                                  // of the runtime, for a key that is not the certificate's
        {
            throw new CryptographicException($"{keyFile} is not the key of {certificateFile}", e);
        }
    }
}
