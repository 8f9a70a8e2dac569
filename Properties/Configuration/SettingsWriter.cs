using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Resilience;
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
            ("write-stall", Duration(settings.ClientTimeouts.WriteStall)),
            ("proxy-header", Duration(settings.ClientTimeouts.ProxyHeader)), ("rate-grace", Duration(settings.ClientTimeouts.RateGrace)))),
        ("limits", Map(
            ("request-line", Number(settings.Limits.RequestLineBytesMax)), ("request-head", Number(settings.Limits.RequestHeadBytesMax)),
            ("request-fields", Number(settings.Limits.RequestFieldsMax)), ("response-head", Number(settings.Limits.ResponseHeadBytesMax)),
            ("response-fields", Number(settings.Limits.ResponseFieldsMax)),
            ("request-body", settings.Limits.RequestBodyBytesMax.Match(Some: Number, None: static () => Text("off"))),
            ("connections", Number(settings.Limits.ConnectionsMax)), ("reserved-descriptors", Number(settings.Limits.ReservedDescriptors)), ("connections-per-client", NumberOrOff(settings.Limits.ConnectionsPerClientMax)),
            ("requests-per-connection", NumberOrOff(settings.Limits.RequestsPerConnectionMax)),
            ("min-request-rate", NumberOrOff(settings.Limits.RequestRateMin)), ("min-response-rate", NumberOrOff(settings.Limits.ResponseRateMin)))),
        ("access-log", Text(settings.AccessLog switch { AccessLogFormat.Text => "text", AccessLogFormat.Json => "json", _ => "off" })),
        ("drain-limit", Duration(settings.DrainLimit))));

    private static ConfigNode NumberOrOff(Option<int> number) => number.Match(Some: static n => Number(n), None: static () => Text("off"));

    private static ConfigNode Listener(ListenerSettings listener) => Keys(
        ("bind", Text(listener.Address.ToString()!)),
        ("mode", listener.Address is ListenerAddress.Unix unix ? Text("0" + Convert.ToString(unix.Mode, 8).PadLeft(3, '0')) : null),
        ("proxy-protocol", Text(listener.ProxyProtocol switch { ProxyProtocolUse.Optional => "optional", ProxyProtocolUse.Required => "required", _ => "off" })),
        ("proxy-protocol-from", List(listener.ProxyProtocolFrom.Select(static network => Text(network.ToString())))),
        ("serve-half-closed", listener.Protocol is ListenerProtocol.Http ? Text(listener.ServesHalfClosed ? "true" : "false") : null),
        ("tls", listener.Tls.MatchUnsafe<ConfigNode?>(ListenerTls, static () => null)),
        ("protocol", Text(listener.Protocol switch { ListenerProtocol.Tcp => "tcp", ListenerProtocol.TlsPassthrough => "tls-passthrough", _ => "http" })),
        ("to", listener.Protocol is ListenerProtocol.Tcp tcp ? Text(tcp.To) : null),
        ("routes", listener.Protocol is ListenerProtocol.TlsPassthrough through
            ? List(through.Routes.Select(static route => Keys(
                ("host", route.Hosts.Count == 1 ? Text(Host(route.Hosts[0])) : null),
                ("hosts", route.Hosts.Count > 1 ? List(route.Hosts.Select(static host => Text(Host(host)))) : null),
                ("to", Text(route.To)))))
            : null));

    /// <summary>A single certificate in its short form.</summary>
    private static ConfigNode ListenerTls(ListenerTls tls) => Keys(
        ("certificate", tls.Certificates.Count == 1 ? Text(tls.Certificates.Head.CertificateFile) : null),
        ("key", tls.Certificates.Count == 1 ? Text(tls.Certificates.Head.KeyFile) : null),
        ("certificates", tls.Certificates.Count > 1
            ? List(tls.Certificates.Select(static one => Map(("certificate", Text(one.CertificateFile)), ("key", Text(one.KeyFile)))))
            : null),
        ("strict-sni", Switch(tls.StrictSni)),
        ("minimum", Text(tls.Minimum == TlsVersion.Tls13 ? "1.3" : "1.2")),
        ("client", tls.Client.Match(
            Some: static client => Map(("mode", Text(client.IsRequired ? "required" : "optional")), ("ca", Text(client.CaFile))),
            None: static () => Map(("mode", Text("none"))))));

    private static ConfigNode Upstream(UpstreamSettings upstream) => Keys(
        ("policy", Policy(upstream.Policy)),
        ("backends", List(upstream.Backends.Select(static (backend, i) => Backend(backend, i)))),
        ("retry", Retry(upstream.Retry)),
        ("tls", upstream.Tls.MatchUnsafe<ConfigNode?>(Tls, static () => null)),
        ("health", upstream.Health.MatchUnsafe<ConfigNode?>(Health, static () => null)),
        ("timeouts", Map(
            ("connect", Duration(upstream.Timeouts.Connect)), ("tls-handshake", Duration(upstream.Timeouts.TlsHandshake)),
            ("response-head", Duration(upstream.Timeouts.ResponseHead)), ("body-gap", Duration(upstream.Timeouts.BodyGap)),
            ("total", upstream.Timeouts.Total.Match(Some: Duration, None: static () => Text("off"))),
            ("tunnel-idle", Duration(upstream.Timeouts.TunnelIdle)),
            ("tunnel-total", upstream.Timeouts.TunnelTotal.Match(Some: Duration, None: static () => Text("off"))))),
        ("pool", Map(("idle-max", Number(upstream.Pool.IdleMax)), ("idle-timeout", Duration(upstream.Pool.IdleTimeout)))),
        ("resolve-every", Duration(upstream.ResolveEvery)),
        ("proxy-protocol", Text(upstream.ProxyProtocol switch { ProxyProtocolVersion.V1 => "v1", ProxyProtocolVersion.V2 => "v2", _ => "off" })),
        ("bounded-load", upstream.Selection.BoundedLoad.MatchUnsafe<ConfigNode?>(BoundedLoad, static () => null)),
        ("tiers", Map(
            ("spill", upstream.Selection.Tiers.SpillPercent.Match(Some: Percent, None: static () => Text("off"))), ("panic", Percent(upstream.Selection.Tiers.PanicPercent)))),
        ("slow-start", upstream.Selection.SlowStart.MatchUnsafe<ConfigNode?>(
            static slow => Map(
                ("window", Duration(slow.Window)), ("aggression", Text(slow.Aggression.ToString(CultureInfo.InvariantCulture))), ("minimum", Percent(slow.MinimumPercent))),
            static () => null)),
        ("sticky", upstream.Selection.Sticky.MatchUnsafe<ConfigNode?>(Sticky, static () => null)),
        ("queue", Map(("length", Number(upstream.Selection.Queue.LengthMax)), ("timeout", Duration(upstream.Selection.Queue.Timeout)))),
        ("outlier", upstream.Outlier.MatchUnsafe<ConfigNode?>(Outlier, static () => null)),
        ("breaker", upstream.Breaker.MatchUnsafe<ConfigNode?>(
            static breaker => Map(
                ("failures", Percent(breaker.FailurePercent)), ("requests-min", Number(breaker.RequestsMin)), ("window", Duration(breaker.Window)),
                ("open-for", Duration(breaker.OpenFor)), ("trials", Number(breaker.Trials)), ("recovery", Duration(breaker.Recovery))),
            static () => null)));

    /// <summary>Both ways of writing one.</summary>
    private static ConfigNode BoundedLoad(BoundedLoadSettings bounded) => bounded.Order == BoundedOrder.Next
        ? Text(bounded.Percent.ToString(CultureInfo.InvariantCulture))
        : Map(("percent", Percent(bounded.Percent)), ("order", Text("seeded")));

    private static ConfigNode Sticky(StickySettings sticky) => Keys(
        ("cookie", Text(sticky.CookieName)),
        ("secret", Text(sticky.Secret)),
        ("when-gone", Text(sticky.WhenGone == StickyFailure.Refuse ? "refuse" : "redistribute")),
        ("path", Perhaps(sticky.Path)),
        ("domain", Perhaps(sticky.Domain)),
        ("secure", Switch(sticky.Secure)),
        ("http-only", Switch(sticky.HttpOnly)),
        ("same-site", Perhaps(sticky.SameSite.Map(static site => site switch { SameSite.Lax => "lax", SameSite.Strict => "strict", _ => "none" }))),
        ("max-age", Perhaps(sticky.MaxAge.Map(DurationText.Write))));

    private static ConfigNode Outlier(OutlierSettings outlier) => Map(
        ("consecutive-5xx", Number(outlier.Consecutive5xx)),
        ("consecutive-gateway-errors", Number(outlier.ConsecutiveGatewayErrors)),
        ("consecutive-local-errors", Number(outlier.ConsecutiveLocalErrors)),
        ("split-local-errors", Switch(outlier.SplitLocalErrors)),
        ("every", Duration(outlier.Interval)),
        ("ejection", Duration(outlier.BaseEjection)),
        ("max-ejection", Duration(outlier.MaxEjection)),
        ("jitter", Duration(outlier.Jitter)),
        ("max-ejected", Percent(outlier.MaxEjectedPercent)),
        ("always-eject-one", Switch(outlier.AlwaysEjectOne)),
        ("return-on-passed-probe", Switch(outlier.ReturnOnPassedProbe)),
        ("enforced-consecutive-5xx", Percent(outlier.EnforcedConsecutive5xx)),
        ("enforced-consecutive-gateway-errors", Percent(outlier.EnforcedConsecutiveGatewayErrors)),
        ("enforced-consecutive-local-errors", Percent(outlier.EnforcedConsecutiveLocalErrors)),
        ("success-rate", outlier.SuccessRate.Match(
            Some: static rate => Map(
                ("backends-min", Number(rate.HostsMin)), ("requests-min", Number(rate.RequestsMin)),
                ("deviations", Text(rate.StandardDeviations.ToString(CultureInfo.InvariantCulture))), ("enforced", Percent(rate.Enforced))),
            None: static () => Text("off"))),
        ("failure-percent", outlier.FailurePercent.Match(
            Some: static failures => Map(
                ("percent", Percent(failures.Percent)), ("backends-min", Number(failures.HostsMin)), ("requests-min", Number(failures.RequestsMin)),
                ("enforced", Percent(failures.Enforced))),
            None: static () => Text("off"))));

    private static ConfigNode Retry(RetrySettings retry) => Keys(
        ("attempts", Number(retry.AttemptsMax)),
        ("on", List(new[] { (retry.OnReset, "reset"), (retry.OnResponseTimeout, "response-timeout") }.Where(static c => c.Item1).Select(static c => Text(c.Item2)))),
        ("statuses", retry.Statuses == StatusSet.Empty ? null : Text(retry.Statuses.ToString())),
        ("non-idempotent", Switch(retry.NonIdempotent)),
        ("body-buffer", Number(retry.BodyBufferBytesMax)),
        ("budget", retry.Budget.Match(
            Some: static budget => Map(("percent", Percent(budget.Percent)), ("minimum", Number(budget.Minimum))),
            None: static () => Text("off"))),
        ("back-off", retry.BackOff == BackOff.None ? Text("off") : Map(("base", Duration(retry.BackOff.Base)), ("max", Duration(retry.BackOff.Max)))),
        ("attempt-timeout", retry.AttemptTimeout.MatchUnsafe<ConfigNode?>(Duration, static () => null)));

    private static ConfigNode Policy(PolicySettings policy) => policy switch
    {
        PolicySettings.RoundRobin => Text("round-robin"),
        PolicySettings.Random => Map(("random", Map())),
        PolicySettings.SourceIpHash hash => Map(("source-ip-hash", Map(("ipv4-prefix", Number(hash.Ipv4PrefixBits)), ("ipv6-prefix", Number(hash.Ipv6PrefixBits))))),
        PolicySettings.PowerOfTwoChoices => Text("power-of-two"),
        PolicySettings.LeastRequests => Map(("least-requests", Map())),
        PolicySettings.PeakEwma ewma => Map(("peak-ewma", Map(("decay", Duration(ewma.Decay))))),
        PolicySettings.First => Text("first"),
        PolicySettings.NginxIpHash => Map(("nginx-ip-hash", Map())),
        PolicySettings.Hash hash => Map(("hash", Keys(
            ("key", Key(hash.Key)), ("compatible", hash.Variant == ModuloVariant.Own ? null : Text(hash.Variant == ModuloVariant.Nginx ? "nginx" : "pingora"))))),
        PolicySettings.Ketama ketama => Map(("ketama", Map(
            ("key", Key(ketama.Key)),
            ("compatible", Text(ketama.Variant switch { RingVariant.Nginx => "nginx", RingVariant.Libketama => "libketama", RingVariant.Envoy => "envoy", _ => "haproxy" }))))),
        PolicySettings.Rendezvous rendezvous => Map(("rendezvous", Map(("key", Key(rendezvous.Key))))),
        PolicySettings.Maglev maglev => Map(("maglev", Map(("key", Key(maglev.Key)), ("table-size", Number(maglev.TableSize))))),
        PolicySettings.JumpHash jump => Map(("jump-hash", Map(("key", Key(jump.Key))))),
        _ => throw new InvalidOperationException(),
    };

    private static ConfigNode Key(KeySource key) => Text(key switch
    {
        KeySource.ClientIp => "client-ip",
        KeySource.Header header => "header " + header.Name,
        KeySource.Cookie cookie => "cookie " + cookie.Name,
        KeySource.Query query => "query " + query.Name,
        KeySource.Path => "path",
        _ => "uri",
    });

    /// <summary>Both ways of writing one, in turn.</summary>
    private static ConfigNode Backend(BackendSettings backend, int index) => index % 2 == 0 && backend.Tier == 0 && backend.InFlightMax == 0
        ? Text($"{backend.Address},weight={backend.Weight.Value}")
        : Keys(
            ("address", Text(backend.Address.ToString()!)), ("weight", Number(backend.Weight.Value)), ("tier", backend.Tier == 1 && index % 2 == 0 ? null : Number(backend.Tier)),
            ("backup", backend.Tier == 1 && index % 2 == 0 ? Text("true") : null), ("max-in-flight", Number(backend.InFlightMax)));

    private static ConfigNode Tls(UpstreamTls tls) => Keys(
        ("sni", Perhaps(tls.ServerName)),
        ("verify", Switch(tls.Verify)),
        ("alternative-names", tls.AlternativeNames.IsEmpty ? null : List(tls.AlternativeNames.Select(Text))),
        ("ca", Perhaps(tls.CaFile)),
        ("certificate", Perhaps(tls.ClientCertificate.Map(static c => c.CertificateFile))),
        ("key", Perhaps(tls.ClientCertificate.Map(static c => c.KeyFile))));

    private static ConfigNode Health(HealthSettings health) => Keys(
        ("tcp", health.Probe is ProbeSettings.Tcp tcp ? Keys(("handshake", Switch(tcp.Handshake)), ("port", Perhaps(tcp.Port))) : null),
        ("http", health.Probe is ProbeSettings.Http http
            ? Keys(
                ("method", Text(http.Method)), ("path", Text(http.Path)), ("host", Perhaps(http.Host)), ("expect", Text(http.Expect.ToString())),
                ("port", Perhaps(http.Port)), ("tls", Switch(http.Tls)))
            : null),
        ("every", Duration(health.Every)),
        ("timeout", Duration(health.Timeout)),
        ("every-changing", Perhaps(health.EveryChanging.Map(DurationText.Write))),
        ("every-down", Perhaps(health.EveryDown.Map(DurationText.Write))),
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

    private static ConfigNode Percent(int percent) => Text(percent.ToString(CultureInfo.InvariantCulture) + "%");

    private static ConfigNode Switch(bool isOn) => Text(isOn ? "true" : "false");

    private static ConfigNode Number(long number) => Text(number.ToString(CultureInfo.InvariantCulture));

    private static ConfigNode Number(int number) => Number((long)number);

    private static ConfigNode Text(string text) => new ConfigNode.Scalar(default, text.Replace("${", "$${", StringComparison.Ordinal), IsQuoted: true);

    private static ConfigNode List(IEnumerable<ConfigNode> items) => new ConfigNode.List(default, toSeq(items.ToArray()));

    private static ConfigNode Map(params (string Key, ConfigNode Value)[] entries) => Keys([.. entries.Select(static e => (e.Key, (ConfigNode?)e.Value))]);

    /// <summary>A mapping without the keys that have no value.</summary>
    private static ConfigNode Keys(params (string Key, ConfigNode? Value)[] entries) => new ConfigNode.Map(
        default, toSeq(entries.Where(static e => e.Value is not null).Select(static e => new ConfigEntry(e.Key, default, e.Value!)).ToArray()));
}
