using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Routing;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

/// <summary>Writes settings as a tree, every key at its full length: the inverse of the readers, made independently of them.</summary>
internal static class SettingsWriter
{
    public static ConfigNode Write(ProxySettings settings) => Numbered.Of(Map(
        ("listeners", List(settings.Listeners.Select(Listener))),
        ("upstreams", Map([.. settings.Upstreams.Select(static u => (u.Name, Upstream(u)))])),
        ("routes", List(settings.Routes.Select(Route))),
        ("trusted-proxies", List(settings.TrustedProxies.Select(static network => Text(network.ToString())))),
        ("forwarded", Text(settings.Forwarding switch
        {
            ForwardingFields.XForwarded => "x-forwarded",
            ForwardingFields.Forwarded => "forwarded",
            ForwardingFields.Both => "both",
            _ => "off",
        })),
        ("client-timeouts", Map(
            ("tls-handshake", Duration(settings.ClientTimeouts.TlsHandshake)), ("request-head", Duration(settings.ClientTimeouts.RequestHead)),
            ("idle", Duration(settings.ClientTimeouts.Idle)), ("body-gap", Duration(settings.ClientTimeouts.BodyGap)),
            ("write-stall", Duration(settings.ClientTimeouts.WriteStall)))),
        ("limits", Map(
            ("request-line", Number(settings.Limits.RequestLineBytesMax)), ("request-head", Number(settings.Limits.RequestHeadBytesMax)),
            ("request-fields", Number(settings.Limits.RequestFieldsMax)), ("response-head", Number(settings.Limits.ResponseHeadBytesMax)),
            ("response-fields", Number(settings.Limits.ResponseFieldsMax)),
            ("request-body", settings.Limits.RequestBodyBytesMax.Match(Some: Number, None: static () => Text("off"))))),
        ("access-log", Text(settings.AccessLog switch { AccessLogFormat.Text => "text", AccessLogFormat.Json => "json", _ => "off" })),
        ("drain-limit", Duration(settings.DrainLimit))));

    private static ConfigNode Listener(ListenerSettings listener) => Keys(
        ("bind", Text(listener.Address.ToString()!)),
        ("mode", listener.Address is ListenerAddress.Unix unix ? Text("0" + Convert.ToString(unix.Mode, 8).PadLeft(3, '0')) : null),
        ("tls", listener.Tls.MatchUnsafe<ConfigNode?>(static tls => Map(("certificate", Text(tls.CertificateFile)), ("key", Text(tls.KeyFile))), static () => null)));

    private static ConfigNode Upstream(UpstreamSettings upstream) => Keys(
        ("policy", Policy(upstream.Policy)),
        ("backends", List(upstream.Backends.Select(static (backend, i) => Backend(backend, i)))),
        ("retry", Map(("attempts", Number(upstream.Retry.AttemptsMax)))),
        ("tls", upstream.Tls.MatchUnsafe<ConfigNode?>(Tls, static () => null)),
        ("health", upstream.Health.MatchUnsafe<ConfigNode?>(Health, static () => null)),
        ("timeouts", Map(
            ("connect", Duration(upstream.Timeouts.Connect)), ("tls-handshake", Duration(upstream.Timeouts.TlsHandshake)),
            ("response-head", Duration(upstream.Timeouts.ResponseHead)), ("body-gap", Duration(upstream.Timeouts.BodyGap)),
            ("total", upstream.Timeouts.Total.Match(Some: Duration, None: static () => Text("off"))),
            ("tunnel-idle", Duration(upstream.Timeouts.TunnelIdle)),
            ("tunnel-total", upstream.Timeouts.TunnelTotal.Match(Some: Duration, None: static () => Text("off"))))),
        ("pool", Map(("idle-max", Number(upstream.Pool.IdleMax)), ("idle-timeout", Duration(upstream.Pool.IdleTimeout)))),
        ("resolve-every", Duration(upstream.ResolveEvery)));

