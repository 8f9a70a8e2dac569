using System;
using System.Linq;
using System.Net;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Upstreams;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

/// <summary>Settings of every kind that a configuration can say (durations in whole milliseconds).</summary>
public static class SettingsCases
{
    private static readonly string[] Hosts = ["a.example", "b.example", "x_y.example", "localhost", "10.0.0.7", "[fd00::7]"];
    private static readonly string[] Files = ["cert.pem", "/etc/fairlead/${x}.pem", "ö ü.pem", "- #:"];
    private static readonly string[] FieldNames = ["Host", "X-A", "Cookie", "x-forwarded-proto", "!#$%&'*+-.^_`|~"];
    private static readonly string[] FieldValues = ["a", "", "a b, c", "${NOT}", "$${NOT}", "null", "~", "\u00ff", "a\tb"];
    private static readonly string[] Paths = ["/", "/a", "/a/b", "/a//b", "/%C3%A4", "/a.b", "/$${x}"];

    public static Arbitrary<ProxySettings> Settings() => (
        from upstreams in Distinct(Upstream, static u => u.Name, 1, 3)
        from listeners in Distinct(Listener(upstreams), static l => l.Address.ToString()!, 1, 3)
        from routes in Distinct(Route(upstreams), static r => string.Join(' ', r.Hosts.Select(static h => h.ToString())) + r.Path, 1, 4)
        from trusted in Distinct(Gen.Elements("10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32", "fd00::/8", "::/0", "::1/128").Select(IPNetwork.Parse), static n => n.ToString(), 0, 3)
        from timeouts in Duration.ArrayOf(7).Select(static d => new ClientTimeouts(d[0], d[1], d[2], d[3], d[4]) { ProxyHeader = d[5], RateGrace = d[6] })
        from limits in Limits
        from log in Gen.Elements(AccessLogFormat.Text, AccessLogFormat.Json, AccessLogFormat.Off)
        from drain in Gen.OneOf(Gen.Constant(TimeSpan.Zero), Duration)
        from forwarding in Gen.Elements(ForwardingFields.XForwarded, ForwardingFields.Forwarded, ForwardingFields.Both, ForwardingFields.Off)
        select new ProxySettings(listeners, upstreams, routes, trusted, timeouts, limits, log, drain) { Forwarding = forwarding }).ToArbitrary();

    /// <summary>1 ms to the longest, most of them short.</summary>
    internal static Gen<TimeSpan> Duration => Gen.OneOf(
        Gen.Choose(1, 100_000), Gen.Choose(1, 600).Select(static s => s * 1000), Gen.Choose(1, (int)(DurationText.Max.TotalMilliseconds / 1000)).Select(static s => s * 1000L % int.MaxValue is var ms && ms > 0 ? (int)ms : 1))
        .Select(static milliseconds => TimeSpan.FromMilliseconds(milliseconds));

    private static Gen<TimeSpan[]> Five => Duration.ArrayOf(5);

