using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>
/// A kind of mapping and the keys it may have: what readers, schema and documentation agree on. <paramref name="Name"/> identifies it in the schema,
/// <paramref name="Title"/> is how a sentence calls it ("a listener").
/// </summary>
public sealed record MapShape(string Name, string Title, Seq<string> Keys)
{
    /// <summary>The whole configuration.</summary>
    public static MapShape Root { get; } = new("configuration", "the configuration", Seq(
        "listeners", "upstreams", "routes", "trusted-proxies", "forwarded", "client-timeouts", "limits", "access-log", "drain-limit"));

    /// <summary>An item of <c>listeners</c>.</summary>
    public static MapShape Listener { get; } = new("listener", "a listener", Seq(
        "bind", "mode", "tls", "proxy-protocol", "proxy-protocol-from", "serve-half-closed", "protocol", "to", "routes"));

    /// <summary><c>tls</c> of a listener.</summary>
    public static MapShape ListenerTls { get; } = new("listener-tls", "the TLS settings of a listener", Seq(
        "certificate", "key", "certificates", "strict-sni", "minimum", "client"));

    /// <summary>An item of <c>certificates</c>.</summary>
    public static MapShape Certificate { get; } = new("certificate", "a certificate", Seq("certificate", "key"));

    /// <summary><c>client</c> of a listener's TLS.</summary>
    public static MapShape TlsOfClients { get; } = new("tls-client", "what is asked of TLS clients", Seq("mode", "ca"));

    /// <summary>An item of a listener's <c>routes</c>.</summary>
    public static MapShape TlsRoute { get; } = new("tls-route", "a route of a listener", Seq("host", "hosts", "to"));

    /// <summary>A value of <c>upstreams</c>.</summary>
    public static MapShape Upstream { get; } = new("upstream", "an upstream", Seq(
        "policy", "backends", "retry", "tls", "health", "timeouts", "pool", "resolve-every", "bounded-load", "tiers", "slow-start", "sticky", "queue", "outlier", "breaker",
        "proxy-protocol"));

    /// <summary>An item of <c>backends</c>.</summary>
    public static MapShape Backend { get; } = new("backend", "a backend", Seq("address", "weight", "tier", "backup", "max-in-flight"));

    /// <summary><c>policy</c>, when it has parameters: the one key is the policy.</summary>
    public static MapShape Policy { get; } = new("policy", "a policy", Seq(
        "round-robin", "random", "power-of-two", "least-requests", "peak-ewma", "first", "source-ip-hash", "nginx-ip-hash", "hash", "ketama", "rendezvous", "maglev", "jump-hash"));

    /// <summary>A policy without parameters.</summary>
    public static MapShape NoParameters { get; } = new("parameterless-policy", "a policy without parameters", Seq<string>());

    /// <summary>Parameters of <c>peak-ewma</c>.</summary>
    public static MapShape PeakEwma { get; } = new("peak-ewma", "peak-ewma", Seq1("decay"));

    /// <summary>Parameters of <c>source-ip-hash</c>.</summary>
    public static MapShape SourceIpHash { get; } = new("source-ip-hash", "source-ip-hash", Seq("ipv4-prefix", "ipv6-prefix"));

    /// <summary>Parameters of <c>hash</c>.</summary>
    public static MapShape Hash { get; } = new("hash", "hash", Seq("key", "compatible"));

    /// <summary>Parameters of <c>ketama</c>.</summary>
    public static MapShape Ketama { get; } = new("ketama", "ketama", Seq("key", "compatible"));

    /// <summary>Parameters of <c>rendezvous</c> and <c>jump-hash</c>.</summary>
    public static MapShape Keyed { get; } = new("keyed-policy", "a policy with a key", Seq1("key"));

    /// <summary>Parameters of <c>maglev</c>.</summary>
    public static MapShape Maglev { get; } = new("maglev", "maglev", Seq("key", "table-size"));

    /// <summary><c>retry</c>, when it is not just <c>on</c> or <c>off</c>.</summary>
    public static MapShape Retry { get; } = new("retry", "retry", Seq(
        "attempts", "on", "statuses", "non-idempotent", "body-buffer", "budget", "back-off", "attempt-timeout"));

    /// <summary><c>budget</c> of <c>retry</c>.</summary>
    public static MapShape RetryBudget { get; } = new("retry-budget", "a retry budget", Seq("percent", "minimum"));

    /// <summary><c>back-off</c> of <c>retry</c>.</summary>
    public static MapShape BackOff { get; } = new("back-off", "back-off", Seq("base", "max"));

    /// <summary><c>tls</c> of an upstream.</summary>
    public static MapShape UpstreamTls { get; } = new("upstream-tls", "the TLS settings of an upstream", Seq("sni", "verify", "alternative-names", "ca", "certificate", "key"));

