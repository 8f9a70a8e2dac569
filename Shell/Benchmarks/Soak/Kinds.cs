using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Benchmarks.Soak;

/// <summary>The kinds of traffic, each with what must come of it.</summary>
internal sealed class Kinds(int port, int tlsPort, TestCertificates certificates)
{
    private const int BodyBytesMax = 1024 * 1024;

    private static readonly byte[] Body = Filled(BodyBytesMax);
    private static readonly string LongField = "X-Long: " + new string('x', 40 * 1024);

    public IReadOnlyList<Kind> All =>
    [
        new("kept", 6, _ => GetsAsync(20, "a.test")),
        new("new", 20, _ => GetsAsync(1, "a.test")),
        new("health-checked", 6, _ => GetsAsync(5, "checked.test")),
        new("retried", 6, _ => GetsAsync(3, "retried.test")),
        new("tls-out", 5, _ => GetsAsync(5, "secure.test")),
        new("tls-in", 3, TlsAsync),
        new("upload", 6, random => UploadAsync(Size(random), isChunked: false, expects: false)),
        new("upload-chunked", 6, random => UploadAsync(Size(random), isChunked: true, expects: false)),
        new("continue", 4, random => UploadAsync(Size(random), isChunked: random.Next(2) == 0, expects: true)),
        new("download", 6, random => DownloadAsync("length", Size(random))),
        new("download-chunked", 6, random => DownloadAsync("chunked", Size(random))),
        new("head", 4, HeadAsync),
        new("pipelined", 4, _ => PipelinedAsync(10)),
        new("upgrade", 4, UpgradeAsync),
        new("backend-resets", 4, _ => StatusAsync(502, "GET /reset HTTP/1.1\r\nHost: a.test\r\n\r\n")),
        new("backend-resets-midway", 4, _ => CutAsync()),
        new("leaves-waiting", 4, random => LeaveAsync(random, "GET /never HTTP/1.1\r\nHost: silent.test\r\n\r\n", readsHead: false)),
        new("leaves-in-head", 4, random => LeaveAsync(random, "GET / HTTP/1.1\r\nHost: a.t", readsHead: false)),
        new("leaves-uploading", 4, random => LeaveAsync(random, "POST /count HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000\r\n\r\nsome", readsHead: false)),
        new("leaves-uploading-chunks", 4, random => LeaveAsync(random, "POST /count HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n8", readsHead: false)),
        new("leaves-downloading", 4, random => LeaveAsync(random, "GET /length/1048576 HTTP/1.1\r\nHost: a.test\r\n\r\n", readsHead: true)),
        new("leaves-at-once", 4, random => LeaveAsync(random, "", readsHead: false)),
        new("refused-400", 4, _ => StatusAsync(400, "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")),
        new("refused-413", 4, _ => StatusAsync(413, string.Create(CultureInfo.InvariantCulture, $"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {Backends.RequestBodyBytesMax + 1}\r\n\r\n"))),
        new("refused-431", 2, _ => StatusAsync(431, $"GET / HTTP/1.1\r\nHost: a.test\r\n{LongField}\r\n\r\n")),
    ];

    private async Task<int> GetsAsync(int count, string host)
    {
        await using var client = await TestClient.ConnectAsync(port);
        for (var i = 0; i < count; i++)
            Expect(await client.GetAsync(host: host), "hello");
        return count;
    }

    private async Task<int> TlsAsync(Random random)
    {
        await using var client = await TestClient.ConnectTlsAsync(tlsPort, "front.test", certificates);
        Expect(await client.GetAsync(), "hello");
        ExpectBytes(await client.GetAsync(FormattableString.Invariant($"/length/{Size(random)}")), null);
        return 2;
    }

    private async Task<int> UploadAsync(int size, bool isChunked, bool expects)
    {
        await using var client = await TestClient.ConnectAsync(port);
        var framing = isChunked ? "Transfer-Encoding: chunked" : FormattableString.Invariant($"Content-Length: {size}");
        await client.SendAsync($"POST /count HTTP/1.1\r\nHost: a.test\r\n{framing}\r\n{(expects ? "Expect: 100-continue\r\n" : "")}\r\n");
        if (expects && (await client.HeadAsync()).FirstLine != "HTTP/1.1 100 Continue")
            throw new UnexpectedAnswerException("no 100");
        if (isChunked)
        {
            await client.SendAsync(FormattableString.Invariant($"{size:x}\r\n"));
            await client.SendAsync(Body.AsMemory(0, size));
            await client.SendAsync("\r\n0\r\n\r\n");
        }
        else
        {
            await client.SendAsync(Body.AsMemory(0, size));
        }

        Expect(await client.ResponseAsync(), size.ToString(CultureInfo.InvariantCulture));
        return 1;
    }

