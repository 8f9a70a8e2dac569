using System;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Upstreams;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public class SettingsReaderTests
{
    [Fact]
    public void The_least_configuration_has_every_default() => Assert.Equal(
        ProxySettings.Empty with
        {
            Listeners = Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Loopback, 6188), None)),
            Upstreams = Seq1(UpstreamSettings.Of("app", Seq1(new BackendSettings(new BackendAddress.Ip(IPAddress.Parse("10.0.0.1"), 80), Weight.One)))),
            Routes = Seq1(new RouteSettings(default, PathPattern.Any, "app", HeaderEdits.None, HeaderEdits.None)),
        },
        Reading.Settings("""
            listeners:
              - bind: 127.0.0.1:6188
            upstreams:
              app:
                backends: [ "10.0.0.1:80" ]
            routes:
              - to: app
            """));

    [Fact]
    public void The_example_of_the_readme_means_what_it_says()
    {
        var settings = Reading.Settings("""
            listeners:
              - bind: 0.0.0.0:6188
            upstreams:
              blog:
                policy: round-robin            # random, source-ip-hash, ketama
                backends: [ "testapi.runnable.run:443", "testapi2.runnable.run:443", "127.0.0.1:343" ]
                retry: off
                tls: { sni: runnable.run }
                health: { tcp: {}, every: 1s, rise: 1, fall: 1 }
            routes:
              - to: blog
                request-headers: { set: { Host: runnable.run } }
            """);

        Assert.Equal(Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Any, 6188), None)), settings.Listeners);
        Assert.Equal(
            Seq1(UpstreamSettings.Of("blog", Seq(
                new BackendSettings(new BackendAddress.Name("testapi.runnable.run", 443), Weight.One),
                new BackendSettings(new BackendAddress.Name("testapi2.runnable.run", 443), Weight.One),
                new BackendSettings(new BackendAddress.Ip(IPAddress.Loopback, 343), Weight.One)))
            with
            {
                Retry = RetrySettings.Off,
                Tls = new UpstreamTls("runnable.run", Verify: true, default, None, None),
                Health = new HealthSettings(new ProbeSettings.Tcp(false, None), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 1, InitialHealth.Up, 0),
            }),
            settings.Upstreams);
        Assert.Equal(
            Seq1(new RouteSettings(default, PathPattern.Any, "blog", new HeaderEdits(default, Seq1(("Host", "runnable.run")), default), HeaderEdits.None)),
            settings.Routes);
    }

    [Fact]
    public void Every_value_arrives_where_it_belongs()
    {
        var settings = Reading.Settings("""
            listeners:
              - { bind: "[::]:443", tls: { certificate: c.pem, key: k.pem } }
              - bind: unix:/run/f.sock
                mode: 0o600
            upstreams:
              a:
                policy: { ketama: { key: header X-User } }
                backends: [ "A.Example:443,weight=3", { address: "[fd00::1]:80", weight: 0 }, "unix:/run/a,b.sock,weight=2" ]
                retry: { attempts: 4 }
                tls: { sni: S.example, alternative-names: [ t.example, 10.0.0.9 ], ca: ca.pem, certificate: cc.pem, key: ck.pem }
                health:
                  http: { path: "/h?x=1", host: "h.example:81", expect: "200-299,304", method: HEAD, port: 81, tls: false }
                  every: 500ms
                  timeout: 1m30s
                  rise: 2
                  fall: 3
                  initial: first-probe
                  jitter: 10%
                timeouts: { connect: 1s, tls-handshake: 2s, response-head: 3s, body-gap: 4s, total: 5s }
                pool: { idle-max: 0, idle-timeout: 6s }
                resolve-every: 7s
            routes:
              - { to: a, hosts: [ X.example, "*.y.example" ], path: /exact }
              - to: a
                host: "[::1]"
                path-prefix: /api
                request-headers: { remove: [ Cookie ], set: { Host: "h:1" }, add: { X-A: [ one, "" ], X-B: two } }
                response-headers: { remove: [ Server ] }
            trusted-proxies: [ 10.0.0.0/8, 192.0.2.1, "fd00::/8" ]
            client-timeouts: { tls-handshake: 1s, request-head: 2s, idle: 3s, body-gap: 4s, write-stall: 5s }
            limits: { request-line: 1KiB, request-head: 2kB, request-fields: 3, response-head: 4096, response-fields: 5, request-body: 6MB }
            access-log: json
            drain-limit: 0s
            """);

        Assert.Equal(
            new ProxySettings(
                Seq(
                    new ListenerSettings(new ListenerAddress.Tcp(IPAddress.IPv6Any, 443), ListenerTls.Of("c.pem", "k.pem")),
                    new ListenerSettings(new ListenerAddress.Unix("/run/f.sock", 0b110_000_000), None)),
                Seq1(new UpstreamSettings(
                    "a",
                    new PolicySettings.Ketama(new KeySource.Header("x-user")),
                    Seq(
                        new BackendSettings(new BackendAddress.Name("a.example", 443), WeightOf(3)),
                        new BackendSettings(new BackendAddress.Ip(IPAddress.Parse("fd00::1"), 80), WeightOf(0)),
                        new BackendSettings(new BackendAddress.UnixPath("/run/a,b.sock"), WeightOf(2))),
                    new RetrySettings(4),
                    new UpstreamTls("s.example", true, Seq("t.example", "10.0.0.9"), "ca.pem", new ClientCertificate("cc.pem", "ck.pem")),
                    new HealthSettings(
                        new ProbeSettings.Http("HEAD", "/h?x=1", "h.example:81", StatusSet.Parse("200-299,304").IfNone(StatusSet.Ok), 81, Tls: false),
                        TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(90), 2, 3, InitialHealth.FirstProbe, 0.1),
                    new UpstreamTimeouts(Seconds(1), Seconds(2), Seconds(3), Seconds(4), Seconds(5)),
                    new PoolSettings(0, Seconds(6)),
                    Seconds(7))),
                Seq(
                    new RouteSettings(Seq<HostPattern>(new HostPattern.Exact("x.example"), new HostPattern.Below("y.example")), new PathPattern.Exact("/exact"), "a", HeaderEdits.None, HeaderEdits.None),
                    new RouteSettings(
                        Seq1<HostPattern>(new HostPattern.Exact("[::1]")), new PathPattern.Prefix("/api"), "a",
                        new HeaderEdits(Seq1("Cookie"), Seq1(("Host", "h:1")), Seq(("X-A", "one"), ("X-A", ""), ("X-B", "two"))),
                        new HeaderEdits(Seq1("Server"), default, default))),
                Seq(IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("fd00::/8")),
                new ClientTimeouts(Seconds(1), Seconds(2), Seconds(3), Seconds(4), Seconds(5)),
                new LimitSettings(1024, 2000, 3, 4096, 5, 6_000_000L),
                AccessLogFormat.Json,
                TimeSpan.Zero),
            settings);
    }

    [Fact]
    public void Everything_around_the_policy_arrives_where_it_belongs()
    {
        var upstream = Reading.Settings("""
            listeners: [ { bind: 127.0.0.1:1 } ]
            routes: [ { to: a } ]
            upstreams:
              a:
                policy: { maglev: { key: cookie Sid, table-size: 251 } }
                backends:
                  - "10.0.0.1:80,weight=2"
                  - { address: "10.0.0.2:80", max-in-flight: 32 }
                  - { address: "10.0.0.3:80", backup: true }
                  - { address: "10.0.0.4:80", tier: 2 }
                bounded-load: { percent: 150, order: seeded }
                tiers: { spill: 140%, panic: 50 }
                slow-start: { window: 1m, aggression: 1.5, minimum: 5% }
                sticky: { cookie: b, secret: 0123456789abcdef, when-gone: refuse, path: /p, domain: X.example, secure: true, http-only: false, same-site: none, max-age: 1h }
                queue: { length: 7, timeout: 8s }
                health: { tcp: {}, every-changing: 100ms, every-down: 10s }
                outlier:
                  consecutive-5xx: 1
                  consecutive-gateway-errors: 2
                  consecutive-local-errors: 3
                  split-local-errors: true
                  every: 4s
                  ejection: 5s
                  max-ejection: 6s
                  jitter: 7s
                  max-ejected: 8%
                  always-eject-one: true
                  return-on-passed-probe: false
                  enforced-consecutive-5xx: 9%
                  enforced-consecutive-gateway-errors: 10%
                  enforced-consecutive-local-errors: 11%
                  success-rate: { backends-min: 12, requests-min: 13, deviations: 1.4, enforced: 15% }
                  failure-percent: { percent: 16%, backends-min: 17, requests-min: 18, enforced: 19% }
                breaker: { failures: 20%, requests-min: 21, window: 22s, open-for: 23s, trials: 24, recovery: 0s }
            """).Upstreams[0];

        Assert.Equal(new PolicySettings.Maglev(new KeySource.Cookie("Sid"), 251), upstream.Policy);
        Assert.Equal(Seq((0, 0), (0, 32), (1, 0), (2, 0)), upstream.Backends.Map(static backend => (backend.Tier, backend.InFlightMax)).Strict());
        Assert.Equal(
            new SelectionSettings
            {
                BoundedLoad = new BoundedLoadSettings(150, BoundedOrder.Seeded),
                Tiers = new TierSettings(140, 50),
                SlowStart = new SlowStartSettings(TimeSpan.FromMinutes(1), 1.5, 5),
                Sticky = new StickySettings("b", "0123456789abcdef", StickyFailure.Refuse, "/p", "x.example", Secure: true, HttpOnly: false, SameSite.None, TimeSpan.FromHours(1)),
                Queue = new QueueSettings(7, Seconds(8)),
            },
            upstream.Selection);
        Assert.Equal((Some(TimeSpan.FromMilliseconds(100)), Some(Seconds(10))), upstream.Health.Map(static health => (health.EveryChanging, health.EveryDown)).IfNone((None, None)));
        Assert.Equal(
            new OutlierSettings
            {
                Consecutive5xx = 1,
                ConsecutiveGatewayErrors = 2,
                ConsecutiveLocalErrors = 3,
                SplitLocalErrors = true,
                Interval = Seconds(4),
                BaseEjection = Seconds(5),
                MaxEjection = Seconds(6),
                Jitter = Seconds(7),
                MaxEjectedPercent = 8,
                AlwaysEjectOne = true,
                ReturnOnPassedProbe = false,
                EnforcedConsecutive5xx = 9,
                EnforcedConsecutiveGatewayErrors = 10,
                EnforcedConsecutiveLocalErrors = 11,
                SuccessRate = new SuccessRateSettings(12, 13, 1.4, 15),
                FailurePercent = new FailurePercentSettings(16, 17, 18, 19),
            },
            upstream.Outlier);
        Assert.Equal(new BreakerSettings(20, 21, Seconds(22), Seconds(23), 24, TimeSpan.Zero), upstream.Breaker);
    }

    [Fact]
    public void A_sticky_cookie_belongs_to_every_path_and_to_no_script_unless_told_otherwise() => Assert.Equal(
        new StickySettings("b", "0123456789abcdef", StickyFailure.Redistribute, "/", None, Secure: false, HttpOnly: true, None, None),
        Reading.Settings(Reading.WithUpstream("sticky: { cookie: b, secret: 0123456789abcdef }")).Upstreams[0].Selection.Sticky);

    [Fact]
    public void The_longest_ejection_is_never_shorter_than_the_first() => Assert.Equal(
        TimeSpan.FromMinutes(10),
        Reading.Settings(Reading.WithUpstream("outlier: { ejection: 10m }")).Upstreams[0].Outlier.Map(static outlier => outlier.MaxEjection).IfNone(TimeSpan.Zero));

    [Fact]
    public void Empty_mappings_have_every_default()
    {
        var upstream = Reading.Settings(Reading.WithUpstream("outlier: {}\n    breaker: {}\n    tiers: {}\n    queue: {}")).Upstreams[0];
        Assert.Equal((Some(OutlierSettings.Default), Some(BreakerSettings.Default), SelectionSettings.Default), (upstream.Outlier, upstream.Breaker, upstream.Selection));
    }

    [Theory]
    [InlineData("round-robin")]
    [InlineData("{ round-robin: {} }")]
    [InlineData("{ round-robin: }")]
    public void A_policy_without_parameters_is_its_name(string written) =>
        Assert.Equal(new PolicySettings.RoundRobin(), Reading.Settings(Reading.WithUpstream("policy: " + written)).Upstreams[0].Policy);

    [Theory]
    [InlineData("client-ip", typeof(KeySource.ClientIp))]
    [InlineData("path", typeof(KeySource.Path))]
    [InlineData("uri", typeof(KeySource.Uri))]
    [InlineData("header x", typeof(KeySource.Header))]
    [InlineData("cookie x", typeof(KeySource.Cookie))]
    [InlineData("query x", typeof(KeySource.Query))]
    public void Every_source_of_a_key_can_be_said(string written, Type source)
    {
        var policy = Reading.Settings(Reading.WithUpstream($"policy: {{ ketama: {{ key: {written} }} }}")).Upstreams[0].Policy;
        Assert.IsType(source, Assert.IsType<PolicySettings.Ketama>(policy).Key);
    }

    [Fact]
    public void A_check_of_an_upstream_with_tls_speaks_tls_unless_told_otherwise()
    {
        Assert.True(HttpCheck("tls: {}\n    health: { http: {} }").Tls);
        Assert.False(HttpCheck("tls: {}\n    health: { http: { tls: false } }").Tls);
        Assert.False(HttpCheck("health: { http: {} }").Tls);

        static ProbeSettings.Http HttpCheck(string lines) => Assert.IsType<ProbeSettings.Http>(
            Reading.Settings(Reading.WithUpstream(lines)).Upstreams[0].Health.Match(static h => h.Probe, static () => null!));
    }

    [Fact]
    public void Port_zero_may_be_listened_on_twice() =>
        Assert.Equal(2, Reading.Settings(Reading.WithRoot("").Replace("{ bind: 127.0.0.1:1 }", "{ bind: 127.0.0.1:0 }, { bind: 127.0.0.1:0 }", StringComparison.Ordinal)).Listeners.Count);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Weight WeightOf(int value) => Weight.From(value).IfNone(Weight.One);
}
