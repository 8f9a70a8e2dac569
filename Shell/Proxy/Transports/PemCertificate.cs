using System;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Proxy.Transports;

/// <summary>A certificate chain and its private key, ready for handshakes. Each context keeps the sessions and tickets of its own handshakes.</summary>
internal static class PemCertificate
{
    /// <summary>Reads PEM files: the leaf first, then intermediates; the key in PKCS#8, PKCS#1 or SEC1 form. Nothing is fetched from elsewhere.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not a certificate, or not its key.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public static SslStreamCertificateContext Load(string certificateFile, string keyFile)
    {
        var leaf = LeafOf(certificateFile, keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

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
