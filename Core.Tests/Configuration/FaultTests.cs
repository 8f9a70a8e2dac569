using System;
using System.Linq;
using Fairlead.Configuration;

namespace Fairlead.Tests.Configuration;

/// <summary>What people are told, word for word: each kind of fault, with its place.</summary>
public class FaultTests
{
    /// <summary>Where an example stands.</summary>
    public enum In { Text, Root, Listener, Upstream, Backend, Route }

    public static TheoryData<FaultCode, In, string, string> Examples { get; } = new()
    {
        { FaultCode.UnknownKey, In.Root, "acces-log: text", "4:1: FL0102: unknown key 'acces-log' in the configuration; did you mean 'access-log'?" },
        { FaultCode.UnknownKey, In.Root, "hurz: 1", "4:1: FL0102: unknown key 'hurz' in the configuration; the keys are: listeners, upstreams, routes, trusted-proxies, forwarded, client-timeouts, limits, access-log, drain-limit" },
        { FaultCode.DuplicateKey, In.Root, "access-log: text\naccess-log: off", "5:1: FL0103: 'access-log' is already set above; keep one of them" },
        { FaultCode.DuplicateKey, In.Route, "request-headers: { set: { X-A: 1, x-a: 2 } }", "3:54: FL0103: 'x-a' is already set above; keep one of them" },
        { FaultCode.DuplicateKey, In.Route, "request-headers: { remove: [ X-A, x-a ] }", "3:54: FL0103: 'x-a' is already removed above; keep one of them" },
        { FaultCode.MissingKey, In.Text, "listeners: [ { mode: 0600 } ]", "1:1: FL0303: 'upstreams' is missing; write where requests go: upstreams: { app: { backends: [ \"127.0.0.1:8080\" ] } }\n1:1: FL0304: 'routes' is missing; write which requests go where: routes: [ { to: NAME } ]\n1:14: FL0104: 'bind' is missing in a listener; say an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock" },
        { FaultCode.MissingKey, In.Upstream, "health: { every: 1s }", "6:13: FL0104: 'tcp' or 'http' is missing in a health check; say which check: tcp: {} or http: { path: / }" },
        { FaultCode.MissingKey, In.Upstream, "retry: {}", "6:12: FL0104: 'attempts' is missing in retry; say how often a request is tried in all" },
        { FaultCode.MissingKey, In.Upstream, "tls: { certificate: c.pem }", "6:10: FL0104: 'key' is missing in the TLS settings of an upstream; 'certificate' needs its private key: name its PEM file" },
        { FaultCode.MissingKey, In.Upstream, "tls: { key: k.pem }", "6:10: FL0104: 'certificate' is missing in the TLS settings of an upstream; 'key' belongs to a certificate: name its PEM file" },
        { FaultCode.WrongShape, In.Root, "limits: 5", "4:9: FL0105: '5' where keys were expected: request-line, request-head, request-fields, response-head, response-fields, request-body, connections, reserved-descriptors, connections-per-client, requests-per-connection, min-request-rate, min-response-rate" },
        { FaultCode.WrongShape, In.Root, "limits: [ 1 ]", "4:9: FL0105: a list where keys were expected: request-line, request-head, request-fields, response-head, response-fields, request-body, connections, reserved-descriptors, connections-per-client, requests-per-connection, min-request-rate, min-response-rate" },
        { FaultCode.WrongShape, In.Root, "drain-limit:", "4:13: FL0105: no value; write a duration such as 250ms, 5s or 1m30s" },
        { FaultCode.WrongShape, In.Root, "drain-limit: { a: b }", "4:14: FL0105: a mapping where a duration such as 250ms, 5s or 1m30s was expected" },
        { FaultCode.WrongShape, In.Root, "trusted-proxies: 10.0.0.1", "4:18: FL0105: '10.0.0.1' where a list of networks was expected; begin each with '- ', or write [ … ]" },
        { FaultCode.WrongShape, In.Root, "trusted-proxies:", "4:17: FL0105: no value; write a list of networks, or leave the key out" },
        { FaultCode.WrongShape, In.Upstream, "tls: true", "6:10: FL0105: 'true' where keys were expected; write tls: {} for TLS with every default, or leave it out for plain HTTP" },
        { FaultCode.WrongShape, In.Route, "request-headers: { set: [ A ] }", "3:44: FL0105: a list where a mapping of field names to values to set was expected; write { X-Name: value }" },
        { FaultCode.Variable, In.Root, "access-log: ${NOPE}", "4:13: FL0108: environment variable NOPE is not set; set it, or write ${NOPE:-default}" },
        { FaultCode.Variable, In.Root, "access-log: ${NO-PE}", "4:13: FL0108: '${NO-PE}' is not a variable; write ${NAME} or ${NAME:-default} with letters, digits and underscores" },
        { FaultCode.Variable, In.Root, "access-log: ${NOPE", "4:13: FL0108: '${' has no '}'; write ${NAME} or ${NAME:-default}, or $${ for a literal ${" },
        { FaultCode.ConflictingKeys, In.Listener, "bind: 127.0.0.1:1, mode: 0600", "1:35: FL0109: 'mode' is the file mode of a Unix-domain socket; this listener has none, so leave it out" },
        { FaultCode.MissingKey, In.Listener, "bind: 127.0.0.1:1, protocol: tcp", "1:14: FL0104: 'to' is missing in a listener; name the upstream its connections go to" },
        { FaultCode.MissingKey, In.Listener, "bind: 127.0.0.1:1, tls: { certificate: c, key: k, client: {} }", "1:74: FL0104: 'ca' is missing in what is asked of TLS clients; name the PEM file with the authorities whose certificates are good" },
        { FaultCode.ConflictingKeys, In.Listener, "bind: 127.0.0.1:1, to: a", "1:35: FL0109: 'to' means nothing with protocol: http; leave it out, or change the protocol" },
        { FaultCode.ConflictingKeys, In.Listener, "bind: 127.0.0.1:1, tls: { certificate: c, key: k, client: { mode: none, ca: c } }", "1:88: FL0109: 'ca' means nothing with mode: none; leave one of the two out" },
        { FaultCode.ConflictingKeys, In.Listener, "bind: 127.0.0.1:1, tls: { certificate: c, certificates: [ { certificate: c, key: k } ] }", "1:58: FL0109: 'certificate' and 'key' are the only certificate, and 'certificates' lists several; keep one of the two forms" },
        { FaultCode.ConflictingKeys, In.Upstream, "health: { tcp: {}, http: {} }", "6:24: FL0109: a health check is either 'tcp' or 'http'; keep one of them" },
        { FaultCode.ConflictingKeys, In.Upstream, "health: { tcp: { handshake: true } }", "6:22: FL0109: 'handshake' needs the upstream's TLS settings; add tls: {} to the upstream" },
        { FaultCode.ConflictingKeys, In.Upstream, "health: { http: { tls: true } }", "6:23: FL0109: 'tls' needs the upstream's TLS settings; add tls: {} to the upstream" },
        { FaultCode.ConflictingKeys, In.Upstream, "policy: { random: {}, ketama: {} }", "6:13: FL0109: one policy is needed here, as its only key: round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash" },
        { FaultCode.ConflictingKeys, In.Upstream, "policy: {}", "6:13: FL0109: one policy is needed here, as its only key: round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash" },
        { FaultCode.ConflictingKeys, In.Upstream, "tls: { verify: false, ca: ca.pem }", "6:27: FL0109: 'ca' means nothing with verify: false; leave one of the two out" },
        { FaultCode.ConflictingKeys, In.Route, "host: a, hosts: [ b ]", "3:29: FL0109: 'host' names one host and 'hosts' a list of them; keep one of the two keys" },
        { FaultCode.ConflictingKeys, In.Route, "path: /a, path-prefix: /b", "3:30: FL0109: 'path' is the whole path and 'path-prefix' its beginning; keep one of the two keys" },
        { FaultCode.ConflictingKeys, In.Upstream, "bounded-load: 125%", "6:5: FL0109: 'bounded-load' needs a policy that hashes: source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash; change the policy or leave it out" },
        { FaultCode.ConflictingKeys, In.Backend, "{ address: \"10.0.0.1:80\", tier: 1, backup: true }", "2:66: FL0109: 'backup: true' is 'tier: 1'; keep one of the two keys" },
        { FaultCode.ConflictingKeys, In.Upstream, "sticky: { cookie: b, secret: 0123456789abcdef, same-site: none }", "6:52: FL0109: browsers keep 'same-site: none' only with 'secure: true'; add it, or write lax" },
        { FaultCode.ConflictingKeys, In.Upstream, "sticky: { cookie: __Secure-b, secret: 0123456789abcdef }", "6:15: FL0109: browsers keep a '__Secure-' cookie only with 'secure: true'; add it, or rename the cookie" },
        { FaultCode.ConflictingKeys, In.Upstream, "sticky: { cookie: __Host-b, secret: 0123456789abcdef, secure: true, path: /x }", "6:15: FL0109: browsers keep a '__Host-' cookie only with 'secure: true', 'path: /' and no 'domain'; make it so, or rename the cookie" },
        { FaultCode.MissingKey, In.Upstream, "sticky: {}", "6:13: FL0104: 'cookie' is missing in a sticky cookie; name the cookie\n6:13: FL0104: 'secret' is missing in a sticky cookie; say what the cookie is signed with, at best from a variable: ${STICKY_SECRET}" },
        { FaultCode.MissingKey, In.Upstream, "slow-start: {}", "6:17: FL0104: 'window' is missing in slow-start; say how long a backend takes to get its whole share, such as 60s" },
        { FaultCode.Duration, In.Upstream, "outlier: { ejection: 60s, max-ejection: 30s }", "6:31: FL0201: the longest ejection, 30s, is shorter than the first one, 1m; raise max-ejection or lower ejection" },
        { FaultCode.Duration, In.Upstream, "sticky: { cookie: b, secret: 0123456789abcdef, max-age: 1500ms }", "6:61: FL0201: only whole seconds can be said there; write a duration such as 1s or 30m" },
        { FaultCode.Percent, In.Upstream, "bounded-load: 99%", "6:19: FL0221: '99%' is not a whole percentage from 100% to 1000%" },
        { FaultCode.Percent, In.Upstream, "tiers: { spill: 1.4, panic: 101% }", "6:21: FL0221: '1.4' is not a whole percentage from 100% to 1000%\n6:33: FL0221: '101%' is not a whole percentage from 0% to 100%" },
        { FaultCode.TableSize, In.Upstream, "policy: { maglev: { table-size: 65536 } }", "6:37: FL0222: 65536 is not a prime, and only a prime lets every backend reach the whole table; the next one is 65537" },
        { FaultCode.TableSize, In.Upstream, "policy: { maglev: { table-size: 5000010 } }", "6:37: FL0222: 5000010 is not a prime, and only a prime lets every backend reach the whole table; the next one is 5000011" },
        { FaultCode.CookieName, In.Upstream, "sticky: { cookie: \"a b\", secret: 0123456789abcdef }", "6:23: FL0223: 'a b' is not a name for a cookie; use letters, digits and !#$%&'*+-.^_`|~" },
        { FaultCode.Secret, In.Upstream, "sticky: { cookie: b, secret: hush-hush }", "6:34: FL0224: a secret shorter than 16 bytes can be guessed; write a longer one, such as the output of: openssl rand -base64 32" },
        { FaultCode.Path, In.Upstream, "sticky: { cookie: b, secret: 0123456789abcdef, path: \"/;\" }", "6:58: FL0216: '/;' is not a path for a cookie such as / (begins with '/', no ';', nothing beyond ASCII)" },
        { FaultCode.Host, In.Upstream, "sticky: { cookie: b, secret: 0123456789abcdef, domain: 10.0.0.1 }", "6:60: FL0215: '10.0.0.1' is an address, and a cookie's domain is a name (RFC 6265 §5.1.3); leave 'domain' out" },
        { FaultCode.Number, In.Upstream, "slow-start: { window: 1s, aggression: 0 }", "6:43: FL0203: '0' is not a number from 0.1 to 100" },
        { FaultCode.Choice, In.Upstream, "policy: { ketama: { compatible: nginix } }", "6:37: FL0205: 'nginix' is not one of nginx, libketama, envoy, haproxy; did you mean 'nginx'?" },
        { FaultCode.Duration, In.Root, "drain-limit: 5", "4:14: FL0201: '5' is not a duration such as 250ms, 5s or 1m30s; say the unit: 5s" },
        { FaultCode.Duration, In.Root, "drain-limit: 5 s", "4:14: FL0201: '5 s' is not a duration such as 250ms, 5s or 1m30s" },
        { FaultCode.Duration, In.Root, "drain-limit: 1s1m", "4:14: FL0201: '1s1m' is not a duration such as 250ms, 5s or 1m30s" },
        { FaultCode.Duration, In.Root, "drain-limit: 25d", "4:14: FL0201: '25d' is too long; the longest duration is 24d" },
        { FaultCode.Duration, In.Root, "client-timeouts: { idle: 0s }", "4:26: FL0201: 0 would end it before it began; write a duration of at least 1ms" },
        { FaultCode.Duration, In.Upstream, "health: { tcp: {}, timeout: 0ms }", "6:33: FL0201: 0 would end it before it began; write a duration of at least 1ms" },
        { FaultCode.Bytes, In.Root, "limits: { request-line: 8k }", "4:25: FL0202: '8k' is not a size such as 8KiB, 1MiB or 65536; write 8KiB for a power of 1024, or 8kB for a power of 1000" },
        { FaultCode.Bytes, In.Root, "limits: { request-line: 9MiB }", "4:25: FL0202: 9437184 bytes is out of range; it may be 256B to 1MiB" },
        { FaultCode.Bytes, In.Root, "limits: { request-line: 100 }", "4:25: FL0202: 100 bytes is out of range; it may be 256B to 1MiB" },
        { FaultCode.Bytes, In.Root, "limits: { request-line: 64KiB }", "4:11: FL0202: the request line may be 64KiB, but the whole head with it only 32KiB; raise request-head or lower request-line" },
        { FaultCode.Number, In.Root, "limits: { request-fields: 0 }", "4:27: FL0203: '0' is not a whole number from 1 to 10000" },
        { FaultCode.Number, In.Upstream, "policy: { source-ip-hash: { ipv4-prefix: 33 } }", "6:46: FL0203: '33' is not a whole number from 0 to 32" },
        { FaultCode.Number, In.Upstream, "policy: { source-ip-hash: { ipv6-prefix: 129 } }", "6:46: FL0203: '129' is not a whole number from 0 to 128" },
        { FaultCode.Number, In.Upstream, "health: { tcp: { port: 0 }, jitter: 51% }", "6:28: FL0203: '0' is not a whole number from 1 to 65535\n6:41: FL0203: '51%' is not a share from 0 to 0.5, such as 0.1 or 10%" },
        { FaultCode.Choice, In.Upstream, "retry: { attempts: 2, on: [ resett ] }", "6:33: FL0205: 'resett' is not one of reset, response-timeout; did you mean 'reset'?" },
        { FaultCode.StatusSet, In.Upstream, "retry: { attempts: 2, statuses: 5xx }", "6:37: FL0211: '5xx' is not a set of status codes such as 200, 200-299 or 200,204,300-399" },
        { FaultCode.Bytes, In.Upstream, "retry: { attempts: 2, body-buffer: 17MiB }", "6:40: FL0202: 17825792 bytes is out of range; it may be 0B to 16MiB" },
        { FaultCode.Duration, In.Upstream, "retry: { attempts: 2, back-off: { base: 1s, max: 500ms } }", "6:49: FL0201: the longest wait, 500ms, is shorter than the base, 1s; raise max or lower base" },
        { FaultCode.ConflictingKeys, In.Upstream, "retry: { attempts: 3, attempt-timeout: 2s }\n    timeouts: { total: 5s }", "6:5: FL0109: 3 attempts of up to 2s do not fit into the total of 5s; lower attempts or attempt-timeout, or raise total" },
        { FaultCode.Number, In.Upstream, "retry: { attempts: 17 }", "6:24: FL0203: '17' is not a whole number from 1 to 16" },
        { FaultCode.Switch, In.Upstream, "tls: { verify: no }", "6:20: FL0204: 'no' is not true or false" },
        { FaultCode.Choice, In.Upstream, "policy: weighted", "6:13: FL0205: 'weighted' is not one of round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash" },
        { FaultCode.Choice, In.Upstream, "policy: round_robin", "6:13: FL0205: 'round_robin' is not one of round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash; did you mean 'round-robin'?" },
        { FaultCode.Choice, In.Upstream, "retry: 3", "6:12: FL0205: '3' could be attempts or further attempts; write on, off or { attempts: 3 }, which counts the first one, too" },
        { FaultCode.Choice, In.Route, "upgrades: [ websocket, h2c ]", "3:43: FL0205: 'h2c' cannot be upgraded to; name a protocol such as websocket (no HTTP or TLS: its requests would pass the proxy unseen)" },
        { FaultCode.DuplicateKey, In.Route, "upgrades: [ websocket, WebSocket ]", "3:43: FL0103: 'WebSocket' is already listed above; keep one of them" },
        { FaultCode.BackendAddress, In.Route, "connect: [ a.example ]", "3:31: FL0206: 'a.example' is not a target such as example.com:443, *.example.com:443 or [fd00::1]:443" },
        { FaultCode.DuplicateKey, In.Route, "connect: [ \"a.example:1\", \"A.example:1\" ]", "3:46: FL0103: 'a.example:1' is already listed above; keep one of them" },
        { FaultCode.Choice, In.Root, "access-log: jsn", "4:13: FL0205: 'jsn' is not one of text, json, off; did you mean 'json'?" },
        { FaultCode.Choice, In.Upstream, "health: { tcp: {}, initial: unknown }", "6:33: FL0205: 'unknown' is not one of up, down, first-probe" },
        { FaultCode.BackendAddress, In.Backend, "\"http://a.example:80\"", "2:31: FL0206: 'http://a.example:80' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock; leave out 'http://' (TLS is the upstream's 'tls')" },
        { FaultCode.BackendAddress, In.Backend, "a.example", "2:31: FL0206: 'a.example' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock; the port is missing: a.example:80" },
        { FaultCode.BackendAddress, In.Backend, "\"::1\"", "2:31: FL0206: '::1' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock; IPv6 stands in brackets and the port is missing: [::1]:80" },
        { FaultCode.BackendAddress, In.Backend, "\"a.example:0\"", "2:31: FL0206: 'a.example:0' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock" },
        { FaultCode.BackendAddress, In.Backend, "{ address: \"unix:relative\" }", "2:42: FL0206: 'unix:relative' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock" },
        { FaultCode.ConflictingKeys, In.Listener, "bind: 127.0.0.1:1, proxy-protocol-from: [ 10.0.0.1 ]", "1:35: FL0109: 'proxy-protocol-from' says who may send a PROXY header; say proxy-protocol: required or optional too, or leave it out" },
        { FaultCode.MissingKey, In.Listener, "bind: 127.0.0.1:1, proxy-protocol: required", "1:1: FL0104: a listener takes PROXY headers, but nobody is trusted to send one; name the proxies in front in 'proxy-protocol-from' there or in 'trusted-proxies'" },
        { FaultCode.ListenAddress, In.Listener, "bind: localhost:80", "1:22: FL0207: 'localhost:80' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock; write 127.0.0.1:80" },
        { FaultCode.ListenAddress, In.Listener, "bind: 6188", "1:22: FL0207: '6188' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock; write :6188 for every IPv4 address, or 127.0.0.1:6188" },
        { FaultCode.ListenAddress, In.Listener, "bind: \"127.0.0.1:65536\"", "1:22: FL0207: '127.0.0.1:65536' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock" },
        { FaultCode.ListenAddress, In.Listener, "bind: unix:run.sock", "1:22: FL0207: 'unix:run.sock' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock; the path begins with '/' and has at most 107 bytes" },
        { FaultCode.ListenAddress, In.Listener, "bind: 127.1:80", "1:22: FL0207: '127.1:80' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock" },
        { FaultCode.FileMode, In.Listener, "bind: unix:/x, mode: 0888", "1:37: FL0208: '0888' is not a file mode in octal digits such as 0660" },
        { FaultCode.FileMode, In.Listener, "bind: unix:/x, mode: 7", "1:37: FL0208: '7' is not a file mode in octal digits such as 0660" },
        { FaultCode.Weight, In.Backend, "\"10.0.0.1:1,weight=65536\"", "2:31: FL0209: '65536' is not a weight; it is a whole number from 0 (no new requests) to 65535" },
        { FaultCode.Weight, In.Backend, "{ address: \"10.0.0.1:1\", weight: -1 }", "2:64: FL0209: '-1' is not a weight; it is a whole number from 0 (no new requests) to 65535" },
        { FaultCode.Network, In.Root, "trusted-proxies: [ 10.0.0.1/8 ]", "4:20: FL0210: '10.0.0.1/8' has bits beyond its prefix; write 10.0.0.0/8, or 10.0.0.1/32 for the one address" },
        { FaultCode.Network, In.Root, "trusted-proxies: [ 10.0.0.0/33 ]", "4:20: FL0210: '10.0.0.0/33' has no prefix length from 0 to 32 after the '/'" },
        { FaultCode.Network, In.Root, "trusted-proxies: [ ten ]", "4:20: FL0210: 'ten' is not a network such as 10.0.0.0/8 or fd00::/8, or one IP address" },
        { FaultCode.Network, In.Root, "trusted-proxies: [ 10.0.0.1, 10.0.0.1/32 ]", "4:30: FL0210: 10.0.0.1/32 is already listed above; keep one of them" },
        { FaultCode.StatusSet, In.Upstream, "health: { http: { expect: 2xx } }", "6:31: FL0211: '2xx' is not a set of status codes such as 200, 200-299 or 200,204,300-399" },
        { FaultCode.FieldName, In.Route, "request-headers: { set: { \"X A\": b } }", "3:46: FL0212: 'X A' is not a field name; use letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 §5.1)" },
        { FaultCode.FieldValue, In.Route, "request-headers: { set: { X-A: \"a\\nb\" } }", "3:51: FL0213: a field value has no control characters, none beyond Latin-1, and no white space at its ends (RFC 9110 §5.5); percent-encode or leave them out" },
        { FaultCode.FieldValue, In.Route, "request-headers: { set: { Host: \"a/b\" } }", "3:52: FL0213: 'a/b' is not a value for Host; write a host, perhaps with a port, such as example.com:8080" },
        { FaultCode.FieldRefused, In.Route, "request-headers: { set: { Content-Length: 5 } }", "3:46: FL0214: Content-Length says where the message ends, and the proxy sets it from the body it sends; leave it out" },
        { FaultCode.FieldRefused, In.Route, "response-headers: { remove: [ transfer-encoding ] }", "3:50: FL0214: transfer-encoding says where the message ends, and the proxy sets it from the body it sends; leave it out" },
        { FaultCode.FieldRefused, In.Route, "response-headers: { add: { Connection: close } }", "3:47: FL0214: Connection belongs to one connection, not to the message, and is the proxy's own on each side; leave it out" },
        { FaultCode.FieldRefused, In.Route, "request-headers: { set: { Expect: 100-continue } }", "3:46: FL0214: Expect steers when the body is sent, and the proxy takes part in that; leave it out" },
        { FaultCode.FieldRefused, In.Route, "request-headers: { remove: [ Host ] }", "3:49: FL0214: a request must have exactly one Host; set it instead of removing it" },
        { FaultCode.FieldRefused, In.Route, "request-headers: { add: { host: x } }", "3:46: FL0214: a request must have exactly one Host; set it instead of adding one" },
        { FaultCode.Host, In.Route, "host: a.example:80", "3:26: FL0215: 'a.example:80' is not a host such as example.com or *.example.com (without scheme, port or path)" },
        { FaultCode.Host, In.Route, "host: \"*.10.0.0.1\"", "3:26: FL0215: '*.10.0.0.1' is not a host such as example.com or *.example.com (without scheme, port or path)" },
        { FaultCode.Host, In.Route, "hosts: []", "3:27: FL0215: an empty list of hosts would serve none; list at least one, or leave 'hosts' out to serve every host" },
        { FaultCode.Host, In.Route, "hosts: [ a.example, A.example ]", "3:40: FL0215: this host is already listed above; keep one of them" },
        { FaultCode.Host, In.Upstream, "tls: { sni: 10.0.0.1 }", "6:17: FL0215: '10.0.0.1' is an address, and SNI carries only names (RFC 6066 §3); leave 'sni' out to verify the backend's own address" },
        { FaultCode.Host, In.Upstream, "health: { http: { host: a b } }", "6:29: FL0215: 'a b' is not a value for the Host field such as example.com or example.com:8080" },
        { FaultCode.Path, In.Route, "path: api", "3:26: FL0216: 'api' is not a path such as /api (begins with '/', no '?', '#', space or control character, everything beyond ASCII percent-encoded)" },
        { FaultCode.Path, In.Route, "path: /a?b=c", "3:26: FL0216: '/a?b=c' is not a path such as /api (begins with '/', no '?', '#', space or control character, everything beyond ASCII percent-encoded)" },
        { FaultCode.Path, In.Route, "path-prefix: /api/", "3:33: FL0216: a prefix goes by whole segments; write '/api', which serves itself and everything below" },
        { FaultCode.Path, In.Route, "path: /a/%2E%2e/b", "3:26: FL0216: '/a/%2E%2e/b' would never match: '.' and '..' are removed from requests before routes are compared; write the path without them" },
        { FaultCode.Path, In.Upstream, "health: { http: { path: healthz } }", "6:29: FL0216: 'healthz' is not a path such as /healthz or /healthz?full=1 (begins with '/', no '#', space or control character)" },
        { FaultCode.KeySource, In.Upstream, "policy: { ketama: { key: header } }", "6:30: FL0217: 'header' is not a key: client-ip, 'header NAME', 'cookie NAME', 'query NAME', path or uri" },
        { FaultCode.Name, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { \"a b\": { backends: [ \"10.0.0.1:1\" ] } }\nroutes: [ { to: a b } ]", "2:14: FL0218: 'a b' is not a name for an upstream; use 1 to 64 letters, digits, '-', '_' and '.'" },
        { FaultCode.Method, In.Upstream, "health: { http: { method: CONNECT } }", "6:31: FL0219: 'CONNECT' is not a method for a health check: GET, HEAD, OPTIONS or POST" },
        { FaultCode.FileName, In.Upstream, "tls: { ca: \"\" }", "6:16: FL0220: this is not a file name; write the path of a PEM file" },
        { FaultCode.UnknownUpstream, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { blog: { backends: [ \"10.0.0.1:1\" ] } }\nroutes: [ { to: blgo } ]", "3:17: FL0301: there is no upstream 'blgo'; did you mean 'blog'?" },
        { FaultCode.NoListener, In.Text, "listeners: []\nupstreams: { a: { backends: [ \"10.0.0.1:1\" ] } }\nroutes: [ { to: a } ]", "1:12: FL0302: nothing listens; write '- bind: 127.0.0.1:6188'" },
        { FaultCode.NoUpstream, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: {}\nroutes: []", "2:12: FL0303: there is nothing to forward to; name an upstream with its backends\n3:9: FL0304: no route leads to an upstream; write '- to: NAME'" },
        { FaultCode.NoRoute, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { a: { backends: [ \"10.0.0.1:1\" ] } }\nroutes: []", "3:9: FL0304: no route leads to an upstream; write '- to: NAME'" },
        { FaultCode.NoRoute, In.Text, "", "1:1: FL0302: 'listeners' is missing; write where clients connect: listeners: [ { bind: 127.0.0.1:6188 } ]\n1:1: FL0303: 'upstreams' is missing; write where requests go: upstreams: { app: { backends: [ \"127.0.0.1:8080\" ] } }\n1:1: FL0304: 'routes' is missing; write which requests go where: routes: [ { to: NAME } ]" },
        { FaultCode.NoBackend, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { a: { backends: [] }, b: {} }\nroutes: [ { to: a }, { to: b, path: /b } ]", "2:29: FL0305: an upstream needs at least one backend; list its addresses\n2:38: FL0305: 'backends' is missing in an upstream; list at least one address" },
        { FaultCode.DuplicateBackend, In.Backend, "\"A.example:80\", \"a.example:80,weight=2\"", "2:47: FL0306: backend a.example:80 is already listed above; keep one of them, with a weight if it shall get more" },
        { FaultCode.DuplicateListener, In.Text, "listeners: [ { bind: \":1\" }, { bind: \"0.0.0.0:1\" } ]\nupstreams: { a: { backends: [ \"10.0.0.1:1\" ] } }\nroutes: [ { to: a } ]", "1:30: FL0307: 0.0.0.0:1 is already listened on above; an address can be bound once, so keep one of them" },
        { FaultCode.DuplicateRoute, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { a: { backends: [ \"10.0.0.1:1\" ] } }\nroutes: [ { to: a }, { to: a, path-prefix: / } ]", "3:22: FL0308: the route above already takes every request of this host and path, so this one would never be taken; remove it or change its host or path" },
        { FaultCode.NoWeight, In.Backend, "\"10.0.0.1:80,weight=0\"", "2:29: FL0309: every backend has weight 0 and none would be picked; give one of them a weight of at least 1" },
        { FaultCode.MissingKey, In.Text, "listeners: [ { bind: \":1\" } ]\nupstreams: { a: { backends: [ \"unix:/x\" ], tls: {} } }\nroutes: [ { to: a } ]", "2:44: FL0104: a backend behind a Unix-domain socket has no name to verify; say 'sni', or verify: false" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_fault_says_where_it_is_and_what_would_be_right(FaultCode code, In place, string written, string told)
    {
        var faults = Reading.Faults(Within(place, written));

        Assert.Equal(told, faults);
        Assert.Contains(ConfigFault.CodeTextOf(code), faults, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_fault_that_a_tree_can_have_is_shown_here()
    {
        // These are found by whoever reads the text and the disk.
        var elsewhere = new[] { FaultCode.Syntax, FaultCode.UnsupportedSyntax, FaultCode.TooLarge, FaultCode.FileUnreadable };
        Assert.Equal(
            Enum.GetValues<FaultCode>().Except(elsewhere).Order(),
            Examples.Select(static row => (FaultCode)row[0]).Distinct().Order());
    }

    private static string Within(In place, string written) => place switch
    {
        In.Root => Reading.WithRoot(written),
        In.Upstream => Reading.WithUpstream(written),
        In.Route => Reading.WithRoute(written),
        In.Listener => $$"""
            listeners: [ { {{written}} } ]
            upstreams: { a: { backends: [ "10.0.0.1:80" ] } }
            routes: [ { to: a } ]
            """,
        In.Backend => $$"""
            listeners: [ { bind: 127.0.0.1:1 } ]
            upstreams: { a: { backends: [ {{written}} ] } }
            routes: [ { to: a } ]
            """,
        _ => written,
    };
}