    private static ConfigNode Policy(PolicySettings policy) => policy switch
    {
        PolicySettings.RoundRobin => Text("round-robin"),
        PolicySettings.Random => Map(("random", Map())),
        PolicySettings.SourceIpHash hash => Map(("source-ip-hash", Map(("ipv4-prefix", Number(hash.Ipv4PrefixBits)), ("ipv6-prefix", Number(hash.Ipv6PrefixBits))))),
        PolicySettings.Ketama ketama => Map(("ketama", Map(("key", Text(ketama.Key switch
        {
            KeySource.ClientIp => "client-ip",
            KeySource.Header header => "header " + header.Name,
            KeySource.Cookie cookie => "cookie " + cookie.Name,
            KeySource.Query query => "query " + query.Name,
            KeySource.Path => "path",
            _ => "uri",
        }))))),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>Both ways of writing one, in turn.</summary>
    private static ConfigNode Backend(BackendSettings backend, int index) => index % 2 == 0
        ? Text($"{backend.Address},weight={backend.Weight.Value}")
        : Map(("address", Text(backend.Address.ToString()!)), ("weight", Number(backend.Weight.Value)));

    private static ConfigNode Tls(UpstreamTls tls) => Keys(
        ("sni", Perhaps(tls.ServerName)),
        ("verify", Text(tls.Verify ? "true" : "false")),
        ("alternative-names", tls.AlternativeNames.IsEmpty ? null : List(tls.AlternativeNames.Select(Text))),
        ("ca", Perhaps(tls.CaFile)),
        ("certificate", Perhaps(tls.ClientCertificate.Map(static c => c.CertificateFile))),
        ("key", Perhaps(tls.ClientCertificate.Map(static c => c.KeyFile))));

    private static ConfigNode Health(HealthSettings health) => Keys(
        ("tcp", health.Probe is ProbeSettings.Tcp tcp ? Keys(("handshake", Text(tcp.Handshake ? "true" : "false")), ("port", Perhaps(tcp.Port))) : null),
        ("http", health.Probe is ProbeSettings.Http http
            ? Keys(
                ("method", Text(http.Method)), ("path", Text(http.Path)), ("host", Perhaps(http.Host)), ("expect", Text(http.Expect.ToString())),
                ("port", Perhaps(http.Port)), ("tls", Text(http.Tls ? "true" : "false")))
            : null),
        ("every", Duration(health.Every)),
        ("timeout", Duration(health.Timeout)),
        ("rise", Number(health.Rise)),
        ("fall", Number(health.Fall)),
        ("initial", Text(health.Initial switch { InitialHealth.Up => "up", InitialHealth.Down => "down", _ => "first-probe" })),
        ("jitter", Text(health.Jitter.ToString(CultureInfo.InvariantCulture))));

    private static ConfigNode Route(RouteSettings route) => Keys(
        ("to", Text(route.To)),
        ("host", route.Hosts.Count == 1 ? Text(Host(route.Hosts[0])) : null),
        ("hosts", route.Hosts.Count > 1 ? List(route.Hosts.Select(static host => Text(Host(host)))) : null),
        ("path", route.Path is PathPattern.Exact exact ? Text(exact.Path) : null),
        ("path-prefix", route.Path is PathPattern.Prefix prefix ? Text(prefix.Path) : null),
        ("request-headers", Edits(route.RequestHeaders)),
        ("response-headers", Edits(route.ResponseHeaders)),
        ("upgrades", List(route.Upgrades.Select(Text))),
        ("connect", List(route.Connect.Select(static target => Text(target.ToString()!)))));

    private static string Host(HostPattern host) => host switch
    {
        HostPattern.Exact exact => exact.Host,
        HostPattern.Below below => "*." + below.Suffix,
        _ => throw new InvalidOperationException(),
    };

    private static ConfigNode Edits(HeaderEdits edits) => Map(
        ("remove", List(edits.Remove.Select(Text))),
        ("set", Map([.. edits.Set.Select(static field => (field.Name, Text(field.Value)))])),
        ("add", Map([.. edits.Add.GroupBy(static field => field.Name).Select(static group => (group.Key, List(group.Select(static field => Text(field.Value)))))])));

    private static ConfigNode? Perhaps(Option<string> text) => text.MatchUnsafe<ConfigNode?>(Text, static () => null);

    private static ConfigNode? Perhaps(Option<int> number) => number.MatchUnsafe<ConfigNode?>(static n => Number(n), static () => null);

    private static ConfigNode Duration(TimeSpan duration) => Text(DurationText.Write(duration));

    private static ConfigNode Number(long number) => Text(number.ToString(CultureInfo.InvariantCulture));

    private static ConfigNode Number(int number) => Number((long)number);

    private static ConfigNode Text(string text) => new ConfigNode.Scalar(default, text.Replace("${", "$${", StringComparison.Ordinal), IsQuoted: true);

    private static ConfigNode List(IEnumerable<ConfigNode> items) => new ConfigNode.List(default, toSeq(items.ToArray()));

    private static ConfigNode Map(params (string Key, ConfigNode Value)[] entries) => Keys([.. entries.Select(static e => (e.Key, (ConfigNode?)e.Value))]);

    /// <summary>A mapping without the keys that have no value.</summary>
    private static ConfigNode Keys(params (string Key, ConfigNode? Value)[] entries) => new ConfigNode.Map(
        default, toSeq(entries.Where(static e => e.Value is not null).Select(static e => new ConfigEntry(e.Key, default, e.Value!)).ToArray()));
}