    /// <summary><c>health</c> of an upstream.</summary>
    public static MapShape Health { get; } = new("health", "a health check", Seq(
        "tcp", "http", "every", "timeout", "every-changing", "every-down", "rise", "fall", "initial", "jitter"));

    /// <summary>A TCP check.</summary>
    public static MapShape TcpCheck { get; } = new("tcp-check", "a TCP check", Seq("port", "handshake"));

    /// <summary>An HTTP check.</summary>
    public static MapShape HttpCheck { get; } = new("http-check", "an HTTP check", Seq("path", "host", "expect", "method", "port", "tls"));

    /// <summary><c>timeouts</c> of an upstream.</summary>
    public static MapShape UpstreamTimeouts { get; } = new("upstream-timeouts", "the timeouts of an upstream", Seq("connect", "tls-handshake", "response-head", "body-gap", "total", "tunnel-idle", "tunnel-total"));

    /// <summary><c>pool</c> of an upstream.</summary>
    public static MapShape Pool { get; } = new("pool", "a pool", Seq("idle-max", "idle-timeout"));

    /// <summary><c>bounded-load</c>, when it is not just a percentage.</summary>
    public static MapShape BoundedLoad { get; } = new("bounded-load", "bounded-load", Seq("percent", "order"));

    /// <summary><c>tiers</c>.</summary>
    public static MapShape Tiers { get; } = new("tiers", "tiers", Seq("spill", "panic"));

    /// <summary><c>slow-start</c>.</summary>
    public static MapShape SlowStart { get; } = new("slow-start", "slow-start", Seq("window", "aggression", "minimum"));

    /// <summary><c>sticky</c>.</summary>
    public static MapShape Sticky { get; } = new("sticky", "a sticky cookie", Seq(
        "cookie", "secret", "when-gone", "path", "domain", "secure", "http-only", "same-site", "max-age"));

    /// <summary><c>queue</c>.</summary>
    public static MapShape Queue { get; } = new("queue", "a queue", Seq("length", "timeout"));

    /// <summary><c>outlier</c>.</summary>
    public static MapShape Outlier { get; } = new("outlier", "outlier", Seq(
        "consecutive-5xx", "consecutive-gateway-errors", "consecutive-local-errors", "split-local-errors", "every", "ejection", "max-ejection", "jitter", "max-ejected",
        "always-eject-one", "return-on-passed-probe", "enforced-consecutive-5xx", "enforced-consecutive-gateway-errors", "enforced-consecutive-local-errors",
        "success-rate", "failure-percent"));

    /// <summary><c>success-rate</c> of <c>outlier</c>.</summary>
    public static MapShape SuccessRate { get; } = new("success-rate", "success-rate", Seq("backends-min", "requests-min", "deviations", "enforced"));

    /// <summary><c>failure-percent</c> of <c>outlier</c>.</summary>
    public static MapShape FailurePercent { get; } = new("failure-percent", "failure-percent", Seq("percent", "backends-min", "requests-min", "enforced"));

    /// <summary><c>breaker</c>.</summary>
    public static MapShape Breaker { get; } = new("breaker", "a circuit breaker", Seq("failures", "requests-min", "window", "open-for", "trials", "recovery"));

    /// <summary>An item of <c>routes</c>.</summary>
    public static MapShape Route { get; } = new("route", "a route", Seq(
        "to", "host", "hosts", "path", "path-prefix", "request-headers", "response-headers", "upgrades", "connect"));

    /// <summary><c>request-headers</c> and <c>response-headers</c>.</summary>
    public static MapShape HeaderEdits { get; } = new("header-edits", "header edits", Seq("remove", "set", "add"));

    /// <summary><c>client-timeouts</c>.</summary>
    public static MapShape ClientTimeouts { get; } = new("client-timeouts", "client-timeouts", Seq(
        "proxy-header", "tls-handshake", "request-head", "idle", "body-gap", "write-stall", "rate-grace"));

    /// <summary><c>limits</c>.</summary>
    public static MapShape Limits { get; } = new("limits", "limits", Seq(
        "request-line", "request-head", "request-fields", "response-head", "response-fields", "request-body",
        "connections", "reserved-descriptors", "connections-per-client", "requests-per-connection", "min-request-rate", "min-response-rate"));

    /// <summary>Every kind of mapping with fixed keys.</summary>
    public static Seq<MapShape> All { get; } = Seq(
        Root, Listener, ListenerTls, Certificate, TlsOfClients, TlsRoute, Upstream, Backend, Policy, NoParameters, PeakEwma, SourceIpHash, Hash, Ketama, Keyed, Maglev, Retry, RetryBudget, BackOff,
        UpstreamTls, Health,
        TcpCheck, HttpCheck, UpstreamTimeouts, Pool, BoundedLoad, Tiers, SlowStart, Sticky, Queue, Outlier, SuccessRate, FailurePercent, Breaker, Route, HeaderEdits, ClientTimeouts, Limits);
}
