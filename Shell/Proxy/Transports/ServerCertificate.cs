using System.Collections.Generic;
using Fairlead.Configuration;

namespace Fairlead.Proxy.Transports;

/// <summary>The certificates of a TLS listener. They are read again when their files change; a handshake uses those that are in force when it begins.</summary>
internal sealed class ServerCertificate : IWatchedFiles
{
    private readonly TlsFiles<ServerIdentity> _files;

    private ServerCertificate(ListenerTls settings, bool isHttp)
    {
        _files = new(FilesOf(settings), () => ServerIdentity.Load(settings, isHttp));
        _ = _files.InForce;                                          // a listener that cannot be served is not bound
    }

    public ServerIdentity InForce => _files.InForce;

    /// <summary>Reads the files.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not a certificate, or not its key.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public static ServerCertificate Load(ListenerTls settings, bool isHttp) => new(settings, isHttp);

    /// <summary>One certificate and every default.</summary>
    public static ServerCertificate Load(string certificateFile, string keyFile) => new(ListenerTls.Of(certificateFile, keyFile), isHttp: true);

    public CertificateChange Look(out string problem) => _files.Look(out problem);

    private static List<string> FilesOf(ListenerTls settings)
    {
        var files = new List<string>();
        foreach (var one in settings.Certificates)
            files.AddRange([one.CertificateFile, one.KeyFile]);
        foreach (var client in settings.Client)
            files.Add(client.CaFile);
        return files;
    }
}
