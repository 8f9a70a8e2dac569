using System;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Configuration;

/// <summary>Everything a proxy is told, validated: each value is in range, each route leads to an upstream that exists. Equal settings are equal values.</summary>
public sealed record ProxySettings(
    Seq<ListenerSettings> Listeners,
    Seq<UpstreamSettings> Upstreams,
    Seq<RouteSettings> Routes,
    Seq<IPNetwork> TrustedProxies,
    ClientTimeouts ClientTimeouts,
    LimitSettings Limits,
    AccessLogFormat AccessLog,
    TimeSpan DrainLimit)
{
    /// <summary>How long a graceful stop may take: 30 s, as .NET's host.</summary>
    public static TimeSpan DefaultDrainLimit => TimeSpan.FromSeconds(30);

    /// <summary>In which fields backends are told whom a request comes from, and proxies in front of us believed.</summary>
    public ForwardingFields Forwarding { get; init; }

    /// <summary>No listener, upstream or route, and every default.</summary>
    public static ProxySettings Empty { get; } = new(
        Listeners: default, Upstreams: default, Routes: default, TrustedProxies: default,
        ClientTimeouts.Default, LimitSettings.Default, AccessLogFormat.Text, DefaultDrainLimit);
}

/// <summary>Where and how clients are accepted.</summary>
public sealed record ListenerSettings(ListenerAddress Address, Option<ListenerTls> Tls)
{
    /// <summary>What clients speak, and for connections without requests where they go.</summary>
    public ListenerProtocol Protocol { get; init; } = new ListenerProtocol.Http();

    /// <summary>Whether connections begin with a header of the PROXY protocol; only <see cref="ProxyProtocolFrom"/> may send one.</summary>
    public ProxyProtocolUse ProxyProtocol { get; init; }

    /// <summary>Who may send a PROXY header; empty leaves it to <see cref="ProxySettings.TrustedProxies"/>.</summary>
    public Seq<IPNetwork> ProxyProtocolFrom { get; init; }

    /// <summary>True answers a client that ended its side of the connection after its request; otherwise it counts as gone. For requests alone.</summary>
    public bool ServesHalfClosed { get; init; }
}

/// <summary>Whether a listener's connections begin with a header of the PROXY protocol.</summary>
public enum ProxyProtocolUse : byte
{
    /// <summary>They do not; a header is a malformed request.</summary>
    Off = 0,

    /// <summary>They may, when they come from a trusted network.</summary>
    Optional,

    /// <summary>They do, and come from a trusted network; others are closed.</summary>
    Required,
}

/// <summary>Which header of the PROXY protocol backends are sent.</summary>
public enum ProxyProtocolVersion : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Version 1, a line of text.</summary>
    V1,

    /// <summary>Version 2, a binary block.</summary>
    V2,
}

/// <summary>What a listener binds.</summary>
public abstract record ListenerAddress
{
    private ListenerAddress() { }

    /// <summary>A TCP address; port 0 lets the system choose.</summary>
    public sealed record Tcp(IPAddress Address, int Port) : ListenerAddress
    {
        /// <inheritdoc/>
        public override string ToString() => new IPEndPoint(Address, Port).ToString();
    }

    /// <summary>A Unix-domain socket; <paramref name="Mode"/> is its file mode (0666 by default, as nginx and Pingora).</summary>
    public sealed record Unix(string Path, int Mode) : ListenerAddress
    {
        /// <inheritdoc/>
        public override string ToString() => "unix:" + Path;
    }
}


/// <summary>A named set of interchangeable backends and how to use them.</summary>
public sealed record UpstreamSettings(
    string Name,
    PolicySettings Policy,
    Seq<BackendSettings> Backends,
    RetrySettings Retry,
    Option<UpstreamTls> Tls,
    Option<HealthSettings> Health,
    UpstreamTimeouts Timeouts,
    PoolSettings Pool,
    TimeSpan ResolveEvery)
{
    /// <summary>How often names are resolved again: 30 s (Envoy resolves each 5 s, HAProxy holds 10 s, nginx obeys the TTL).</summary>
    public static TimeSpan DefaultResolveEvery => TimeSpan.FromSeconds(30);

    /// <summary>What is around the policy: bounded loads, tiers, slow start, sticky cookies, the queue.</summary>
    public SelectionSettings Selection { get; init; } = SelectionSettings.Default;

    /// <summary>Passive health: backends are ejected by the outcomes of requests; none looks at none.</summary>
    public Option<OutlierSettings> Outlier { get; init; }

    /// <summary>A circuit breaker a backend.</summary>
    public Option<BreakerSettings> Breaker { get; init; }

    /// <summary>How backends are told of the client's connection before its bytes. With a header a connection belongs to one client, so none is used again.</summary>
    public ProxyProtocolVersion ProxyProtocol { get; init; }

    /// <summary>Round robin over <paramref name="backends"/> with every default: no TLS, no health check, one retry of a failed connect.</summary>
    public static UpstreamSettings Of(string name, Seq<BackendSettings> backends) => new(
        name, new PolicySettings.RoundRobin(), backends, RetrySettings.Default, Tls: default, Health: default,
        UpstreamTimeouts.Default, PoolSettings.Default, DefaultResolveEvery);
}

/// <summary>A member of an upstream.</summary>
public sealed record BackendSettings(BackendAddress Address, Weight Weight)
{
    /// <summary>0 is used first; see <see cref="TierSettings"/>.</summary>
    public int Tier { get; init; }

    /// <summary>Requests it may have at once; 0 for any number.</summary>
    public int InFlightMax { get; init; }
}

