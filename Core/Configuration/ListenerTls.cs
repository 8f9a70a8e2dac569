using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>TLS towards clients: the certificates a listener shows, by the name asked for; the first one to whoever asks for another, or for none.</summary>
public sealed record ListenerTls(Seq<CertificateFiles> Certificates)
{
    /// <summary>True refuses clients that ask for a name no certificate has, or for none.</summary>
    public bool StrictSni { get; init; }

    /// <summary>The oldest version that is spoken.</summary>
    public TlsVersion Minimum { get; init; }

    /// <summary>Whether clients show a certificate; none does not ask them.</summary>
    public Option<ClientVerification> Client { get; init; }

    /// <summary>One certificate and every default.</summary>
    public static ListenerTls Of(string certificateFile, string keyFile) => new(Seq1(new CertificateFiles(certificateFile, keyFile)));
}

/// <summary>A certificate chain, the server's own first, and its private key (PEM files).</summary>
public sealed record CertificateFiles(string CertificateFile, string KeyFile);

/// <summary>The authorities (a PEM file) that a client's certificate must come from, and whether it may do without one.</summary>
public sealed record ClientVerification(string CaFile, bool IsRequired);

/// <summary>Versions of TLS; the older ones are deprecated (RFC 8996).</summary>
public enum TlsVersion : byte
{
    /// <summary>TLS 1.2.</summary>
    Tls12 = 0,

    /// <summary>TLS 1.3.</summary>
    Tls13,
}
