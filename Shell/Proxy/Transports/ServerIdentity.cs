using System.Collections.Generic;
using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Tls;

namespace Fairlead.Proxy.Transports;

/// <summary>What a listener shows to clients and asks of them: the options of a handshake for each certificate, made once, and the choice between them.</summary>
internal sealed class ServerIdentity
{
    private readonly CertificateChoice _choice;
    private readonly SslServerAuthenticationOptions[] _options;
    private readonly ServerOptionsSelectionCallback _choose;

    private ServerIdentity(CertificateChoice choice, SslServerAuthenticationOptions[] options)
    {
        (_choice, _options) = (choice, options);
        _choose = (_, hello, _, _) => Choose(hello.ServerName);
    }

    public static ServerIdentity Load(ListenerTls settings, bool isHttp)
    {
        var verification = settings.Client.MatchUnsafe(static client => new Verification(client), static () => null!);
        var options = new List<SslServerAuthenticationOptions>();
        var names = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var files in settings.Certificates)
        {
            var context = PemCertificate.Load(files.CertificateFile, files.KeyFile);
            names.Add(NamesOf(context.TargetCertificate));
            options.Add(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                ApplicationProtocols = isHttp ? [SslApplicationProtocol.Http11] : null,
                EnabledSslProtocols = settings.Minimum == TlsVersion.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = verification is not null,   // asked for; whether one must come, the callback says
                CertificateChainPolicy = verification?.Policy,
                RemoteCertificateValidationCallback = verification is null ? null : verification.IsGood,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            });
        }

        return new ServerIdentity(new CertificateChoice(names.ToImmutable(), settings.StrictSni), [.. options]);
    }

    /// <summary>Shakes hands. Without a choice to make nobody looks at the client's first message twice.</summary>
    public Task AuthenticateAsync(SslStream tls, CancellationToken cancel) =>
        _choice.IsConstant ? tls.AuthenticateAsServerAsync(_options[0], cancel) : tls.AuthenticateAsServerAsync(_choose, state: null, cancel);

    private ValueTask<SslServerAuthenticationOptions> Choose(string? serverName) => _choice.Choose(serverName) is var index and not CertificateChoice.None
        ? new(_options[index])
        : throw new AuthenticationException("no certificate for that name");

    private static ImmutableArray<string> NamesOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternatives)
                return [.. alternatives.EnumerateDnsNames()];
        }

        return [];
    }

    /// <summary>The platform's verification, against our authorities alone; nothing is fetched for it.</summary>
    private sealed class Verification
    {
        private readonly bool _isRequired;

        public Verification(ClientVerification settings)
        {
            _isRequired = settings.IsRequired;
            Policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            Policy.CustomTrustStore.ImportFromPemFile(settings.CaFile);
            if (Policy.CustomTrustStore.Count == 0)
                throw new CryptographicException($"{settings.CaFile} has no certificate in it");
            Policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));   // id-kp-clientAuth
        }

        public X509ChainPolicy Policy { get; }

        public bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is null
            ? !_isRequired
            : errors == SslPolicyErrors.None;
    }
}
