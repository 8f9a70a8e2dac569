using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>A proxy under test: how it is started in front of the origins, on one core, with the same forwarding fields for all.</summary>
internal sealed record Contestant(string Name, Func<Stage, int, int, string, PinnedProcess> Launch)
{
    /// <summary>What compiles itself as it runs gets so long to do it.</summary>
    private const int JitWarmUp = 12;

    /// <summary>With one core the runtime waits ten times as long before it compiles anything for good, which has to do with starting, not with what is measured: YARP's cost falls from 100 to 33 µs a request in half a minute instead of nine seconds.</summary>
    private static readonly (string Name, string Value) CompilesSoon = ("DOTNET_TC_DelaySingleProcMultiplier", "1");

    /// <summary>Asked for so long before it is measured; longer what compiles itself as it runs.</summary>
    public int WarmUpSeconds { get; init; } = 2;

    /// <summary>Whether it is so close to others that it takes more rounds to tell them apart.</summary>
    public bool IsClose { get; init; }

    public static IReadOnlyList<Contestant> All { get; } =
    [
        new("nginx", static (stage, http, tls, _) => PinnedProcess.Start(Stage.ProxyCore, "nginx", ["-c", stage.Write("nginx.conf", NginxFile(stage, http, tls))])) { IsClose = true },
        new("haproxy", static (stage, http, tls, _) => PinnedProcess.Start(Stage.ProxyCore, "haproxy", ["-q", "-f", stage.Write("haproxy.cfg", HAProxyFile(stage, http, tls))])) { IsClose = true },
        new("fairlead", static (stage, http, tls, policy) => LaunchManaged(stage, http, tls, policy, CompilesSoon)) { WarmUpSeconds = JitWarmUp },
        new("fairlead-aot", static (stage, http, tls, policy) => PinnedProcess.Start(Stage.ProxyCore, Path.Combine(stage.Published, "aot", "fairlead"), ["run", stage.Write("fairlead.yaml", FairleadFile(stage, http, tls, policy))])) { IsClose = true },
        new("yarp", static (stage, http, tls, _) => PinnedProcess.Start(
            Stage.ProxyCore, "dotnet", [Path.Combine(stage.Published, "yarp", "Fairlead.Benchmarks.Yarp.dll"), Text(http), Text(tls), stage.Certificate, stage.Key, .. Origins(stage)], CompilesSoon)) { WarmUpSeconds = JitWarmUp },
        new("caddy", static (stage, http, tls, _) => PinnedProcess.Start(
            Stage.ProxyCore, "caddy", ["run", "--adapter", "caddyfile", "--config", stage.Write("Caddyfile", CaddyFile(stage, http, tls))],
            ("HOME", stage.Folder), ("XDG_DATA_HOME", stage.Folder), ("XDG_CONFIG_HOME", stage.Folder), ("GOMAXPROCS", "1"))),
    ];

    public static PinnedProcess LaunchManaged(Stage stage, int http, int tls, string policy, params (string Name, string Value)[] environment) => PinnedProcess.Start(
        Stage.ProxyCore, "dotnet", [Path.Combine(stage.Published, "jit", "fairlead.dll"), "run", stage.Write("fairlead.yaml", FairleadFile(stage, http, tls, policy))], environment);

    private static IEnumerable<string> Origins(Stage stage) => stage.Origins.Select(static port => "127.0.0.1:" + Text(port));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string NginxFile(Stage stage, int http, int tls) => $$"""
        user root;
        daemon off;
        worker_processes 1;
        pid {{stage.Folder}}/nginx.pid;
        error_log {{stage.Folder}}/nginx.log;
        events { worker_connections 9000; }
        http {
          access_log off; keepalive_requests 1000000000; client_body_temp_path {{stage.Folder}}/nginx-bodies; proxy_temp_path {{stage.Folder}}/nginx-proxied; client_max_body_size 1m;
          proxy_buffers 16 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0; proxy_request_buffering off;
          upstream origins { {{string.Join(' ', Origins(stage).Select(static origin => $"server {origin};"))}} keepalive 512; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:{{Text(http)}};
            listen 127.0.0.1:{{Text(tls)}} ssl; ssl_protocols TLSv1.2 TLSv1.3;
            ssl_certificate {{stage.Certificate}}; ssl_certificate_key {{stage.Key}};
            location / {
              proxy_pass http://origins; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host; proxy_set_header Via "1.1 nginx";
            }
          }
        }
        """;

    private static string HAProxyFile(Stage stage, int http, int tls)
    {
        var both = stage.Write("haproxy.pem", File.ReadAllText(stage.Certificate) + File.ReadAllText(stage.Key));
        return $"""
            global
              nbthread 1
              maxconn 9000
            defaults
              mode http
              timeout client 60s
              timeout server 60s
              timeout connect 5s
              option http-keep-alive
              http-reuse always
            frontend front
              bind 127.0.0.1:{Text(http)}
              bind 127.0.0.1:{Text(tls)} ssl crt {both}
              option forwardfor
              http-request set-header X-Forwarded-Proto https if {"{"} ssl_fc {"}"}
              http-request set-header X-Forwarded-Proto http if !{"{"} ssl_fc {"}"}
              http-request set-header X-Forwarded-Host %[req.hdr(Host)]
              http-request set-header Via "1.1 haproxy"
              default_backend origins
            backend origins
              balance roundrobin
            {string.Concat(Origins(stage).Select(static (origin, i) => $"  server o{Text(i)} {origin}\n"))}

            """;
    }

    private static string FairleadFile(Stage stage, int http, int tls, string policy) => $$"""
        listeners:
          - bind: 127.0.0.1:{{Text(http)}}
          - { bind: "127.0.0.1:{{Text(tls)}}", tls: { certificate: {{stage.Certificate}}, key: {{stage.Key}} } }
        upstreams:
          origins:
            policy: {{policy}}
            backends: [ {{string.Join(", ", Origins(stage).Select(static origin => $"\"{origin}\""))}} ]
            pool: { idle-max: 512 }
            health: { http: { path: / }, every: 1s }
            outlier: { consecutive-5xx: 5 }
            breaker: { failures: 30% }
        routes:
          - to: origins
        access-log: off

        """;

    private static string CaddyFile(Stage stage, int http, int tls) => $$"""
        {
          admin off
          auto_https off
          log {
            output discard
          }
          servers {
            protocols h1
          }
        }
        http://127.0.0.1:{{Text(http)}}, http://localhost:{{Text(http)}} {
          bind 127.0.0.1
          reverse_proxy {{string.Join(' ', Origins(stage))}} {
            lb_policy round_robin
            header_up Via "1.1 caddy"
            transport http {
              keepalive_idle_conns_per_host 512
            }
          }
        }
        https://127.0.0.1:{{Text(tls)}}, https://localhost:{{Text(tls)}} {
          bind 127.0.0.1
          tls {{stage.Certificate}} {{stage.Key}}
          reverse_proxy {{string.Join(' ', Origins(stage))}} {
            lb_policy round_robin
            header_up Via "1.1 caddy"
            transport http {
              keepalive_idle_conns_per_host 512
            }
          }
        }

        """;
}
