using System;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Nobody can hold a connection for longer than the settings say.</summary>
public sealed class TimeoutTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    [Fact]
    public async Task A_backend_that_does_not_accept_is_504()
    {
        using var silent = await SilentPort.OpenAsync();
        await using var proxy = await TestProxy.StartAsync(settings => (TestProxy.Settings([silent.Port]) with { Listeners = settings.Listeners })
            .WithRetryOff().WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { Connect = Short } }));

        Assert.Equal(504, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(Outcome.ConnectTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_backend_that_does_not_shake_hands_is_504()
    {
        await using var origin = TestOrigin.Start(Answers.Never);    // plain: it waits for the end of a line that never comes
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithRetryOff().WithUpstream(static upstream => upstream with
            {
                Tls = Some(new UpstreamTls(Some("b.test"), Verify: false, default, None, None)),
                Timeouts = upstream.Timeouts with { TlsHandshake = Short },
            }),
            origin);

        Assert.Equal(504, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(Outcome.TlsTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_is_504()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithRetryOff().WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { ResponseHead = Short } }), origin);

        Assert.Equal(504, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(Outcome.ResponseHeadTimeout, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_backend_that_stops_in_its_body_is_cut_off_and_so_is_the_client()
    {
        await using var origin = TestOrigin.Start(async static exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            await exchange.UntilClosedAsync();
        });
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { BodyGap = Short } }), origin);
        await using var client = await proxy.ConnectAsync();

        await Assert.ThrowsAnyAsync<System.IO.IOException>(() => client.AskAsync(Get));
        Assert.Equal(Outcome.ResponseBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task The_total_time_includes_everything()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { Total = Some(Short) } }), origin);

        Assert.Equal(504, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(Outcome.TotalTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost:")]
    [InlineData("G")]
    public async Task A_head_that_does_not_come_to_an_end_is_408(string begun)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.AskAsync(Get);
        proxy.Reload(WithClient(static client => client with { RequestHead = Short }));
        await client.AskAsync(Get);                                  // from now on; the time for a first head begins with the connection and may be over before its first byte

        await client.SendAsync(begun);
        var response = await client.ResponseAsync();

        Assert.Equal((408, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task A_body_that_does_not_go_on_is_408_and_the_backend_sees_no_whole_request()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(WithClient(static client => client with { BodyGap = Short }), origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhello");

        Assert.Equal(408, response.Status);
        await Eventually.True(() => origin.BrokenRequests == 1, "the request to be broken off");
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task A_client_that_was_told_to_send_its_body_and_does_not_is_408_and_not_the_backends_fault()
    {
        await using var origin = TestOrigin.Start(static async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await exchange.UntilClosedAsync();
        });
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(WithClient(static client => client with { BodyGap = Short }), origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");

        Assert.Equal((1, 408), (response.Informational.Count, response.Status));
        Assert.Equal(Outcome.ClientBodyTimeout, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task Silence_is_closed_without_a_word()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var idle = await proxy.ConnectAsync();
        await using var polite = await proxy.ConnectAsync();
        await idle.AskAsync(Get);
        await polite.AskAsync(Get);
        proxy.Reload(WithClient(static client => client with { Idle = Short, RequestHead = Short }));
        await using var fresh = await proxy.ConnectAsync();
        await idle.AskAsync(Get);                                    // the waits that began before the reload go by what was said then
        await polite.AskAsync(Get + "\r\n");                         // as some clients end a body: no beginning of a request

        Assert.True(await fresh.IsClosedByPeerAsync());
        Assert.True(await idle.IsClosedByPeerAsync());
        Assert.True(await polite.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_dropped()
    {
        await using var origin = TestOrigin.Start(async static exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            while (true)
                await exchange.SendAsync(new byte[64 * 1024]);
        });
        await using var proxy = await TestProxy.StartAsync(WithClient(static client => client with { WriteStall = Short }), origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Get);

        Assert.Equal(Outcome.ClientWriteTimeout, (await proxy.EndedAsync(1))[0].Outcome);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend to be let go");
    }

    private static Func<ProxySettings, ProxySettings> WithClient(Func<ClientTimeouts, ClientTimeouts> change) =>
        settings => settings with { ClientTimeouts = change(settings.ClientTimeouts) };
}
