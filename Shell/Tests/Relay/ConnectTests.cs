using System;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>CONNECT opens a tunnel to a target that the route lists, and to no other (RFC 9110 §9.3.6).</summary>
public sealed class ConnectTests
{
    [Theory]
    [InlineData("HTTP/1.1", "127.0.0.1")]
    [InlineData("HTTP/1.0", "localhost")]
    public async Task A_listed_target_is_connected_to_and_bytes_go_both_ways(string version, string host)
    {
        await using var backend = TestOrigin.Start();
        await using var target = TestOrigin.Start(Answers.Ok("from the target"));
        await using var proxy = await TestProxy.StartAsync(settings => WithConnect(settings, $"{host}:{target.Port}"), backend);
        await using (var client = await proxy.ConnectAsync())
        {
            // What follows the head at once belongs to the target.
            await client.SendAsync($"CONNECT {host}:{target.Port} {version}\r\nHost: {host}:{target.Port}\r\nProxy-Authorization: Basic eA==\r\n\r\nGET /inside HTTP/1.1\r\nHost: t.test\r\n\r\n");

            Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", (await client.HeadAsync()).Text);
            Assert.Equal("from the target", (await client.ResponseAsync()).Text);
            Assert.Equal("from the target", (await client.GetAsync("/again")).Text);
        }

        Assert.Equal(["/inside", "/again"], target.Requests.Select(static request => request.Target));
        Assert.Empty(backend.Requests);
        Assert.Equal(new Ended(200, Outcome.TunnelClosedByClient, $"{host}:{target.Port}:200"), (await proxy.EndedAsync(1))[0]);
    }

    [Theory]
    [InlineData("CONNECT {other} HTTP/1.1\r\nHost: {other}\r\n\r\nGET / HTTP/1.1\r\nHost: smuggled.test\r\n\r\n")]
    [InlineData("CONNECT {listed} HTTP/1.1\r\nHost: {listed}\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("CONNECT {listed} HTTP/1.1\r\nHost: {listed}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public async Task Anything_else_is_refused_and_what_follows_is_never_read(string request)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(settings => WithConnect(settings, $"localhost:{origin.Port}"), origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync(request.Replace("{listed}", $"localhost:{origin.Port}", StringComparison.Ordinal).Replace("{other}", origin.Address, StringComparison.Ordinal));

        Assert.Equal((405, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Equal(0, origin.Connections);
        Assert.Equal(Outcome.BadRequest, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_target_that_refuses_is_a_502_and_the_connection_closes()
    {
        using var dead = new DeadPort();
        await using var proxy = await TestProxy.StartAsync(settings => WithConnect(settings, $"127.0.0.1:{dead.Port}"), [dead.Port]);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync($"CONNECT 127.0.0.1:{dead.Port} HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: smuggled.test\r\n\r\n");

        Assert.Equal(502, response.Status);
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Equal([new Ended(502, Outcome.ConnectRefused, $"127.0.0.1:{dead.Port}:refused")], await proxy.EndedAsync(1));
    }

    private static ProxySettings WithConnect(ProxySettings settings, params string[] targets) => settings with
    {
        Routes = settings.Routes.Map(route => route with
        {
            Connect = toSeq(targets.Select(static target => ConnectTarget.Parse(target).IfNone(static () => throw new InvalidOperationException()))).Strict(),
        }).Strict(),
    };
}
