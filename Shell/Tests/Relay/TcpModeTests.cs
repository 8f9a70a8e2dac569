using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static Fairlead.Shell.Tests.Harness.RawBackend;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Connections that carry no requests: everything goes through unchanged, and TLS goes by the name in its first message.</summary>
public sealed class TcpModeTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Bytes_go_both_ways_and_the_end_of_one_side_leaves_the_other_open()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [backend.Port]));
        using var client = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();

        await SendAsync(accepted, "220 ready\r\n");                    // the server may be the first to speak
        Assert.Equal("220 ready\r\n", await ReceiveAsync(client, 11));
        await SendAsync(client, "hello");
        Assert.Equal("hello", await ReceiveAsync(accepted, 5));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await ReceiveAsync(accepted, 1));
        await SendAsync(accepted, "still here");
        Assert.Equal("still here", await ReceiveAsync(client, 10));
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await ReceiveAsync(client, 1));

        var ended = await proxy.EndedAsync(1);
        Assert.Equal((Outcome.TunnelClosedByClient, "u", 5L, 21L), (ended[0].Outcome, ended[0].Upstream, ended[0].BytesFromClient, ended[0].BytesFromBackend));
    }

    [Fact]
    public async Task Much_goes_through_whole()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [backend.Port]));
        using var client = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();
        var sent = new byte[16 * 1024 * 1024];
        new Random(7).NextBytes(sent);

        var sending = SendAndEndAsync(client, sent);
        var received = await ReceiveAllAsync(accepted);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
        sending = SendAndEndAsync(accepted, received);
        received = await ReceiveAllAsync(client);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task A_backend_that_is_not_there_is_passed_over()
    {
        using var dead = new DeadPort();
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [dead.Port, backend.Port]));
        for (var i = 0; i < 2; i++)
        {
            using var client = await proxy.ConnectAsync();
            using var accepted = await backend.AcceptAsync();
            await SendAsync(accepted, "x");
            Assert.Equal("x", await ReceiveAsync(client, 1));
        }

        var ended = await proxy.EndedAsync(2);
        Assert.Equal(3, ended.Sum(static connection => connection.Attempts.Count));   // one of the two began at the dead one
    }

    [Fact]
    public async Task A_backend_that_speaks_first_and_closes_at_once_is_heard_to_the_end()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [backend.Port]));
        for (var i = 0; i < 200; i++)
        {
            using var client = await proxy.ConnectAsync();
            using (var accepted = await backend.AcceptAsync())
                await SendAndEndAsync(accepted, "bye"u8.ToArray());
            Assert.Equal("bye", Encoding.ASCII.GetString(await ReceiveAllAsync(client)));
        }
    }

    [Fact]
    public async Task A_backend_that_refuses_connections_in_a_row_is_ejected()
    {
        using var dead = new DeadPort();
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.Tcp("u"), static upstream => upstream with { Outlier = OutlierSettings.Default with { Consecutive5xx = 2, MaxEjectedPercent = 50 } }, ("u", [dead.Port, backend.Port]));
        var attempts = 0;
        await Eventually.True(
            async () =>
            {
                var before = proxy.Ended.Count;
                for (var i = 0; i < 2; i++)
                {
                    using var client = await proxy.ConnectAsync();
                    using var accepted = await backend.AcceptAsync();
                }

                var ended = await proxy.EndedAsync(before + 2);
                attempts = ended.Skip(before).Sum(static connection => connection.Attempts.Count);
                return attempts == 2;                                // with the dead one in the rotation, one of two tries it
            },
            "the dead backend to be passed over at once");
    }

    [Fact]
    public async Task Who_it_is_for_is_taken_from_a_proxy_in_front_and_told_to_the_backend()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.Tcp("u"),
            static upstream => upstream with { ProxyProtocol = ProxyProtocolVersion.V1 },
            static listener => listener with { ProxyProtocol = ProxyProtocolUse.Required, ProxyProtocolFrom = Seq1(IPNetwork.Parse("127.0.0.0/8")) },
            ("u", [backend.Port]));
        const string header = "PROXY TCP4 192.0.2.7 192.0.2.1 1234 443\r\n";
        var client = await proxy.ConnectAsync();
        await SendAsync(client, header + "hello");
        using var accepted = await backend.AcceptAsync();
        Assert.Equal(header + "hello", await ReceiveAsync(accepted, header.Length + 5));
        client.Dispose();
        accepted.Dispose();
        Assert.Equal(IPAddress.Parse("192.0.2.7"), (await proxy.EndedAsync(1))[0].Client);
    }

    [Fact]
    public async Task Without_any_backend_the_connection_is_closed()
    {
        using var dead = new DeadPort();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [dead.Port]));
        using var client = await proxy.ConnectAsync();
        Assert.Equal("", await ReceiveAsync(client, 1));
        Assert.Equal(Outcome.ConnectRefused, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task Connections_that_stand_count_for_the_least_loaded()
    {
        using var one = new RawBackend();
        using var other = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.Tcp("u"), static upstream => upstream with { Policy = new PolicySettings.LeastRequests() }, ("u", [one.Port, other.Port]));
        var clients = new List<Socket>();
        for (var i = 0; i < 4; i++)
            clients.Add(await proxy.ConnectAsync());

        foreach (var backend in new[] { one, other })
        {
            for (var i = 0; i < 2; i++)
                clients.Add(await backend.AcceptAsync());
        }

        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task A_connection_under_way_is_let_go_on_while_the_proxy_drains()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(new ListenerProtocol.Tcp("u"), ("u", [backend.Port]));
        using var client = await proxy.ConnectAsync();
        using var accepted = await backend.AcceptAsync();
        var stopped = proxy.DrainAsync();
        await SendAsync(client, "last words");
        Assert.Equal("last words", await ReceiveAsync(accepted, 10));
        client.Shutdown(SocketShutdown.Send);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stopped.Within(what: "the proxy to stop"));
    }

    [Fact]
    public async Task A_connection_is_cut_off_when_nothing_goes_through_it()
    {
        using var backend = new RawBackend();
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.Tcp("u"), static upstream => upstream with { Timeouts = upstream.Timeouts with { TunnelIdle = TimeSpan.FromMilliseconds(100) } }, ("u", [backend.Port]));
        using var client = await proxy.ConnectAsync();
        Assert.Equal(Outcome.TunnelIdle, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task Tls_goes_by_its_server_name_and_is_ended_by_the_backend()
    {
        await using var a = TestOrigin.Start(Answers.Ok("a\n"), _certificates.Server("a.test"));
        await using var b = TestOrigin.Start(Answers.Ok("b\n"), _certificates.Server("*.b.test"));
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.TlsPassthrough(Seq(
                new TlsRoute(Seq1<HostPattern>(new HostPattern.Exact("a.test")), "a"), new TlsRoute(Seq1<HostPattern>(new HostPattern.Below("b.test")), "b"))),
            ("a", [a.Port]), ("b", [b.Port]));

        foreach (var (name, answer) in new[] { ("a.test", "a\n"), ("x.b.test", "b\n") })
        {
            await using var client = await TestClient.ConnectTlsAsync(proxy.Port, name, _certificates);
            Assert.Equal(answer, (await client.AskAsync($"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n")).Text);
        }

        var ended = await proxy.EndedAsync(2);
        Assert.Equal([("a", "a.test"), ("b", "x.b.test")], ended.Select(static connection => (connection.Upstream, connection.ServerName)));
    }

    [Theory]
    [InlineData("c.test", Outcome.NoRoute)]
    [InlineData("", null)]
    public async Task What_no_route_takes_is_closed(string name, Outcome? outcome)
    {
        using var dead = new DeadPort();
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.TlsPassthrough(Seq1(new TlsRoute(Seq1<HostPattern>(new HostPattern.Exact("a.test")), "a"))), ("a", [dead.Port]));
        using var client = await proxy.ConnectAsync();
        if (outcome is null)
        {
            await SendAsync(client, "GET / HTTP/1.1\r\n\r\n");           // no TLS at all: there is nobody to balance
            Assert.Equal("", await ReceiveAsync(client, 1));
            Assert.Empty(proxy.Ended);
            return;
        }

        await using var tls = new SslStream(new NetworkStream(client));
        await Assert.ThrowsAnyAsync<System.IO.IOException>(() => tls.AuthenticateAsClientAsync(name).Within(what: "the proxy to close"));
        Assert.Equal(outcome, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task Tls_that_ends_here_goes_on_as_plain_bytes()
    {
        using var backend = new RawBackend();
        var issued = _certificates.Server("a.test");
        await using var proxy = await RawProxy.StartAsync(
            new ListenerProtocol.Tcp("u"), static upstream => upstream, listener => listener with { Tls = ListenerTls.Of(issued.CertificateFile, issued.KeyFile) }, ("u", [backend.Port]));
        await using var tls = new SslStream(new NetworkStream(await proxy.ConnectAsync(), ownsSocket: true), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("a.test").Within(what: "the handshake");
        using var accepted = await backend.AcceptAsync();

        await tls.WriteAsync("secret"u8.ToArray());
        Assert.Equal("secret", await ReceiveAsync(accepted, 6));
        await SendAsync(accepted, "answer");
        var answer = new byte[6];
        await tls.ReadExactlyAsync(answer).AsTask().Within(what: "the answer");
        Assert.Equal("answer", Encoding.ASCII.GetString(answer));
    }
}
