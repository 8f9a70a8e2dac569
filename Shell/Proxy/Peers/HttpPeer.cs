using System.Collections.Immutable;
using System.Threading;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Proxy;

/// <summary>
/// A backend as it is dialled: address, TLS and its name, deadlines. Connections are shared between peers that agree in everything that makes two connections different
/// (<see cref="PeerKey"/>), so a new value per request is fine; keeping one saves the look-up.
/// </summary>
public sealed class HttpPeer
{
    private PeerKey? _key;
    private TlsClient? _tlsClient;
    private UpstreamPool? _pool;

    /// <summary>A peer at <paramref name="address"/>. With <paramref name="tls"/> its certificate is verified for <paramref name="sni"/>, or for the address when that is empty.</summary>
    public HttpPeer(BackendAddress address, bool tls = false, string sni = "")
    {
        Address = address;
        Tls = tls ? Some(new UpstreamTls(sni.Length == 0 ? None : Some(sni), Verify: true, default, None, None)) : None;
        DialTargets = address is BackendAddress.Name ? [] : [address];
        Text = address.ToString()!;
    }

    /// <summary>A peer at the address a load balancer picked.</summary>
    public HttpPeer(Backend backend, bool tls = false, string sni = "")
        : this(backend.Address, tls, sni) => (DialTargets, Counts) = (backend.DialTargets, backend.Counts);

    private HttpPeer(BackendSnapshot backend, UpstreamSettings upstream)
        : this(backend.Address)
    {
        Tls = upstream.Tls;
        DialTargets = backend.DialTargets;
        Options = PeerOptions.Of(upstream.Timeouts, upstream.Pool) with { AttemptTimeout = upstream.Retry.AttemptTimeout.ToNullable() };
        ProxyProtocol = upstream.ProxyProtocol;
    }

    /// <summary>Where it is.</summary>
    public BackendAddress Address { get; }

    /// <summary>TLS settings: server name, verification, alternative names, CA file, client certificate; none speaks plain HTTP.</summary>
    public Option<UpstreamTls> Tls { get; init; }

    /// <summary>Deadlines and pool sizes.</summary>
    public PeerOptions Options { get; init; } = PeerOptions.Default;

    /// <summary>The header of the PROXY protocol it is sent first; with one, no connection to it serves a second request.</summary>
    public ProxyProtocolVersion ProxyProtocol { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The address as text, made once.</summary>
    internal string Text { get; }

    /// <summary>Whether it is asked for its health, which goes on when descriptors are short.</summary>
    internal bool IsProbed { get; init; }

    /// <summary>What to connect to, in order of preference; empty means that the address is a name still to be resolved.</summary>
    internal ImmutableArray<BackendAddress> DialTargets { get; init; }

    /// <summary>Where requests to it are counted, unless they hold a place already.</summary>
    internal BackendCounts? Counts { get; }

    internal PeerKey Key => _key ??= PeerKey.Of(this);

    /// <summary>The files read for TLS; peers made per request share those of their pool.</summary>
    internal TlsClient? TlsClient
    {
        get => _tlsClient ??= Pool?.TlsClient ?? Tls.MatchUnsafe(static tls => TlsClient.Of(tls), static () => null!);
        init => _tlsClient = value;
    }

    /// <summary>The name its certificate is verified for.</summary>
    internal string VerifiedName => Tls.Bind(static tls => tls.ServerName).IfNone(() => Address switch
    {
        BackendAddress.Name name => name.Host,
        BackendAddress.Ip ip => ip.Address.ToString(),
        _ => "localhost",
    });

    /// <summary>The pool of its connections, remembered so that the request path need not look it up.</summary>
    internal UpstreamPool? Pool
    {
        get => Volatile.Read(ref _pool);
        set => Volatile.Write(ref _pool, value);
    }

    internal static HttpPeer Of(BackendSnapshot backend, UpstreamSettings upstream) => new(backend, upstream);
}
