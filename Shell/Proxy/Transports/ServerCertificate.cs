using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using Fairlead.Configuration;

namespace Fairlead.Proxy.Transports;

/// <summary>The certificates of a TLS listener. They are read again when their files change; a handshake uses those that are in force when it begins.</summary>
internal sealed class ServerCertificate
{
    private readonly ListenerTls _settings;
    private readonly bool _isHttp;
    private ServerIdentity _inForce;
    private byte[] _seen;

    private ServerCertificate(ListenerTls settings, bool isHttp)
    {
        (_settings, _isHttp) = (settings, isHttp);
        _seen = Fingerprint(settings);
        _inForce = ServerIdentity.Load(settings, isHttp);
    }

    public ServerIdentity InForce => Volatile.Read(ref _inForce);

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">Not a certificate, or not its key.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ServerCertificate Load(ListenerTls settings, bool isHttp) => new(settings, isHttp);

    /// <summary>One certificate and every default.</summary>
    public static ServerCertificate Load(string certificateFile, string keyFile) => new(ListenerTls.Of(certificateFile, keyFile), isHttp: true);

    /// <summary>
    /// Takes over what has changed. What cannot be used leaves the old certificates in force, and is told once: <paramref name="problem"/> says why. Not from two threads at once.
    /// </summary>
    public CertificateChange Look(out string problem)
    {
        problem = "";
        try
        {
            var now = Fingerprint(_settings);
            if (now.AsSpan().SequenceEqual(_seen))
                return CertificateChange.None;
            _seen = now;
            Volatile.Write(ref _inForce, ServerIdentity.Load(_settings, _isHttp));
            return CertificateChange.Taken;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (e is not CryptographicException)
            {
                if (_seen.Length == 0)
                    return CertificateChange.None;
                _seen = [];                                          // not there, or not for us: whatever comes next is a change
            }

            problem = $"{_settings.Certificates.Head.CertificateFile}: the changed TLS files cannot be used, the old ones stay in force: {e.Message}";
            return CertificateChange.Refused;
        }
    }

    /// <summary>By content: times are too coarse for a certificate and a key that are written one after the other, and links hide them.</summary>
    private static byte[] Fingerprint(ListenerTls settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in settings.Certificates)
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(one.CertificateFile)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(one.KeyFile)));
        }

        foreach (var client in settings.Client)
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(client.CaFile)));
        return hash.GetHashAndReset();
    }
}

/// <summary>What a look at the files of a listener came to.</summary>
internal enum CertificateChange : byte
{
    /// <summary>They are as they were, or still wrong.</summary>
    None = 0,

    /// <summary>They are in force now.</summary>
    Taken,

    /// <summary>They cannot be used.</summary>
    Refused,
}
