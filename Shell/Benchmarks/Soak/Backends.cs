using System;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Benchmarks.Soak;

/// <summary>
/// The backends of a soak, and the configuration that names them. What a request gets is said by its path, so that the client knows what must come. One backend's health check fails every
/// other time it is asked to change.
/// </summary>
internal sealed class Backends : IAsyncDisposable
{
    /// <summary>How long the proxy keeps what is idle; short, so that what remains after the traffic is a leak.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>How long a backend may be silent whose client has sent its end: it may still want its answer, so that only time tells.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>A larger request body is refused.</summary>
    public const int RequestBodyBytesMax = 2 * 1024 * 1024;

    private readonly TestOrigin _first;
    private readonly TestOrigin _second;
    private readonly TestOrigin _wavering;
    private readonly TestOrigin _secure;
    private readonly TestOrigin _broken;
    private readonly DeadPort _dead = new();
    private readonly IssuedCertificate _shown;
    private readonly byte[] _bytes = new byte[1024 * 1024];
    private volatile bool _isWaveringDown;

    public Backends()
    {
        Array.Fill(_bytes, (byte)'b');
        _shown = Certificates.Server("front.test");
        _first = Start(null);
        _second = Start(null);
        _wavering = Start(null);
        _secure = Start(Certificates.Server("back.test"));
        _broken = TestOrigin.Start(static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        _broken.KeepsRequests = false;
        _wavering.Answer = exchange => exchange.Request.Target == "/healthz" && _isWaveringDown ? Answers.Status(503)(exchange) : AnswerAsync(exchange);
    }

    public TestCertificates Certificates { get; } = new();

    /// <summary>Turns the health of one backend over.</summary>
    public void Waver() => _isWaveringDown = !_isWaveringDown;

    /// <summary>The configuration; every odd <paramref name="version"/> has other weights, other limits and a backend less.</summary>
    public string Yaml(int version) => $$"""
        listeners:
          - bind: "127.0.0.1:0"
          - { bind: "127.0.0.1:0", tls: { certificate: {{_shown.CertificateFile}}, key: {{_shown.KeyFile}} } }
        client-timeouts: { idle: 2s, request-head: 5s }
        limits: { request-body: 2MiB, request-fields: {{(version % 2 == 0 ? 100 : 90)}} }
        upstreams:
          steady:
            backends: [ "{{_first.Address}}"{{(version % 2 == 0 ? $", \"{_second.Address},weight=2\"" : "")}} ]
            pool: { idle-timeout: 2s }
          checked:
            backends: [ "{{_first.Address}},weight={{1 + (version % 2)}}", "{{_wavering.Address}}" ]
            health: { http: { path: /healthz }, every: 200ms, timeout: 2s }
            pool: { idle-timeout: 2s }
          secure:
            backends: [ "{{_secure.Address}}" ]
            tls: { sni: back.test, ca: {{Certificates.AuthorityFile}} }
            pool: { idle-timeout: 2s }
          silent:
            backends: [ "{{_first.Address}}" ]
            timeouts: { response-head: 2s }
          retried:
            backends: [ "{{_dead.Address}}", "{{_broken.Address}}", "{{_first.Address}}" ]
            retry: { attempts: 4, on: [ reset ], budget: off, back-off: { base: 1ms, max: 5ms } }
            pool: { idle-timeout: 2s }
        routes:
          - { to: steady }
          - { to: checked, host: checked.test }
          - { to: secure, host: secure.test }
          - { to: retried, host: retried.test }
          - { to: silent, host: silent.test }
        """;

    public async ValueTask DisposeAsync()
    {
        foreach (var origin in new[] { _first, _second, _wavering, _secure, _broken })
            await origin.DisposeAsync();
        _dead.Dispose();
        Certificates.Dispose();
    }

    private TestOrigin Start(IssuedCertificate? certificate)
    {
        var origin = TestOrigin.Start(AnswerAsync, certificate);
        origin.KeepsRequests = false;
        origin.ReadsBodies = false;
        return origin;
    }

    private async Task AnswerAsync(OriginExchange exchange)
    {
        if (exchange.Request["Expect"] is not null)
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await exchange.ReadBodyAsync();
        await AnswerWholeAsync(exchange);
    }

    private Task AnswerWholeAsync(OriginExchange exchange)
    {
        var path = exchange.Request.Target.Split('/');
        return path[1] switch
        {
            "length" => BytesAsync(exchange, Number(path[2]), isChunked: false),
            "chunked" => BytesAsync(exchange, Number(path[2]), isChunked: true),
            "count" => Answers.Ok(exchange.Request.Body.Length.ToString(CultureInfo.InvariantCulture))(exchange),
            "echo" => EchoAsync(exchange),
            "reset" => ResetAsync(exchange, ""),
            "reset-midway" => ResetAsync(exchange, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun"),
            "never" => exchange.UntilClosedAsync(),
            _ => Answers.Ok("hello")(exchange),
        };
    }

    private async Task BytesAsync(OriginExchange exchange, int count, bool isChunked)
    {
        var framing = isChunked ? "Transfer-Encoding: chunked" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {count}");
        var head = $"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n";
        if (exchange.Request.Method == "HEAD")
        {
            await exchange.SendAsync(head);
            return;
        }

        await exchange.SendAsync(Encoding.Latin1.GetBytes(head));
        if (!isChunked)
        {
            await exchange.SendAsync(_bytes.AsMemory(0, count));
            return;
        }

        for (var sent = 0; sent < count;)
        {
            var size = Math.Min(count - sent, 1 + (sent * 3));       // chunks of all sizes
            await exchange.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{size:x}\r\n"));
            await exchange.SendAsync(_bytes.AsMemory(0, size));
            await exchange.SendAsync("\r\n");
            sent += size;
        }

        await exchange.SendAsync("0\r\nX-Sum: 1\r\n\r\n");
    }

    private static async Task EchoAsync(OriginExchange exchange)
    {
        await exchange.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        var stream = exchange.Hijack();
        var buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
            if (buffer.AsSpan(0, count).EndsWith("bye"u8))
                return;
        }
    }

    private static async Task ResetAsync(OriginExchange exchange, string begun)
    {
        if (begun.Length > 0)
            await exchange.SendAsync(begun);
        exchange.Reset();
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
