using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

/// <summary>No key is known and ignored: for each there are two values, and the settings differ.</summary>
public class EveryKeyTests
{
    private static readonly Dictionary<string, (string One, string Other)> Examples = new()
    {
        ["configuration/listeners"] = (Root("listeners: [ { bind: 127.0.0.1:1 } ]"), Root("listeners: [ { bind: 127.0.0.1:2 } ]")),
        ["configuration/upstreams"] = (Root("upstreams: { a: { backends: [ \"10.0.0.1:1\" ] } }"), Root("upstreams: { a: { backends: [ \"10.0.0.1:2\" ] } }")),
        ["configuration/routes"] = (Root("routes: [ { to: a } ]"), Root("routes: [ { to: a }, { to: a, path: /x } ]")),
        ["configuration/trusted-proxies"] = (Root(""), Root("trusted-proxies: [ 10.0.0.1 ]")),
        ["configuration/forwarded"] = (Root(""), Root("forwarded: both")),
        ["configuration/client-timeouts"] = (Root(""), Root("client-timeouts: { idle: 1s }")),
        ["configuration/limits"] = (Root(""), Root("limits: { request-body: 1 }")),
        ["configuration/access-log"] = (Root(""), Root("access-log: off")),
        ["configuration/drain-limit"] = (Root(""), Root("drain-limit: 1s")),
        ["listener/bind"] = (Listener("bind: :1"), Listener("bind: \"[::]:1\"")),
        ["listener/mode"] = (Listener("bind: unix:/x"), Listener("bind: unix:/x, mode: 0600")),
        ["listener/tls"] = (Listener("bind: :1"), Listener("bind: :1, tls: { certificate: c, key: k }")),
        ["listener/proxy-protocol"] = (Trusted("bind: :1, proxy-protocol: required"), Trusted("bind: :1, proxy-protocol: optional")),
        ["listener/proxy-protocol-from"] = (Trusted("bind: :1, proxy-protocol: required"), Listener("bind: :1, proxy-protocol: required, proxy-protocol-from: [ 10.0.0.2 ]")),
        ["listener/serve-half-closed"] = (Listener("bind: :1"), Listener("bind: :1, serve-half-closed: true")),
        ["listener-tls/certificate"] = (Listener("bind: :1, tls: { certificate: c, key: k }"), Listener("bind: :1, tls: { certificate: d, key: k }")),
        ["listener-tls/key"] = (Listener("bind: :1, tls: { certificate: c, key: k }"), Listener("bind: :1, tls: { certificate: c, key: l }")),
        ["listener/protocol"] = (Listener("bind: :1"), Listener("bind: :1, protocol: tcp, to: a")),
        ["listener/to"] = (Two("protocol: tcp, to: a"), Two("protocol: tcp, to: b")),
        ["listener/routes"] = (Two("protocol: tls-passthrough, routes: [ { to: a } ]"), Two("protocol: tls-passthrough, routes: [ { to: b } ]")),
        ["tls-route/host"] = (Two("protocol: tls-passthrough, routes: [ { to: a } ]"), Two("protocol: tls-passthrough, routes: [ { host: x, to: a } ]")),
        ["tls-route/hosts"] = (Two("protocol: tls-passthrough, routes: [ { to: a } ]"), Two("protocol: tls-passthrough, routes: [ { hosts: [ x ], to: a } ]")),
        ["tls-route/to"] = (Two("protocol: tls-passthrough, routes: [ { host: x, to: a } ]"), Two("protocol: tls-passthrough, routes: [ { host: x, to: b } ]")),
        ["listener-tls/certificates"] = (Tls("certificates: [ { certificate: c, key: k } ]"), Tls("certificates: [ { certificate: c, key: k }, { certificate: d, key: l } ]")),
        ["listener-tls/strict-sni"] = (Tls(OneCertificate), Tls(OneCertificate + ", strict-sni: true")),
        ["listener-tls/minimum"] = (Tls(OneCertificate), Tls(OneCertificate + ", minimum: 1.3")),
        ["listener-tls/client"] = (Tls(OneCertificate), Tls(OneCertificate + ", client: { ca: x }")),
        ["tls-client/mode"] = (Tls(OneCertificate + ", client: { ca: x }"), Tls(OneCertificate + ", client: { mode: optional, ca: x }")),
        ["tls-client/ca"] = (Tls(OneCertificate + ", client: { ca: x }"), Tls(OneCertificate + ", client: { ca: y }")),
        ["certificate/certificate"] = (Tls("certificates: [ { certificate: c, key: k } ]"), Tls("certificates: [ { certificate: d, key: k } ]")),
        ["certificate/key"] = (Tls("certificates: [ { certificate: c, key: k } ]"), Tls("certificates: [ { certificate: c, key: l } ]")),
        ["upstream/policy"] = (Upstream(""), Upstream("policy: random")),
        ["upstream/backends"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.2:1\"")),
        ["upstream/retry"] = (Upstream("retry: on"), Upstream("retry: off")),
        ["upstream/tls"] = (Upstream(""), Upstream("tls:")),
        ["upstream/health"] = (Upstream(""), Upstream("health: { tcp: }")),
        ["upstream/timeouts"] = (Upstream(""), Upstream("timeouts: { connect: 1s }")),
        ["upstream/pool"] = (Upstream(""), Upstream("pool: { idle-max: 1 }")),
        ["upstream/resolve-every"] = (Upstream(""), Upstream("resolve-every: 1s")),
        ["upstream/bounded-load"] = (Upstream("policy: ketama"), Upstream("policy: ketama\n    bounded-load: 125%")),
        ["upstream/tiers"] = (Upstream(""), Upstream("tiers: { panic: 1% }")),
        ["upstream/slow-start"] = (Upstream(""), Upstream("slow-start: { window: 9s }")),
        ["upstream/sticky"] = (Upstream(""), Sticky("")),
        ["upstream/queue"] = (Upstream(""), Upstream("queue: { length: 9 }")),
        ["upstream/outlier"] = (Upstream(""), Upstream("outlier: {}")),
        ["upstream/breaker"] = (Upstream(""), Upstream("breaker: {}")),
        ["upstream/proxy-protocol"] = (Upstream("proxy-protocol: v1"), Upstream("proxy-protocol: v2")),
        ["backend/address"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.1:2\"")),
        ["backend/weight"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.1:1\", weight: 2")),
        ["backend/tier"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.1:1\", tier: 2")),
        ["backend/backup"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.1:1\", backup: true")),
        ["backend/max-in-flight"] = (Backend("address: \"10.0.0.1:1\""), Backend("address: \"10.0.0.1:1\", max-in-flight: 9")),
        ["policy/round-robin"] = (Upstream("policy: random"), Upstream("policy: { round-robin: {} }")),
        ["policy/random"] = (Upstream(""), Upstream("policy: { random: {} }")),
        ["policy/source-ip-hash"] = (Upstream(""), Upstream("policy: { source-ip-hash: {} }")),
        ["policy/ketama"] = (Upstream(""), Upstream("policy: { ketama: {} }")),
        ["policy/power-of-two"] = (Upstream(""), Upstream("policy: { power-of-two: {} }")),
        ["policy/least-requests"] = (Upstream(""), Upstream("policy: { least-requests: {} }")),
        ["policy/peak-ewma"] = (Upstream(""), Upstream("policy: { peak-ewma: {} }")),
        ["policy/first"] = (Upstream(""), Upstream("policy: { first: {} }")),
        ["policy/nginx-ip-hash"] = (Upstream(""), Upstream("policy: { nginx-ip-hash: {} }")),
        ["policy/hash"] = (Upstream(""), Upstream("policy: { hash: {} }")),
        ["policy/rendezvous"] = (Upstream(""), Upstream("policy: { rendezvous: {} }")),
        ["policy/maglev"] = (Upstream(""), Upstream("policy: { maglev: {} }")),
        ["policy/jump-hash"] = (Upstream(""), Upstream("policy: { jump-hash: {} }")),
        ["peak-ewma/decay"] = (Upstream("policy: peak-ewma"), Upstream("policy: { peak-ewma: { decay: 9s } }")),
        ["hash/key"] = (Upstream("policy: hash"), Upstream("policy: { hash: { key: uri } }")),
        ["hash/compatible"] = (Upstream("policy: hash"), Upstream("policy: { hash: { compatible: nginx } }")),
        ["ketama/compatible"] = (Upstream("policy: ketama"), Upstream("policy: { ketama: { compatible: envoy } }")),
        ["keyed-policy/key"] = (Upstream("policy: rendezvous"), Upstream("policy: { rendezvous: { key: uri } }")),
        ["maglev/key"] = (Upstream("policy: maglev"), Upstream("policy: { maglev: { key: uri } }")),
        ["maglev/table-size"] = (Upstream("policy: maglev"), Upstream("policy: { maglev: { table-size: 7 } }")),
        ["source-ip-hash/ipv4-prefix"] = (Upstream("policy: source-ip-hash"), Upstream("policy: { source-ip-hash: { ipv4-prefix: 0 } }")),
        ["source-ip-hash/ipv6-prefix"] = (Upstream("policy: source-ip-hash"), Upstream("policy: { source-ip-hash: { ipv6-prefix: 128 } }")),
        ["ketama/key"] = (Upstream("policy: ketama"), Upstream("policy: { ketama: { key: uri } }")),
        ["retry/attempts"] = (Upstream("retry: on"), Upstream("retry: { attempts: 3 }")),
        ["retry/on"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, on: [ reset ] }")),
        ["retry/statuses"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, statuses: 503 }")),
        ["retry/non-idempotent"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, non-idempotent: true }")),
        ["retry/body-buffer"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, body-buffer: 0 }")),
        ["retry/budget"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, budget: off }")),
        ["retry/back-off"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, back-off: off }")),
        ["retry/attempt-timeout"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, attempt-timeout: 1s }")),
        ["retry-budget/percent"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, budget: { percent: 10% } }")),
        ["retry-budget/minimum"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, budget: { minimum: 1 } }")),
        ["back-off/base"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, back-off: { base: 1ms } }")),
        ["back-off/max"] = (Upstream("retry: { attempts: 3 }"), Upstream("retry: { attempts: 3, back-off: { max: 1s } }")),
        ["upstream-tls/sni"] = (Upstream("tls: {}"), Upstream("tls: { sni: x }")),
        ["upstream-tls/verify"] = (Upstream("tls: {}"), Upstream("tls: { verify: false }")),
        ["upstream-tls/alternative-names"] = (Upstream("tls: {}"), Upstream("tls: { alternative-names: [ x ] }")),
        ["upstream-tls/ca"] = (Upstream("tls: {}"), Upstream("tls: { ca: x }")),
        ["upstream-tls/certificate"] = (Upstream("tls: { certificate: x, key: y }"), Upstream("tls: { certificate: z, key: y }")),
        ["upstream-tls/key"] = (Upstream("tls: { certificate: x, key: y }"), Upstream("tls: { certificate: x, key: z }")),
        ["health/tcp"] = (Health("http: {}"), Health("tcp: {}")),
        ["health/http"] = (Health("tcp: {}"), Health("http: {}")),
        ["health/every"] = (Health("tcp: {}"), Health("tcp: {}, every: 9s")),
        ["health/timeout"] = (Health("tcp: {}"), Health("tcp: {}, timeout: 9s")),
        ["health/every-changing"] = (Health("tcp: {}"), Health("tcp: {}, every-changing: 9s")),
        ["health/every-down"] = (Health("tcp: {}"), Health("tcp: {}, every-down: 9s")),
        ["health/rise"] = (Health("tcp: {}"), Health("tcp: {}, rise: 9")),
        ["health/fall"] = (Health("tcp: {}"), Health("tcp: {}, fall: 9")),
        ["health/initial"] = (Health("tcp: {}"), Health("tcp: {}, initial: down")),
        ["health/jitter"] = (Health("tcp: {}"), Health("tcp: {}, jitter: 0.5")),
        ["tcp-check/port"] = (Health("tcp: {}"), Health("tcp: { port: 9 }")),
        ["tcp-check/handshake"] = (Upstream("tls:\n    health: { tcp: {} }"), Upstream("tls:\n    health: { tcp: { handshake: true } }")),
        ["http-check/path"] = (Health("http: {}"), Health("http: { path: /x }")),
        ["http-check/host"] = (Health("http: {}"), Health("http: { host: x }")),
        ["http-check/expect"] = (Health("http: {}"), Health("http: { expect: 204 }")),
        ["http-check/method"] = (Health("http: {}"), Health("http: { method: HEAD }")),
        ["http-check/port"] = (Health("http: {}"), Health("http: { port: 9 }")),
        ["http-check/tls"] = (Upstream("tls:\n    health: { http: {} }"), Upstream("tls:\n    health: { http: { tls: false } }")),
        ["upstream-timeouts/connect"] = (Upstream(""), Upstream("timeouts: { connect: 9s }")),
        ["upstream-timeouts/tls-handshake"] = (Upstream(""), Upstream("timeouts: { tls-handshake: 9s }")),
        ["upstream-timeouts/response-head"] = (Upstream(""), Upstream("timeouts: { response-head: 9s }")),
        ["upstream-timeouts/body-gap"] = (Upstream(""), Upstream("timeouts: { body-gap: 9s }")),
        ["upstream-timeouts/total"] = (Upstream("timeouts: { total: off }"), Upstream("timeouts: { total: 9s }")),
        ["upstream-timeouts/tunnel-idle"] = (Upstream(""), Upstream("timeouts: { tunnel-idle: 9s }")),
        ["upstream-timeouts/tunnel-total"] = (Upstream("timeouts: { tunnel-total: off }"), Upstream("timeouts: { tunnel-total: 9s }")),
        ["pool/idle-max"] = (Upstream(""), Upstream("pool: { idle-max: 9 }")),
        ["pool/idle-timeout"] = (Upstream(""), Upstream("pool: { idle-timeout: 9s }")),
        ["bounded-load/percent"] = (Bounded("percent: 125%"), Bounded("percent: 126%")),
        ["bounded-load/order"] = (Bounded("percent: 125%"), Bounded("percent: 125%, order: seeded")),
        ["tiers/spill"] = (Upstream(""), Upstream("tiers: { spill: 140% }")),
        ["tiers/panic"] = (Upstream(""), Upstream("tiers: { panic: 50% }")),
        ["slow-start/window"] = (Upstream("slow-start: { window: 9s }"), Upstream("slow-start: { window: 8s }")),
        ["slow-start/aggression"] = (Upstream("slow-start: { window: 9s }"), Upstream("slow-start: { window: 9s, aggression: 1.5 }")),
        ["slow-start/minimum"] = (Upstream("slow-start: { window: 9s }"), Upstream("slow-start: { window: 9s, minimum: 1% }")),
        ["sticky/cookie"] = (Sticky(""), Upstream("sticky: { cookie: c, secret: 0123456789abcdef }")),
        ["sticky/secret"] = (Sticky(""), Upstream("sticky: { cookie: b, secret: 0123456789abcdeF }")),
        ["sticky/when-gone"] = (Sticky(""), Sticky("when-gone: refuse")),
        ["sticky/path"] = (Sticky(""), Sticky("path: /x")),
        ["sticky/domain"] = (Sticky(""), Sticky("domain: x.example")),
        ["sticky/secure"] = (Sticky(""), Sticky("secure: true")),
        ["sticky/http-only"] = (Sticky(""), Sticky("http-only: false")),
        ["sticky/same-site"] = (Sticky(""), Sticky("same-site: lax")),
        ["sticky/max-age"] = (Sticky(""), Sticky("max-age: 9s")),
        ["queue/length"] = (Upstream(""), Upstream("queue: { length: 9 }")),
        ["queue/timeout"] = (Upstream(""), Upstream("queue: { timeout: 9s }")),
        ["outlier/consecutive-5xx"] = (Outlier(""), Outlier("consecutive-5xx: 9")),
        ["outlier/consecutive-gateway-errors"] = (Outlier(""), Outlier("consecutive-gateway-errors: 9")),
        ["outlier/consecutive-local-errors"] = (Outlier(""), Outlier("consecutive-local-errors: 9")),
        ["outlier/split-local-errors"] = (Outlier(""), Outlier("split-local-errors: true")),
        ["outlier/every"] = (Outlier(""), Outlier("every: 9s")),
        ["outlier/ejection"] = (Outlier(""), Outlier("ejection: 9s")),
        ["outlier/max-ejection"] = (Outlier(""), Outlier("max-ejection: 99s")),
        ["outlier/jitter"] = (Outlier(""), Outlier("jitter: 9s")),
        ["outlier/max-ejected"] = (Outlier(""), Outlier("max-ejected: 9%")),
        ["outlier/always-eject-one"] = (Outlier(""), Outlier("always-eject-one: true")),
        ["outlier/return-on-passed-probe"] = (Outlier(""), Outlier("return-on-passed-probe: false")),
        ["outlier/enforced-consecutive-5xx"] = (Outlier(""), Outlier("enforced-consecutive-5xx: 9%")),
        ["outlier/enforced-consecutive-gateway-errors"] = (Outlier(""), Outlier("enforced-consecutive-gateway-errors: 9%")),
        ["outlier/enforced-consecutive-local-errors"] = (Outlier(""), Outlier("enforced-consecutive-local-errors: 9%")),
        ["outlier/success-rate"] = (Outlier(""), Outlier("success-rate: off")),
        ["outlier/failure-percent"] = (Outlier(""), Outlier("failure-percent: {}")),
        ["success-rate/backends-min"] = (Outlier(""), Outlier("success-rate: { backends-min: 9 }")),
        ["success-rate/requests-min"] = (Outlier(""), Outlier("success-rate: { requests-min: 9 }")),
        ["success-rate/deviations"] = (Outlier(""), Outlier("success-rate: { deviations: 9 }")),
        ["success-rate/enforced"] = (Outlier(""), Outlier("success-rate: { enforced: 9 }")),
        ["failure-percent/percent"] = (Outlier("failure-percent: {}"), Outlier("failure-percent: { percent: 9 }")),
        ["failure-percent/backends-min"] = (Outlier("failure-percent: {}"), Outlier("failure-percent: { backends-min: 9 }")),
        ["failure-percent/requests-min"] = (Outlier("failure-percent: {}"), Outlier("failure-percent: { requests-min: 9 }")),
        ["failure-percent/enforced"] = (Outlier("failure-percent: {}"), Outlier("failure-percent: { enforced: 9 }")),
        ["breaker/failures"] = (Upstream("breaker: {}"), Upstream("breaker: { failures: 9% }")),
        ["breaker/requests-min"] = (Upstream("breaker: {}"), Upstream("breaker: { requests-min: 9 }")),
        ["breaker/window"] = (Upstream("breaker: {}"), Upstream("breaker: { window: 9s }")),
        ["breaker/open-for"] = (Upstream("breaker: {}"), Upstream("breaker: { open-for: 9s }")),
        ["breaker/trials"] = (Upstream("breaker: {}"), Upstream("breaker: { trials: 9 }")),
        ["breaker/recovery"] = (Upstream("breaker: {}"), Upstream("breaker: { recovery: 9s }")),
        ["route/to"] = (Root("upstreams: { a: { backends: [ \"h:1\" ] }, b: { backends: [ \"h:1\" ] } }"), Root("upstreams: { a: { backends: [ \"h:1\" ] }, b: { backends: [ \"h:1\" ] } }").Replace("to: a", "to: b", StringComparison.Ordinal)),
        ["route/host"] = (Route(""), Route("host: x")),
        ["route/hosts"] = (Route(""), Route("hosts: [ x ]")),
        ["route/path"] = (Route(""), Route("path: /x")),
        ["route/path-prefix"] = (Route(""), Route("path-prefix: /x")),
        ["route/request-headers"] = (Route(""), Route("request-headers: { set: { A: b } }")),
        ["route/response-headers"] = (Route(""), Route("response-headers: { set: { A: b } }")),
        ["route/upgrades"] = (Route("upgrades: [ websocket ]"), Route("upgrades: [ ]")),
        ["route/connect"] = (Route(""), Route("connect: [ \"a.example:443\" ]")),
        ["header-edits/remove"] = (Route(""), Route("request-headers: { remove: [ A ] }")),
        ["header-edits/set"] = (Route("request-headers: { set: { A: b } }"), Route("request-headers: { set: { A: c } }")),
        ["header-edits/add"] = (Route("request-headers: { add: { A: b } }"), Route("request-headers: { add: { A: c } }")),
        ["client-timeouts/tls-handshake"] = (Root(""), Root("client-timeouts: { tls-handshake: 9s }")),
        ["client-timeouts/request-head"] = (Root(""), Root("client-timeouts: { request-head: 9s }")),
        ["client-timeouts/idle"] = (Root(""), Root("client-timeouts: { idle: 9s }")),
        ["client-timeouts/body-gap"] = (Root(""), Root("client-timeouts: { body-gap: 9s }")),
        ["client-timeouts/write-stall"] = (Root(""), Root("client-timeouts: { write-stall: 9s }")),
        ["client-timeouts/proxy-header"] = (Root(""), Root("client-timeouts: { proxy-header: 9s }")),
        ["client-timeouts/rate-grace"] = (Root(""), Root("client-timeouts: { rate-grace: 9s }")),
        ["limits/connections"] = (Root(""), Root("limits: { connections: 9 }")),
        ["limits/reserved-descriptors"] = (Root(""), Root("limits: { reserved-descriptors: 9 }")),
        ["limits/connections-per-client"] = (Root(""), Root("limits: { connections-per-client: 9 }")),
        ["limits/requests-per-connection"] = (Root(""), Root("limits: { requests-per-connection: 9 }")),
        ["limits/min-request-rate"] = (Root(""), Root("limits: { min-request-rate: off }")),
        ["limits/min-response-rate"] = (Root(""), Root("limits: { min-response-rate: 1kB }")),
        ["limits/request-line"] = (Root(""), Root("limits: { request-line: 1KiB }")),
        ["limits/request-head"] = (Root(""), Root("limits: { request-head: 16KiB }")),
        ["limits/request-fields"] = (Root(""), Root("limits: { request-fields: 9 }")),
        ["limits/response-head"] = (Root(""), Root("limits: { response-head: 9kB }")),
        ["limits/response-fields"] = (Root(""), Root("limits: { response-fields: 9 }")),
        ["limits/request-body"] = (Root("limits: { request-body: off }"), Root("limits: { request-body: 9MiB }")),
    };

    [Fact]
    public void There_is_an_example_of_every_key() => Assert.Equal(
        MapShape.All.SelectMany(static shape => shape.Keys.Select(key => shape.Name + "/" + key)).Order(StringComparer.Ordinal),
        Examples.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_key_changes_the_settings()
    {
        foreach (var (key, (one, other)) in Examples)
            Assert.False(Reading.Settings(one) == Reading.Settings(other), $"{key} is read but changes nothing");
    }

    [Fact]
    public void Every_kind_of_mapping_refuses_a_key_it_does_not_know_and_proposes_one()
    {
        var mistyped = Seq(
            (Root("acess-log: off"), "'access-log'"), (Listener("bind: :1, mod: 0600"), "'mode'"), (Listener("bind: :1, tls: { certificat: c, key: k }"), "'certificate'"),
            (Upstream("polcy: random"), "'policy'"), (Backend("adress: \"10.0.0.1:1\""), "'address'"), (Upstream("policy: { ketma: {} }"), "'ketama'"),
            (Upstream("policy: { source-ip-hash: { ipv4-prefx: 1 } }"), "'ipv4-prefix'"), (Upstream("policy: { ketama: { ky: uri } }"), "'key'"),
            (Upstream("retry: { atempts: 1 }"), "'attempts'"), (Upstream("tls: { snl: x }"), "'sni'"), (Health("tcp: {}, evry: 1s"), "'every'"),
            (Health("tcp: { prot: 1 }"), "'port'"), (Health("http: { expct: 200 }"), "'expect'"), (Upstream("timeouts: { conect: 1s }"), "'connect'"),
            (Upstream("pool: { idle_max: 1 }"), "'idle-max'"), (Route("pathprefix: /"), "'path-prefix'"), (Route("request-headers: { sets: {} }"), "'set'"),
            (Upstream("policy: { peak-ewma: { deccay: 1s } }"), "'decay'"), (Upstream("policy: { hash: { compatibel: nginx } }"), "'compatible'"),
            (Upstream("policy: { jump-hash: { ky: uri } }"), "'key'"), (Upstream("policy: { maglev: { tablesize: 7 } }"), "'table-size'"), (Bounded("percnt: 125%"), "'percent'"),
            (Upstream("tiers: { spil: 140% }"), "'spill'"), (Upstream("slow-start: { windw: 1s }"), "'window'"), (Sticky("samesite: lax"), "'same-site'"),
            (Upstream("queue: { lenght: 1 }"), "'length'"), (Outlier("max-ejektion: 9s"), "'max-ejection'"), (Outlier("success-rate: { enforce: 1 }"), "'enforced'"),
            (Outlier("failure-percent: { percents: 1 }"), "'percent'"), (Upstream("breaker: { failure: 1% }"), "'failures'"),
            (Root("client-timeouts: { idel: 1s }"), "'idle'"), (Root("limits: { request-lines: 1KiB }"), "'request-line'"));
        foreach (var (text, meant) in mistyped)
            Assert.Contains($"; did you mean {meant}?", Reading.Faults(text), StringComparison.Ordinal);
        Assert.Contains("FL0102: unknown key 'x' in a policy without parameters", Reading.Faults(Upstream("policy: { random: { x: 1 } }")), StringComparison.Ordinal);
    }

    private static string Root(string line)
    {
        var lines = Seq("listeners: [ { bind: 127.0.0.1:1 } ]", "upstreams: { a: { backends: [ \"10.0.0.1:80\" ] } }", "routes: [ { to: a } ]");
        return string.Join('\n', lines.Filter(l => l[..l.IndexOf(':', StringComparison.Ordinal)] != line.Split(':')[0]).Add(line));
    }

    private static string Listener(string entries) => Root($"listeners: [ {{ {entries} }} ]");

    private const string OneCertificate = "certificate: c, key: k";

    private static string Tls(string entries) => Listener($"bind: :1, tls: {{ {entries} }}");

    private static string Two(string entries) =>
        Listener("bind: :1, " + entries).Replace("upstreams: { a:", "upstreams: { b: { backends: [ \"10.0.0.1:80\" ] }, a:", StringComparison.Ordinal);

    private static string Trusted(string entries) => Listener(entries) + "\ntrusted-proxies: [ 10.0.0.1 ]";

    private static string Backend(string entries) => Root($"upstreams: {{ a: {{ backends: [ {{ {entries} }} ] }} }}");

    private static string Upstream(string lines) => Reading.WithUpstream(lines);

    private static string Health(string entries) => Reading.WithUpstream($"health: {{ {entries} }}");

    private static string Bounded(string entries) => Reading.WithUpstream($"policy: ketama\n    bounded-load: {{ {entries} }}");

    private static string Sticky(string entries) => Reading.WithUpstream($"sticky: {{ cookie: b, secret: 0123456789abcdef{(entries.Length > 0 ? ", " : "")}{entries} }}");

    private static string Outlier(string entries) => Reading.WithUpstream(entries.Length > 0 ? $"outlier: {{ {entries} }}" : "outlier: {}");

    private static string Route(string entries) => Reading.WithRoute(entries);
}