    private async Task<int> DownloadAsync(string how, int size)
    {
        await using var client = await TestClient.ConnectAsync(port);
        ExpectBytes(await client.GetAsync(FormattableString.Invariant($"/{how}/{size}")), size);
        return 1;
    }

    private async Task<int> HeadAsync(Random random)
    {
        await using var client = await TestClient.ConnectAsync(port);
        var size = Size(random).ToString(CultureInfo.InvariantCulture);
        var response = await client.AskAsync($"HEAD /length/{size} HTTP/1.1\r\nHost: a.test\r\n\r\n");
        if (response.Status != 200 || response["Content-Length"] != size)
            throw new UnexpectedAnswerException($"{response.Status} with {response["Content-Length"]}");
        Expect(await client.GetAsync(), "hello");
        return 2;
    }

    private async Task<int> PipelinedAsync(int count)
    {
        await using var client = await TestClient.ConnectAsync(port);
        await client.SendAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", count)));
        for (var i = 0; i < count; i++)
            Expect(await client.ResponseAsync(), "hello");
        return count;
    }

    private async Task<int> UpgradeAsync(Random random)
    {
        await using var client = await TestClient.ConnectAsync(port);
        await client.SendAsync("GET /echo HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        if (!(await client.HeadAsync()).FirstLine.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new UnexpectedAnswerException("no 101");
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("ping");
            if (Encoding.Latin1.GetString(await client.ExactlyAsync(4)) != "ping")
                throw new UnexpectedAnswerException("no echo");
        }

        switch (random.Next(3))
        {
            case 0:
                client.Reset();
                break;
            case 1:
                client.ShutdownSend();
                await client.ToEndAsync();
                break;
            default:
                await client.SendAsync("bye");
                if (await client.ToEndAsync() != "bye")
                    throw new UnexpectedAnswerException("no end of the tunnel");
                break;
        }

        return 1;
    }

    private async Task<int> StatusAsync(int status, string request)
    {
        await using var client = await TestClient.ConnectAsync(port);
        var response = await client.AskAsync(request);
        return response.Status == status ? 1 : throw new UnexpectedAnswerException($"{response.Status} instead of {status}");
    }

    private async Task<int> CutAsync()
    {
        await using var client = await TestClient.ConnectAsync(port);
        await client.SendAsync("GET /reset-midway HTTP/1.1\r\nHost: a.test\r\n\r\n");
        try
        {
            var whole = await client.ResponseAsync();
            return whole.Status == 502 ? 1 : throw new UnexpectedAnswerException("a response that was cut looks whole");   // 502: the reset overtook the head
        }
        catch (IOException)
        {
            return 1;
        }
    }

    private async Task<int> LeaveAsync(Random random, string request, bool readsHead)
    {
        await using var client = await TestClient.ConnectAsync(port);
        await client.SendAsync(request);
        if (readsHead)
        {
            await client.HeadAsync();
            await client.ExactlyAsync(1);
        }

        if (random.Next(2) == 0)
            client.Reset();
        return request.Length > 0 ? 1 : 0;
    }

    private static void Expect(TestResponse response, string text)
    {
        if (response.Status != 200 || response.Text != text)
            throw new UnexpectedAnswerException($"{response.Status} '{(response.Text.Length > 80 ? "…" : response.Text)}' instead of '{text}'");
    }

    private static void ExpectBytes(TestResponse response, int? size)
    {
        if (response.Status != 200 || (size is { } exactly && response.Body.Length != exactly) || response.Body.AsSpan().ContainsAnyExcept((byte)'b'))
            throw new UnexpectedAnswerException($"{response.Status} with {response.Body.Length} bytes instead of {size}");
    }

    /// <summary>From 1 B to 1 MiB, every order of magnitude as likely.</summary>
    private static int Size(Random random) => (int)Math.Pow(BodyBytesMax, random.NextDouble());

    private static byte[] Filled(int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, (byte)'u');
        return bytes;
    }
}