/// <summary>
/// TLS towards backends. <paramref name="ServerName"/> is the SNI and the name verified (default: the backend's host name; an IP address without it is verified as that address).
/// A certificate is also accepted when it is valid for one of <paramref name="AlternativeNames"/>. <paramref name="CaFile"/> (PEM) replaces the system's trust store.
/// </summary>
public sealed record UpstreamTls(
    Option<string> ServerName,
    bool Verify,
    Seq<string> AlternativeNames,
    Option<string> CaFile,
    Option<ClientCertificate> ClientCertificate);

/// <summary>The certificate we show to a backend (PEM files).</summary>
public sealed record ClientCertificate(string CertificateFile, string KeyFile);

/// <summary>Deadlines towards backends: TCP connect, TLS handshake, response head after the request was sent, each gap in a body, and the whole exchange (none = unlimited).</summary>
public sealed record UpstreamTimeouts(TimeSpan Connect, TimeSpan TlsHandshake, TimeSpan ResponseHead, TimeSpan BodyGap, Option<TimeSpan> Total)
{
    /// <summary>5 s, 5 s, 60 s, 60 s, unlimited.</summary>
    public static UpstreamTimeouts Default { get; } = new(
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), Option<TimeSpan>.None);

    /// <summary>How long a tunnel may go without a byte either way: 1 h, as HAProxy's documentation proposes for <c>timeout tunnel</c> (nginx 60 s, Envoy 5 min).</summary>
    public TimeSpan TunnelIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a tunnel may stand in all; none = unlimited.</summary>
    public Option<TimeSpan> TunnelTotal { get; init; }
}

/// <summary>Idle connections kept to one backend: at most <paramref name="IdleMax"/> (0 = never reuse), each for at most <paramref name="IdleTimeout"/>.</summary>
public sealed record PoolSettings(int IdleMax, TimeSpan IdleTimeout)
{
    /// <summary>128 as Pingora, 50 s: a little less than the 60–75 s after which common servers close.</summary>
    public static PoolSettings Default { get; } = new(128, TimeSpan.FromSeconds(50));
}

/// <summary>Deadlines towards clients (precedents in the documentation of the keys).</summary>
public sealed record ClientTimeouts(TimeSpan TlsHandshake, TimeSpan RequestHead, TimeSpan Idle, TimeSpan BodyGap, TimeSpan WriteStall)
{
    /// <summary>10 s, 15 s, 60 s, 30 s, 60 s.</summary>
    public static ClientTimeouts Default { get; } = new(
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));

    /// <summary>A whole PROXY header: 5 s (its definition wants at least 3 s, which is one lost packet).</summary>
    public TimeSpan ProxyHeader { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a body may be slower than <see cref="LimitSettings.RequestRateMin"/> and <see cref="LimitSettings.ResponseRateMin"/> at its beginning: 5 s, as Kestrel.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Sizes beyond which a message is refused (413 body, 414 request line, 431 header section; 502 for a response head), numbers of connections beyond which clients wait or are
/// turned away, and speeds below which they are cut off.
/// </summary>
public sealed record LimitSettings(
    int RequestLineBytesMax, int RequestHeadBytesMax, int RequestFieldsMax, int ResponseHeadBytesMax, int ResponseFieldsMax, Option<long> RequestBodyBytesMax)
{
    /// <summary>8 KiB, 32 KiB, 100, 64 KiB, 200, unlimited.</summary>
    public static LimitSettings Default { get; } = new(8 * 1024, 32 * 1024, 100, 64 * 1024, 200, Option<long>.None);

    /// <summary>Connections of one listener; more wait in the kernel. 20,000, so that two descriptors for each fit below the hard limit systemd sets, 524,288, many times over.</summary>
    public int ConnectionsMax { get; init; } = 20_000;

    /// <summary>
    /// File descriptors kept back from connections, for threads, files and health checks; a quarter of all at most. Connections wait in the kernel when the others are taken, and
    /// requests that need another one are refused. 64; of the whole process, so the last proxy told counts.
    /// </summary>
    public int ReservedDescriptors { get; init; } = 64;

    /// <summary>Connections of one client (IPv4 address or IPv6 /64); more are closed at once. None = any number.</summary>
    public Option<int> ConnectionsPerClientMax { get; init; }

    /// <summary>Requests over one client connection; it closes after the last. None = any number.</summary>
    public Option<int> RequestsPerConnectionMax { get; init; }

    /// <summary>Bytes a second of a request body at least; none = any speed.</summary>
    public Option<int> RequestRateMin { get; init; } = 240;

    /// <summary>Bytes a second of a response body that a client takes at least; none = any speed.</summary>
    public Option<int> ResponseRateMin { get; init; } = 240;
}

/// <summary>One line an exchange on standard output, or none.</summary>
public enum AccessLogFormat : byte
{
    /// <summary>Readable, space separated.</summary>
    Text = 0,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>No access log.</summary>
    Off,
}

/// <summary>Which requests go to which upstream, and what is changed on the way.</summary>
public sealed record RouteSettings(
    Seq<HostPattern> Hosts,
    PathPattern Path,
    string To,
    HeaderEdits RequestHeaders,
    HeaderEdits ResponseHeaders)
{
    /// <summary>Only <c>websocket</c>.</summary>
    public static Seq<string> DefaultUpgrades { get; } = Prelude.Seq1("websocket");

    /// <summary>Protocols a client and a backend may change to; what else a client offers is not passed on.</summary>
    public Seq<string> Upgrades { get; init; } = DefaultUpgrades;

    /// <summary>Where CONNECT may lead: to these targets themselves, not to the upstream, of which it takes the deadlines. Empty refuses it.</summary>
    public Seq<ConnectTarget> Connect { get; init; }
}
