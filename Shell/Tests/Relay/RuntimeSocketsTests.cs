using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>A handful of what is tested elsewhere, on the sockets of the runtime: what the proxy runs on where there is no epoll.</summary>
public sealed class RuntimeSocketsTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestOrigin _origin = null!;
    private FairleadProcess _fairlead = null!;

    public async Task InitializeAsync()
    {
        _origin = TestOrigin.Start(exchange => exchange.Request.Target switch
        {
            "/echo" => exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {exchange.Request.Body.Length}\r\n\r\n{Encoding.Latin1.GetString(exchange.Request.Body)}"),
            "/chunked" => exchange.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"),
            "/upgrade" => UpgradeAsync(exchange),
            "/late" => LateAsync(exchange),
            "/never" => exchange.UntilClosedAsync(),
            _ => Answers.Ok("hello\n")(exchange),
        });
        var issued = _certificates.Server("a.test");
        _fairlead = await FairleadProcess.RunAsync(
            $$"""
            listeners:
              - bind: "127.0.0.1:0"
              - { bind: "127.0.0.1:0", tls: { certificate: {{issued.CertificateFile}}, key: {{issued.KeyFile}} } }
            upstreams:
              app: { backends: [ "127.0.0.1:{{_origin.Port}}" ] }
              silent: { backends: [ "127.0.0.1:{{_origin.Port}}" ], timeouts: { response-head: 1s } }
            routes: [ { to: silent, path: /never }, { to: app } ]
            """,
            new Dictionary<string, string> { ["FAIRLEAD_SOCKETS"] = "runtime" });
    }

    public async Task DisposeAsync()
    {
        await _fairlead.DisposeAsync();
        await _origin.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task What_the_pollers_do_the_runtime_does_too()
    {
        Assert.DoesNotContain(Directory.GetDirectories($"/proc/{_fairlead.Id}/task"), static thread => File.ReadAllText(thread + "/comm").StartsWith("fairlead poller", StringComparison.Ordinal));

        await using var client = await TestClient.ConnectAsync(_fairlead.Port);
        await KeepsAliveAsync(client);
        await using var secure = await TestClient.ConnectTlsAsync(_fairlead.Listening[1].Port, "a.test", _certificates);
        await KeepsAliveAsync(secure);
        await UpgradesAsync(client);
        await SurvivesClientsThatLeaveAsync();
        await GivesUpOnASilentBackendAsync();

        await using var last = await TestClient.ConnectAsync(_fairlead.Port);
        await KeepsAliveAsync(last);
        Assert.DoesNotContain(_fairlead.Error, static line => line.Contains("Exception", StringComparison.Ordinal));
    }

    private static async Task KeepsAliveAsync(TestClient client)
    {
        var body = new string('x', 300_000);
        Assert.Equal("hello\n", (await client.GetAsync()).Text);
        Assert.Equal("abcdef", (await client.GetAsync("/chunked")).Text);
        Assert.Equal(body, (await client.AskAsync($"POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: {body.Length}\r\n\r\n{body}")).Text);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await client.SendAsync("4\r\ndefg\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.Equal("abcdefg", (await client.ResponseAsync()).Text);
        Assert.Equal("hello\n", (await client.ResponseAsync()).Text);
    }

    private static async Task UpgradesAsync(TestClient client)
    {
        await client.SendAsync("GET /upgrade HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello");
        Assert.StartsWith("HTTP/1.1 101 ", (await client.HeadAsync()).FirstLine, StringComparison.Ordinal);
        Assert.Equal("hello", Encoding.Latin1.GetString(await client.ExactlyAsync(5)));
        client.ShutdownSend();
        Assert.Equal("", await client.ToEndAsync());
    }

    /// <summary>What the client left is noticed when something is sent to it; its backend is let go then.</summary>
    private async Task SurvivesClientsThatLeaveAsync()
    {
        await using (var leaver = await TestClient.ConnectAsync(_fairlead.Port))
        {
            await leaver.SendAsync("GET /late HTTP/1.1\r\nHost: a.test\r\n\r\n");
            await Eventually.True(() => _origin.Requests.Any(static request => request.Target == "/late"), "the request to arrive");
            leaver.Reset();
        }

        _gate.SetResult();
        await Eventually.True(() => _fairlead.Output.Any(static line => line.Contains("/late", StringComparison.Ordinal) && line.EndsWith(" CD", StringComparison.Ordinal)), "the exchange to end");   // the client left
    }

    private async Task GivesUpOnASilentBackendAsync()
    {
        await using var client = await TestClient.ConnectAsync(_fairlead.Port);
        Assert.Equal(504, (await client.GetAsync("/never")).Status);
    }

    private static async Task UpgradeAsync(OriginExchange exchange)
    {
        await exchange.SendAsync("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        await exchange.SendAsync(await exchange.ReadAsync(5));
        await exchange.ToEndAsync();
        exchange.Close();
    }

    private async Task LateAsync(OriginExchange exchange)
    {
        await _gate.Task.Within(what: "the gate");
        await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n");
        await exchange.SendAsync(new byte[30_000_000]);
    }
}
