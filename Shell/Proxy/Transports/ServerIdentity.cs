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

/// <summary>
/// What a listener shows to clients and asks of them: the options of a handshake for each certificate, made once, and the choice between them. Files are read, and their faults told, before there is one;
/// what takes long after that is done beside, and only a handshake waits for it.
/// </summary>
internal sealed class ServerIdentity
{
    private readonly CertificateChoice _choice;
    private readonly Task<SslServerAuthenticationOptions[]> _options;
    private readonly ServerOptionsSelectionCallback _choose;

    private ServerIdentity(CertificateChoice choice, Task<SslServerAuthenticationOptions[]> options)
    {
        (_choice, _options) = (choice, options);
        _choose = (_, hello, _, _) => Choose(hello.ServerName);
    }

    public static ServerIdentity Load(ListenerTls settings, bool isHttp)
    {
        var verification = settings.Client.MatchUnsafe(static client => new Verification(client), static () => null!);
        var certificates = new List<PemCertificate>();
        var names = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var files in settings.Certificates)
        {
            var certificate = PemCertificate.Load(files.CertificateFile, files.KeyFile);
            names.Add(NamesOf(certificate.Leaf));
            certificates.Add(certificate);
        }

        return new ServerIdentity(
            new CertificateChoice(names.ToImmutable(), settings.StrictSni),
            Task.Run(() => certificates.ConvertAll(certificate => OptionsOf(certificate, settings, isHttp, verification)).ToArray()));
    }

    /// <summary>Shakes hands. Without a choice to make nobody looks at the client's first message twice.</summary>
    public Task AuthenticateAsync(SslStream tls, CancellationToken cancel)
    {
        if (!_choice.IsConstant)
            return tls.AuthenticateAsServerAsync(_choose, state: null, cancel);
        return _options.IsCompletedSuccessfully ? tls.AuthenticateAsServerAsync(_options.Result[0], cancel) : AuthenticateOnceReadyAsync(tls, cancel);
    }

    private async Task AuthenticateOnceReadyAsync(SslStream tls, CancellationToken cancel) =>
        await tls.AuthenticateAsServerAsync((await _options.WaitAsync(cancel).ConfigureAwait(false))[0], cancel).ConfigureAwait(false);

    private ValueTask<SslServerAuthenticationOptions> Choose(string? serverName)
    {
        var index = _choice.Choose(serverName);
        if (index == CertificateChoice.None)
            throw new AuthenticationException("no certificate for that name");
        return _options.IsCompletedSuccessfully ? new(_options.Result[index]) : new(OnceReadyAsync(index));
    }

    private async Task<SslServerAuthenticationOptions> OnceReadyAsync(int index) => (await _options.ConfigureAwait(false))[index];

    private static SslServerAuthenticationOptions OptionsOf(PemCertificate certificate, ListenerTls settings, bool isHttp, Verification? verification) => new()
    {
        ServerCertificateContext = certificate.ForHandshakes(),
        ApplicationProtocols = isHttp ? [SslApplicationProtocol.Http11] : null,
        EnabledSslProtocols = settings.Minimum == TlsVersion.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = verification is not null,            // asked for; whether one must come, the callback says
        CertificateChainPolicy = verification?.Policy,
        RemoteCertificateValidationCallback = verification is null ? null : verification.IsGood,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

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
