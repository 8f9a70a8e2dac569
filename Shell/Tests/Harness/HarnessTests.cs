using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>The instruments are checked before they measure.</summary>
public sealed class HarnessTests
{
    [Fact]
    public async Task An_origin_keeps_the_request_whole_and_answers()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("hi"));
        await using var client = await TestClient.ConnectAsync(origin.Port);

        var response = await client.AskAsync("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc");
        var again = await client.AskAsync("POST /y HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\n");

        Assert.Equal((200, "hi"), (response.Status, response.Text));
        Assert.Equal(200, again.Status);
        Assert.Equal("POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\n", origin.Requests[0].Head.Text);
        Assert.Equal("abc"u8.ToArray(), origin.Requests[0].Body);
        Assert.Equal("abc"u8.ToArray(), origin.Requests[1].Body);
        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task An_origin_over_TLS_tells_the_server_name()
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(certificate: certificates.Server("b.test"));
        await using var client = await TestClient.ConnectTlsAsync(origin.Port, "b.test", certificates);

        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal("b.test", origin.Requests[0].ServerName);
        await Assert.ThrowsAsync<AuthenticationException>(() => TestClient.ConnectTlsAsync(origin.Port, "other.test", certificates));
    }

    [Fact]
    public async Task A_stopped_origin_refuses_and_comes_back_on_its_port()
    {
        await using var origin = TestOrigin.Start();
        await using (var client = await TestClient.ConnectAsync(origin.Port))
        {
            await client.GetAsync();
            await origin.StopAsync();
            Assert.True(await client.IsClosedByPeerAsync());
        }

        await Assert.ThrowsAsync<SocketException>(() => TestClient.ConnectAsync(origin.Port));
        origin.Restart();
        await using var after = await TestClient.ConnectAsync(origin.Port);
        Assert.Equal(200, (await after.GetAsync()).Status);
    }

    [Fact]
    public async Task A_dead_port_refuses_until_it_is_released()
    {
        using var dead = new DeadPort();
        await Assert.ThrowsAsync<SocketException>(() => TestClient.ConnectAsync(dead.Port));
        await using var origin = TestOrigin.Start(port: dead.Release());
        await using var client = await TestClient.ConnectAsync(dead.Port);
        Assert.Equal(200, (await client.GetAsync()).Status);
    }

    [Fact]
    public async Task A_silent_port_neither_accepts_nor_refuses()
    {
        using var silent = await SilentPort.OpenAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await socket.ConnectAsync("127.0.0.1", silent.Port, limit.Token));
    }

    [Fact]
    public async Task A_truncated_body_is_noticed()
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"));
        await using var client = await TestClient.ConnectAsync(origin.Port);
        await Assert.ThrowsAsync<EndOfStreamException>(() => client.GetAsync());
    }
}
