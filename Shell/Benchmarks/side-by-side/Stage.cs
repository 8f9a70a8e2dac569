using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>What all contestants share: a folder, a certificate, free ports, and three origins (nginx) on the second core.</summary>
internal sealed class Stage : IDisposable
{
    public const int ProxyCore = 0;
    public const int LoadCore = 1;

    private readonly PinnedProcess _origins;

    public Stage(string published)
    {
        Published = published;
        Folder = Directory.CreateTempSubdirectory("fairlead-bench-").FullName;
        Origins = [FreePort(), FreePort(), FreePort()];
        Certificate = Path.Combine(Folder, "certificate.pem");
        Key = Path.Combine(Folder, "key.pem");
        using (var openssl = Process.Start(new ProcessStartInfo("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", Key, "-out", Certificate]) { RedirectStandardError = true })!)
            openssl.WaitForExit();

        File.WriteAllText(Path.Combine(Folder, "64k"), new string('x', 64 * 1024));
        File.WriteAllText(Path.Combine(Folder, "1m"), new string('x', 1024 * 1024));
        var configuration = Write("origins.conf", $$"""
            user root;
            daemon off;
            worker_processes 1;
            pid {{Folder}}/origins.pid;
            error_log {{Folder}}/origins.log;
            events { worker_connections 8192; }
            http {
              access_log off; default_type text/plain; sendfile on; keepalive_requests 1000000000; client_body_temp_path {{Folder}}/origin-bodies; client_max_body_size 1m;
              upstream self { server 127.0.0.1:{{Origins[0].ToString(CultureInfo.InvariantCulture)}}; keepalive 64; keepalive_requests 1000000000; }
              server {
                {{string.Join(' ', Origins.Select(static port => string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port};")))}}
                location / { return 200 "hello, world\n"; }
                location /upload { proxy_pass http://self/; client_body_buffer_size 128k; proxy_http_version 1.1; proxy_set_header Connection ""; }
                location /64k { root {{Folder}}; }
                location /1m { root {{Folder}}; }
              }
            }
            """);
        _origins = PinnedProcess.Start(LoadCore, "nginx", ["-c", configuration]);
        foreach (var port in Origins)
            WaitFor(port, _origins);
    }

    public string Published { get; }

    public string Folder { get; }

    public int[] Origins { get; }

    public string Certificate { get; }

    public string Key { get; }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Waits until a request is answered with 200, and says how long that took from <paramref name="since"/>.</summary>
    public static TimeSpan WaitFor(int port, PinnedProcess process, Stopwatch? since = null)
    {
        since ??= Stopwatch.StartNew();
        var answer = new byte[4096];
        Connect(port, process, socket =>
        {
            socket.Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
            return Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        });
        return since.Elapsed;
    }

    /// <summary>The same over TLS.</summary>
    public static TimeSpan WaitForTls(int port, PinnedProcess process, Stopwatch since)
    {
        var answer = new byte[4096];
        Connect(port, process, socket =>
        {
            using var tls = new SslStream(new NetworkStream(socket));
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
            tls.Write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
            return Encoding.ASCII.GetString(answer, 0, tls.Read(answer)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        });
        return since.Elapsed;
    }

    /// <summary>Waits until connections are accepted: a listener may be there before another of the same program.</summary>
    public static void WaitToConnect(int port, PinnedProcess process) => Connect(port, process, static _ => true);

    private static void Connect(int port, PinnedProcess process, Func<Socket, bool> isServed)
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(20) && !process.HasExited)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5_000 };
                socket.Connect(IPAddress.Loopback, port);
                if (isServed(socket))
                    return;
            }
            catch (Exception early) when (early is SocketException or IOException or AuthenticationException)
            {
                System.Threading.Thread.Sleep(1);                     // not listening yet
            }
        }

        throw new InvalidOperationException($"nothing answers at port {port}");
    }

    public void Dispose()
    {
        _origins.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