    private static Gen<LimitSettings> Limits =>
        from head in Gen.Choose(256, 1024 * 1024)
        from line in Gen.Choose(256, head)
        from responseHead in Gen.Choose(256, 1024 * 1024)
        from fields in Gen.Choose(1, 10_000).ArrayOf(2)
        from body in Maybe(Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(static b => (long)b), Gen.Elements(long.MaxValue, 1L << 30)))
        from connections in Gen.Choose(1, 10_000_000)
        from reserved in Gen.Choose(0, 10_000_000)
        from perClient in Maybe(Gen.Choose(1, 10_000_000))
        from requests in Maybe(Gen.Choose(1, int.MaxValue))
        from rates in Maybe(Gen.Choose(1, 1024 * 1024)).ArrayOf(2)
        select new LimitSettings(line, head, fields[0], responseHead, fields[1], body)
        {
            ConnectionsMax = connections,
            ReservedDescriptors = reserved,
            ConnectionsPerClientMax = perClient,
            RequestsPerConnectionMax = requests,
            RequestRateMin = rates[0],
            ResponseRateMin = rates[1],
        };

    private static Gen<ListenerSettings> Listener(Seq<UpstreamSettings> upstreams) =>
        from address in Gen.OneOf(
            from ip in Gen.Elements("0.0.0.0", "127.0.0.1", "::", "fd00::1")
            from port in Gen.Choose(0, 65_535)
            select (ListenerAddress)new ListenerAddress.Tcp(IPAddress.Parse(ip), port),
            from path in Gen.Elements("/run/f.sock", "/run/a,b c.sock")
            from mode in Gen.Choose(0, 511)
            select (ListenerAddress)new ListenerAddress.Unix(path, mode))
        from protocol in Protocol(upstreams)
        from tls in protocol is ListenerProtocol.TlsPassthrough ? Gen.Constant(Option<ListenerTls>.None) : Maybe(ListenerTls)
        from use in Gen.Elements(ProxyProtocolUse.Off, ProxyProtocolUse.Optional, ProxyProtocolUse.Required)
        from networks in Distinct(Gen.Elements("10.0.0.0/8", "192.0.2.1/32", "fd00::/8").Select(IPNetwork.Parse), static n => n.ToString(), 1, 3)
        from servesHalfClosed in Gen.Elements(true, false)
        select new ListenerSettings(address, tls)
        {
            ServesHalfClosed = servesHalfClosed && protocol is ListenerProtocol.Http,
            Protocol = protocol,
            ProxyProtocol = use,
            ProxyProtocolFrom = use == ProxyProtocolUse.Off ? default : networks,
        };

    private static Gen<ListenerTls> ListenerTls =>
        from certificates in Distinct(Pair(Files).Select(static f => new CertificateFiles(f.One, f.Other)), static c => c.CertificateFile, 1, 3)
        from strict in Gen.Elements(true, false)
        from minimum in Gen.Elements(TlsVersion.Tls12, TlsVersion.Tls13)
        from client in Maybe(Gen.Elements(Files).SelectMany(static _ => Gen.Elements(true, false), static (file, isRequired) => new ClientVerification(file, isRequired)))
        select new ListenerTls(certificates) { StrictSni = strict, Minimum = minimum, Client = client };

    private static Gen<ListenerProtocol> Protocol(Seq<UpstreamSettings> upstreams) => Gen.Frequency(
        (3, Gen.Constant<ListenerProtocol>(new ListenerProtocol.Http())),
        (1, Gen.Elements([.. upstreams]).Select(static u => (ListenerProtocol)new ListenerProtocol.Tcp(u.Name))),
        (1, Distinct(
                from hosts in Distinct(HostPatterns, static h => h.ToString()!, 0, 3)
                from to in Gen.Elements([.. upstreams])
                select new TlsRoute(hosts, to.Name),
                static route => string.Join(' ', route.Hosts.Select(static h => h.ToString())), 1, 3)
            .Select(static routes => (ListenerProtocol)new ListenerProtocol.TlsPassthrough(routes))));

    private static Gen<UpstreamSettings> Upstream =>
        from name in Gen.Elements("a", "b", "c", "blog", "A-b_c.9")
        from policy in BalancingCases.Policy
        from tls in Maybe(Tls)
        from backends in Backends(withSockets: tls.ForAll(static t => !t.Verify || t.ServerName.IsSome))
        from health in Maybe(Health(tls.IsSome))
        from timeouts in Five
        from total in Maybe(Duration)
        from retry in Retry(total)
        from tunnelIdle in Duration
        from tunnelTotal in Maybe(Duration)
        from idleMax in Gen.Choose(0, 65_535)
        from idleTimeout in Duration
        from resolve in Duration
        from selection in BalancingCases.Selection(policy.IsHash)
        from outlier in Maybe(BalancingCases.Outlier)
        from breaker in Maybe(BalancingCases.Breaker)
        from version in Gen.Elements(ProxyProtocolVersion.None, ProxyProtocolVersion.V1, ProxyProtocolVersion.V2)
        select new UpstreamSettings(
            name, policy, backends, retry, tls, health,
            new UpstreamTimeouts(timeouts[0], timeouts[1], timeouts[2], timeouts[3], total) { TunnelIdle = tunnelIdle, TunnelTotal = tunnelTotal },
            new PoolSettings(idleMax, idleTimeout), resolve)
        {
            Selection = selection,
            Outlier = outlier,
            Breaker = breaker,
            ProxyProtocol = version,
        };

    /// <summary>Attempts fit into the total time.</summary>
    private static Gen<RetrySettings> Retry(Option<TimeSpan> total) =>
        from attempts in Gen.Choose(1, 16)
        from switches in Gen.Elements(true, false).ArrayOf(3)
        from statuses in Gen.Elements(StatusSet.Empty, StatusSet.Ok, StatusSet.Parse("500,502-504").IfNone(StatusSet.Empty))
        from buffer in Gen.OneOf(Gen.Choose(0, 16 << 20), Gen.Elements(0, 64 << 10))
        from budget in Maybe(Gen.Choose(0, 100).Zip(Gen.Choose(0, 1_000_000)).Select(static both => new RetryBudget(both.Item1, both.Item2)))
        from waits in Duration.ArrayOf(2)
        from waited in Gen.Elements(true, false)
        from timeout in Maybe(Duration)
        select new RetrySettings(attempts)
        {
            OnReset = switches[0],
            OnResponseTimeout = switches[1],
            NonIdempotent = switches[2],
            Statuses = statuses,
            BodyBufferBytesMax = buffer,
            Budget = budget,
            BackOff = waited ? new BackOff(waits.Min(), waits.Max()) : BackOff.None,
            AttemptTimeout = timeout.Filter(each => total.ForAll(all => each * attempts <= all)),
        };

    private static Gen<Seq<BackendSettings>> Backends(bool withSockets) =>
        from heaviest in Gen.Choose(1, Weight.Max)
        from others in Distinct(
            from address in Gen.OneOf(
                Gen.Choose(1, 65_535).Select(static port => $"10.0.0.1:{port}"), Gen.Choose(1, 9).Select(static port => $"[fd00::1]:{port}"),
                Gen.Elements("a.example:80", "localhost:1", withSockets ? "unix:/run/a,weight=x.sock" : "b.example:80"))
            from weight in Gen.Choose(0, Weight.Max)
            from tier in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Choose(2, 127)))
            from inFlight in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 1_000_000))
            select new BackendSettings(BackendAddress.Parse(address).IfNone(static () => throw new InvalidOperationException()), WeightOf(weight)) { Tier = tier, InFlightMax = inFlight },
            static backend => backend.Address.ToString()!, 1, 4)
        select (others.Head with { Weight = WeightOf(heaviest) }).Cons(others.Tail.Strict()).Strict();

    private static Gen<UpstreamTls> Tls =>
        from sni in Maybe(Gen.Elements(Hosts[..4]))
        from verify in Gen.Elements(true, false)
        from names in Distinct(Gen.Elements(Hosts), static name => name, 0, 3)
        from ca in Maybe(Gen.Elements(Files))
        from certificate in Maybe(Pair(Files).Select(static f => new ClientCertificate(f.One, f.Other)))
        select new UpstreamTls(sni, verify, verify ? names : default, verify ? ca : None, certificate);

    private static Gen<HealthSettings> Health(bool isTls) =>
        from probe in Gen.OneOf(
            from handshake in Gen.Elements(false, isTls)
            from port in Maybe(Gen.Choose(1, 65_535))
            select (ProbeSettings)new ProbeSettings.Tcp(handshake, port),
            from method in Gen.Elements("GET", "HEAD", "OPTIONS", "POST")
            from path in Gen.Elements("/", "/healthz?a=${b}")
            from host in Maybe(Gen.Elements("h.example", "h.example:81", "[::1]:80"))
            from expect in Gen.Elements("200", "100-599", "200,204,300-399").Select(static text => StatusSet.Parse(text).IfNone(StatusSet.Ok))
            from port in Maybe(Gen.Choose(1, 65_535))
            from tls in Gen.Elements(false, isTls)
            select (ProbeSettings)new ProbeSettings.Http(method, path, host, expect, port, tls))
        from durations in Duration.ArrayOf(2)
        from thresholds in Gen.Choose(1, 1000).ArrayOf(2)
        from initial in Gen.Elements(InitialHealth.Up, InitialHealth.Down, InitialHealth.FirstProbe)
        from jitter in Gen.Choose(0, 500)
        from changing in Maybe(Duration)
        from down in Maybe(Duration)
        select new HealthSettings(probe, durations[0], durations[1], thresholds[0], thresholds[1], initial, jitter / 1000.0) { EveryChanging = changing, EveryDown = down };

    private static Gen<RouteSettings> Route(Seq<UpstreamSettings> upstreams) =>
        from to in Gen.Elements(upstreams.Select(static u => u.Name).ToArray())
        from hosts in Distinct(HostPatterns, static host => host.ToString()!, 0, 3)
        from path in Gen.Elements(Paths)
        from isExact in Gen.Elements(true, false)
        from request in Edits(isRequest: true)
        from response in Edits(isRequest: false)
        from upgrades in Distinct(Gen.Elements("websocket", "WebSocket", "tcp", "a/1.0"), static protocol => protocol.ToLowerInvariant(), 0, 3)
        from connect in Distinct(Gen.Elements("a.example:443", "*.a.example:443", "10.0.0.1:1", "[fd00::1]:65535"), static target => target, 0, 3)
        select new RouteSettings(hosts, isExact ? new PathPattern.Exact(path) : new PathPattern.Prefix(path), to, request, response)
        {
            Upgrades = upgrades,
            Connect = connect.Map(static text => ConnectTarget.Parse(text).IfNone(static () => throw new InvalidOperationException())).Strict(),
        };

    private static Gen<HostPattern> HostPatterns => Gen.OneOf(
        Gen.Elements(Hosts).Select(static host => (HostPattern)new HostPattern.Exact(host)),
        Gen.Elements(Hosts[..4]).Select(static host => (HostPattern)new HostPattern.Below(host)));

    private static Gen<HeaderEdits> Edits(bool isRequest) =>
        from remove in Distinct(Gen.Elements(isRequest ? FieldNames[1..] : FieldNames), static name => name, 0, 2)
        from set in Distinct(Field(isRequest ? FieldNames[1..] : FieldNames), static field => field.Name, 0, 3)
        from host in Gen.Elements(isRequest, false)
        from add in Distinct(Field(FieldNames[1..]), static field => field.Name, 0, 3)
        from again in Gen.Choose(1, 3)
        select new HeaderEdits(
            remove,
            host ? set.Add(("Host", "a.example:81")).Strict() : set,
            add.Bind(field => toSeq(Enumerable.Repeat(field, again))).Strict());

    private static Gen<(string Name, string Value)> Field(string[] names) =>
        from name in Gen.Elements(names)
        from value in Gen.Elements(FieldValues)
        select (name, value);

    private static Gen<(string One, string Other)> Pair(string[] of) => Gen.Elements(of).ArrayOf(2).Select(static two => (two[0], two[1]));

    internal static Gen<Option<T>> Maybe<T>(Gen<T> some) => Gen.OneOf(Gen.Constant(Option<T>.None), some.Select(static value => Some(value)));

    private static Gen<Seq<T>> Distinct<T>(Gen<T> item, Func<T, string> key, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in item.ArrayOf(count)
        select toSeq(items.DistinctBy(key)).Strict();

    private static Weight WeightOf(int value) => Weight.From(value).IfNone(Weight.One);
}
