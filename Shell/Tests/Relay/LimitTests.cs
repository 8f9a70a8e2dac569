using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Neither many clients nor slow ones take the proxy from the others.</summary>
public sealed class LimitTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Begun = "GET / HTTP/1.1\r\nHost: a.test\r\nX: ";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Connections_beyond_the_limit_wait_until_one_ends()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithLimits(static limits => limits with { ConnectionsMax = 2 }), origin);
        await using var first = await proxy.ConnectAsync();
        await using var second = await proxy.ConnectAsync();
        Assert.Equal((200, 200), ((await first.GetAsync()).Status, (await second.GetAsync()).Status));

        await using var third = await proxy.ConnectAsync();
        await third.SendAsync(Get);
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, (await second.GetAsync()).Status);
        Assert.Equal(22, origin.Requests.Count);                     // nobody has looked at the third

        await first.DisposeAsync();
        Assert.Equal(200, (await third.ResponseAsync()).Status);
    }

    [Fact]
    public async Task A_raised_limit_lets_those_in_who_wait()
    {
        await using var origin = TestOrigin.Start();
        ProxySettings? settings = null;
        await using var proxy = await TestProxy.StartAsync(all => settings = all.WithLimits(static limits => limits with { ConnectionsMax = 1 }), origin);
        await using var first = await proxy.ConnectAsync();
        await first.GetAsync();
        await using var second = await proxy.ConnectAsync();
        await second.SendAsync(Get);
        await first.GetAsync();
        Assert.Equal(2, origin.Requests.Count);

        proxy.Reload(settings!.WithLimits(static limits => limits with { ConnectionsMax = 2 }));
        Assert.Equal(200, (await second.ResponseAsync()).Status);
    }

    [Fact]
    public async Task One_client_cannot_have_more_connections_than_it_may()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithLimits(static limits => limits with { ConnectionsPerClientMax = 2 }), origin);
        await using var first = await proxy.ConnectAsync();
        await using var second = await proxy.ConnectAsync();
        Assert.Equal((200, 200), ((await first.GetAsync()).Status, (await second.GetAsync()).Status));
        await using var third = await proxy.ConnectAsync();
        Assert.True(await third.IsClosedByPeerAsync());

        await first.DisposeAsync();
        await Eventually.True(async () =>
        {
            await using var another = await proxy.ConnectAsync();
            return await IsServedAsync(another);
        }, "its place to be free again");
    }

    [Fact]
    public async Task A_trusted_proxy_has_as_many_connections_as_it_wants()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithLimits(static limits => limits with { ConnectionsPerClientMax = 1 }) with { TrustedProxies = Seq1(IPNetwork.Parse("127.0.0.0/8")) }, origin);
        await using var first = await proxy.ConnectAsync();
        await using var second = await proxy.ConnectAsync();
        Assert.Equal((200, 200), ((await first.GetAsync()).Status, (await second.GetAsync()).Status));
    }

    [Fact]
    public async Task The_last_request_a_connection_may_have_is_answered_with_close()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithLimits(static limits => limits with { RequestsPerConnectionMax = 2 }), origin);
        await using var client = await proxy.ConnectAsync();
        Assert.Null((await client.GetAsync())["Connection"]);
        Assert.Equal("close", (await client.GetAsync())["Connection"]);
        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Expect: 100-continue\r\n")]                         // and is not told to go on
    public async Task A_body_that_drips_is_408_and_lets_the_backend_go(string field)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithGrace(Short).WithLimits(static limits => limits with { RequestRateMin = 10_000 }), origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a.test\r\n{field}Content-Length: 1000000\r\n\r\n");
        await using (Drip.Start(() => client.SendAsync("x")))
            Assert.Equal(408, (await client.ResponseAsync()).Status);

        Assert.Equal(Outcome.ClientBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_body_that_drips_after_the_answer_began_is_cut()
    {
        await using var origin = TestOrigin.Start(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            await exchange.UntilClosedAsync();
        });
        origin.ReadsBodies = false;
        var grace = TimeSpan.FromSeconds(3);                         // the answer must have begun before it is over
        await using var proxy = await TestProxy.StartAsync(settings => settings.WithGrace(grace).WithLimits(static limits => limits with { RequestRateMin = 10_000 }), origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000\r\n\r\n");
        await using (Drip.Start(() => client.SendAsync("x")))
            await Assert.ThrowsAnyAsync<IOException>(() => client.ResponseAsync());
        Assert.Equal(Outcome.ClientBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_client_that_takes_its_response_in_drips_is_cut()
    {
        var block = new byte[1024 * 1024];
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            for (var i = 0; i < 900; i++)
                await exchange.SendAsync(block);
        });
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithGrace(Short).WithLimits(static limits => limits with { ResponseRateMin = 100_000_000 }), origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Get);
        await client.HeadAsync();
        await using (Drip.Start(() => client.ExactlyAsync(1)))
            Assert.Equal(Outcome.ClientWriteTimeout, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task Five_hundred_clients_that_drip_take_nothing_from_a_fast_one_and_are_gone_in_time()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRequestHead(TimeSpan.FromHours(1)), origin);
        var slow = new List<TestClient>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                slow.Add(await proxy.ConnectAsync());
                await slow[^1].SendAsync(Begun);
            }

            await using var fast = await proxy.ConnectAsync();
            await using (DripAll())
            {
                for (var i = 0; i < 100; i++)
                    Assert.Equal(200, (await fast.GetAsync()).Status);
            }

            Assert.DoesNotContain(slow, static client => client.HasSomething);   // all were there meanwhile

            // Their next heads begin after the reload: no deadline has run while they were many.
            proxy.Reload(static settings => settings.WithRequestHead(TimeSpan.FromSeconds(2)));
            foreach (var client in slow)
                Assert.Equal(200, (await client.AskAsync("\r\n\r\n")).Status);
            foreach (var client in slow)
                await client.SendAsync(Begun);
            await using (DripAll())
                await Eventually.True(() => slow.TrueForAll(static client => client.HasSomething), "all of them to be told that they are too late");
            Assert.Equal(500, (await proxy.EndedAsync(1100)).Count(static ended => ended is { Status: 408, Outcome: Outcome.ClientHeadTimeout }));
        }
        finally
        {
            foreach (var client in slow)
                await client.DisposeAsync();
        }

        Drip DripAll() => Drip.Start(() => Task.WhenAll(slow.Select(static client => client.SendAsync("x"))), everyMs: 500);
    }

    [Fact]
    public async Task A_handshake_that_drips_is_over_in_time()
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost");
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            settings => settings with
            {
                Listeners = settings.Listeners.Map(one => one with { Tls = Some(ListenerTls.Of(certificate.CertificateFile, certificate.KeyFile)) }).Strict(),
                ClientTimeouts = settings.ClientTimeouts with { TlsHandshake = Short },
            },
            origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");   // the beginning of a hello of 512 bytes
        await using (Drip.Start(() => client.SendAsync("x"), everyMs: 100))
            Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task Without_descriptors_accepting_pauses_requests_are_503_and_it_recovers_by_itself()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunUnderAsync(
            $$"""
            listeners: [ { bind: 127.0.0.1:0 } ]
            upstreams: { origin: { backends: [ "{{origin.Address}}" ], pool: { idle-max: 0 } } }
            routes: [ { to: origin } ]
            """,
            "prlimit", "--nofile=200");
        await using var early = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal(200, (await early.GetAsync()).Status);

        var many = new List<TestClient>();
        for (var i = 0; i < 300; i++)
            many.Add(await TestClient.ConnectAsync(fairlead.Port));
        await fairlead.LineAsync(static line => line.Contains("out of file descriptors", StringComparison.Ordinal), "the warning");
        Assert.InRange(Directory.GetFiles($"/proc/{fairlead.Id}/fd").Length, 100, 160);     // a quarter is reserved: threads of the runtime that get none end the process
        Assert.Equal(503, (await early.GetAsync()).Status);
        await fairlead.LineAsync(static line => line.Contains("no-descriptors", StringComparison.Ordinal), "its line in the access log");

        foreach (var client in many)
            await client.DisposeAsync();
        await Eventually.True(async () => (await early.GetAsync()).Status == 200, "backends to be reached again");
        await using var late = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal(200, (await late.GetAsync()).Status);
        Assert.Single(fairlead.Error, static line => line.Contains("out of file descriptors", StringComparison.Ordinal));
        Assert.DoesNotContain(fairlead.Error, static line => line.Contains("unexpected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_ends_with_its_TLS_connection_is_whole_only_with_close_notify(bool saysSo)
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(
            async exchange =>
            {
                await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\nhello");
                if (saysSo)
                    await ((SslStream)exchange.Hijack()).ShutdownAsync();
                exchange.Close();
            },
            certificates.Server("b.test"));
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithUpstream(static upstream => upstream with { Tls = Some(new UpstreamTls(Some("b.test"), Verify: false, default, None, None)) }), origin);
        await using var client = await proxy.ConnectAsync();
        if (saysSo)
            Assert.Equal("hello", (await client.GetAsync()).Text);
        else
            await Assert.ThrowsAnyAsync<IOException>(() => client.GetAsync());
        Assert.Equal(saysSo ? Outcome.None : Outcome.ResponseTruncated, (await proxy.EndedAsync(1))[0].Outcome);
    }

    private static async Task<bool> IsServedAsync(TestClient client)
    {
        try
        {
            return (await client.GetAsync()).Status == 200;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

internal static class LimitChanges
{
    public static ProxySettings WithLimits(this ProxySettings settings, Func<LimitSettings, LimitSettings> change) => settings with { Limits = change(settings.Limits) };

    public static ProxySettings WithRequestHead(this ProxySettings settings, TimeSpan timeout) => settings with { ClientTimeouts = settings.ClientTimeouts with { RequestHead = timeout } };

    public static ProxySettings WithGrace(this ProxySettings settings, TimeSpan grace) => settings with { ClientTimeouts = settings.ClientTimeouts with { RateGrace = grace } };
}
