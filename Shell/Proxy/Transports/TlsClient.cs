using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Transports;

/// <summary>
/// TLS towards backends with one set of settings. Its files are read on first use, and again when they change: connections that stand are not touched. Verification is the platform's,
/// against the system's trust store or a CA file of our own, for the server name or one of the alternative names.
/// </summary>
internal sealed class TlsClient : IWatchedFiles
{
    private static readonly ConcurrentDictionary<UpstreamTls, WeakReference<TlsClient>> Known = new();

    private readonly UpstreamTls _settings;
    private readonly TlsFiles<Identity> _files;

    private TlsClient(UpstreamTls settings)
    {
        _settings = settings;
        _files = new(FilesOf(settings), () => Identity.Load(settings));
    }

    /// <summary>The one with these settings: whoever has the same shares what was read.</summary>
    public static TlsClient Of(UpstreamTls settings)
    {
        while (true)
        {
            if (Known.TryGetValue(settings, out var known))
            {
                if (known.TryGetTarget(out var client))
                    return client;
                Known.TryRemove(KeyValuePair.Create(settings, known));
            }

            foreach (var (unused, reference) in Known)
            {
                if (!reference.TryGetTarget(out _))
                    Known.TryRemove(KeyValuePair.Create(unused, reference));
            }

            var made = new TlsClient(settings);
            if (Known.TryAdd(settings, new WeakReference<TlsClient>(made)))
                return made;
        }
    }

    /// <summary>Reads the files that <paramref name="settings"/> name, to find out whether they can be used.</summary>
    public static void CheckFiles(UpstreamTls settings) => Identity.Load(settings);

    public CertificateChange Look(out string problem) => _files.Look(out problem);

    /// <summary>Shakes hands over <paramref name="plain"/>; <paramref name="host"/> is verified and sent as SNI (an IP address is verified but not sent).</summary>
    public async ValueTask<Connected> ConnectAsync(Transport plain, string host, CancellationToken timeout)
    {
        var rejected = SslPolicyErrors.None;
        var stream = new TransportStream(plain);
        var tls = new SslStream(stream);
        try
        {
            var identity = _files.InForce;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                    ClientCertificateContext = identity.OwnCertificate,
                    CertificateChainPolicy = identity.ChainPolicy,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    {
                        rejected = _settings.Verify ? Remaining(errors, certificate as X509Certificate2) : SslPolicyErrors.None;
                        return rejected == SslPolicyErrors.None;
                    },
                },
                timeout).ConfigureAwait(false);
            return new Connected(new TlsTransport(plain, stream, tls));
        }
        catch (Exception e) when (e is OperationCanceledException or UnauthorizedAccessException || TlsTransport.IsConnectionLoss(e))
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            return e switch
            {
                OperationCanceledException => new Connected(Outcome.TlsTimeout, "no TLS handshake in time"),
                _ when rejected != SslPolicyErrors.None => new Connected(Outcome.CertificateRejected, Describe(rejected, host)),
                CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => new Connected(Outcome.TlsFailed, "our TLS files cannot be used: " + e.Message),
                AuthenticationException { InnerException: { } inner } => new Connected(Outcome.TlsFailed, "TLS handshake failed: " + inner.Message),
                _ => new Connected(Outcome.TlsFailed, "TLS handshake failed: " + e.Message),
            };
        }
    }

    /// <summary>What is still wrong once the alternative names were considered.</summary>
    private SslPolicyErrors Remaining(SslPolicyErrors errors, X509Certificate2? certificate)
    {
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 || certificate is null)
            return errors;
        foreach (var name in _settings.AlternativeNames)
        {
            if (certificate.MatchesHostname(name))
                return errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        return errors;
    }

    private static string Describe(SslPolicyErrors errors, string host) =>
        (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0 ? "the backend showed no certificate"
        : (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 ? $"the backend's certificate is not for {host}"
        : "the backend's certificate is not trusted";

    private static List<string> FilesOf(UpstreamTls settings)
    {
        var files = new List<string>();
        foreach (var file in settings.CaFile)
            files.Add(file);
        foreach (var own in settings.ClientCertificate)
            files.AddRange([own.CertificateFile, own.KeyFile]);
        return files;
    }

    /// <summary>Whom we trust, and what we show.</summary>
    private sealed record Identity(SslStreamCertificateContext? OwnCertificate, X509ChainPolicy ChainPolicy)
    {
        public static Identity Load(UpstreamTls settings) => new(OwnCertificateOf(settings), ChainPolicyOf(settings));

        private static SslStreamCertificateContext? OwnCertificateOf(UpstreamTls settings) => settings.ClientCertificate.MatchUnsafe(
            static own => PemCertificate.Load(own.CertificateFile, own.KeyFile).ForHandshakes(),
            static () => null!);

        /// <summary>Verification never fetches anything: it would block the thread that serves other connections, and tell a stranger whom we connect to.</summary>
        private static X509ChainPolicy ChainPolicyOf(UpstreamTls settings)
        {
            var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            foreach (var file in settings.CaFile)
            {
                policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                policy.CustomTrustStore.ImportFromPemFile(file);
                if (policy.CustomTrustStore.Count == 0)
                    throw new CryptographicException($"{file} has no certificate in it");
            }

            return policy;
        }
    }
}
