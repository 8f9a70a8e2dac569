namespace Fairlead.Tests.Configuration;

public class AwfulFileTests
{
    [Fact]
    public void One_look_at_an_awful_file_tells_everything_that_is_wrong_with_it() => Assert.Equal(
        """
        2:5: FL0102: unknown key 'bnid' in a listener; did you mean 'bind'?
        2:5: FL0104: 'bind' is missing in a listener; say an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock
        5:10: FL0104: 'key' is missing in the TLS settings of a listener; name the PEM file with the private key
        6:5: FL0307: 127.0.0.1:80 is already listened on above; an address can be bound once, so keep one of them
        9:13: FL0205: 'rondrobin' is not one of round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash; did you mean 'round-robin'?
        11:9: FL0206: '10.0.0.1' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock; the port is missing: 10.0.0.1:80
        12:9: FL0209: 'heavy' is not a weight; it is a whole number from 0 (no new requests) to 65535
        14:9: FL0306: backend 10.0.0.2:80 is already listed above; keep one of them, with a weight if it shall get more
        15:12: FL0108: environment variable RETRY is not set; set it, or write ${RETRY:-default}
        16:13: FL0104: 'tcp' or 'http' is missing in a health check; say which check: tcp: {} or http: { path: / }
        16:22: FL0201: '0.5s' is not a duration such as 250ms, 5s or 1m30s
        16:34: FL0203: '0' is not a whole number from 1 to 1000
        17:3: FL0103: 'shop' is already set above; keep one of them
        17:9: FL0305: 'backends' is missing in an upstream; list at least one address
        19:9: FL0301: there is no upstream 'shoop'; did you mean 'shop'?
        20:18: FL0216: '/static/../x' would never match: '.' and '..' are removed from requests before routes are compared; write the path without them
        23:9: FL0214: Connection belongs to one connection, not to the message, and is the proxy's own on each side; leave it out
        24:1: FL0102: unknown key 'acces-log' in the configuration; did you mean 'access-log'?
        25:30: FL0210: '10.1.2.3/8' has bits beyond its prefix; write 10.0.0.0/8, or 10.1.2.3/32 for the one address
        """,
        Reading.Faults("""
            listeners:
              - bnid: 127.0.0.1:80
              - bind: 127.0.0.1:80
              - bind: 127.0.0.1:80
                tls: { certificate: cert.pem }
              - bind: 127.0.0.1:80
            upstreams:
              shop:
                policy: rondrobin
                backends:
                  - 10.0.0.1
                  - "10.0.0.1:80,weight=heavy"
                  - "10.0.0.2:80"
                  - "10.0.0.2:80"
                retry: ${RETRY}
                health: { every: 0.5s, rise: 0 }
              shop: { }
            routes:
              - to: shoop
                path-prefix: /static/../x
                request-headers:
                  set:
                    Connection: keep-alive
            acces-log: json
            trusted-proxies: [ 10.0.0.1, 10.1.2.3/8 ]
            """));
}
