using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A certificate with its key, in memory and as PEM files.</summary>
internal sealed record IssuedCertificate(X509Certificate2 Certificate, string CertificateFile, string KeyFile);

/// <summary>A certificate authority of our own, and what it issues, in a folder that goes with it.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private int _issued;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Fairlead test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        AuthorityFile = Folder.Write("ca.pem", _authority.ExportCertificatePem());
    }

    public TestFolder Folder { get; } = new();

    /// <summary>What trusts everything issued here.</summary>
    public string AuthorityFile { get; }

    /// <summary>A server certificate for those names and IP addresses.</summary>
    public IssuedCertificate Server(params string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        return Issue(names[0], "1.3.6.1.5.5.7.3.1", alternatives.Build());
    }

    /// <summary>A client certificate.</summary>
    public IssuedCertificate Client(string name) => Issue(name, "1.3.6.1.5.5.7.3.2");

    public void Dispose()
    {
        _authority.Dispose();
        Folder.Dispose();
    }

    private IssuedCertificate Issue(string name, string purpose, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);

        using var bare = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9), RandomNumberGenerator.GetBytes(12));
        using var withKey = bare.CopyWithPrivateKey(key);
        var number = _issued++;
        return new IssuedCertificate(
            X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null),
            Folder.Write($"{number}.pem", bare.ExportCertificatePem()),
            Folder.Write($"{number}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fairlead-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
