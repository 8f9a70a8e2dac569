using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>SIGTERM: no new connections, requests under way finish, the process ends with the last of them.</summary>
public sealed class ShutdownStory
{
    /// <summary>Nobody else listens there when the proxy has ceased to; a port that the system chose may be given to the next who asks.</summary>
    private readonly int _port = DeadPort.Free();

    [Fact]
    public async Task An_idle_process_ends_at_once_with_code_0_and_closes_idle_connections()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(Web(origin));
        await using var idle = await TestClient.ConnectAsync(fairlead.Port);
        await idle.GetAsync();
        await using var fresh = await TestClient.ConnectAsync(fairlead.Port);

        fairlead.Terminate();

        Assert.True(await idle.IsClosedByPeerAsync());
        Assert.True(await fresh.IsClosedByPeerAsync());
        Assert.Equal(0, await fairlead.ExitCodeAsync(Soon));
    }

    [Fact]
    public async Task Requests_under_way_finish_while_new_connections_are_refused()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("finished")));
        await using var fairlead = await FairleadProcess.RunAsync(Web(origin));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await OnlyRequestAsync(origin, client, fairlead);

        fairlead.Terminate();
        await Eventually.True(() => IsRefusedAsync(fairlead.Port), "connections to be refused");
        Assert.False(fairlead.HasExited);

        gate.SetResult();
        var response = await client.ResponseAsync();
        Assert.Equal((200, "finished", "close"), (response.Status, response.Text, response["Connection"]));
        Assert.Equal(0, await fairlead.ExitCodeAsync(Soon));
    }

    [Fact]
    public async Task A_response_that_is_being_sent_is_sent_whole()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            await gate.Task.Within();
            await exchange.SendAsync("again");
        });
        await using var fairlead = await FairleadProcess.RunAsync(Web(origin));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await client.HeadAsync();
        await client.ExactlyAsync(5);

        fairlead.Terminate();
        await Eventually.True(() => IsRefusedAsync(fairlead.Port), "connections to be refused");
        gate.SetResult();

        Assert.Equal("again", await client.ToEndAsync());
        Assert.Equal(0, await fairlead.ExitCodeAsync(Soon));
    }

    [Fact]
    public async Task The_drain_limit_cuts_off_what_does_not_end()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var fairlead = await FairleadProcess.RunAsync(Web(origin, "drain-limit: 500ms"));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await OnlyRequestAsync(origin, client, fairlead);

        var stopping = Stopwatch.StartNew();
        fairlead.Terminate();

        Assert.Equal(4, await fairlead.ExitCodeAsync(Soon));
        Assert.True(stopping.Elapsed >= TimeSpan.FromMilliseconds(450), $"cut off after {stopping.Elapsed}");
        Assert.Matches(@"\A\z|\AHTTP/1\.1 503 ", await client.ToEndAsync());                       // the reason, when there was time for it
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var fairlead = await FairleadProcess.RunAsync(Web(origin));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await OnlyRequestAsync(origin, client, fairlead);

        fairlead.Terminate();
        await Eventually.True(() => IsRefusedAsync(fairlead.Port), "the first signal to be taken");
        fairlead.Terminate();

        Assert.Equal(4, await fairlead.ExitCodeAsync(Soon));
    }

    /// <summary>Waits for the one request to be under way; says what happened to it else.</summary>
    private static async Task OnlyRequestAsync(TestOrigin origin, TestClient client, FairleadProcess fairlead)
    {
        try
        {
            await Eventually.True(() => origin.Requests.Count > 0, "the request to arrive");
        }
        catch (TimeoutException late)
        {
            Assert.Fail($"{late.Message}\nconnections at the origin: {origin.Connections}; the client got: {await client.AvailableAsync()}\nthe proxy wrote:\n{fairlead.Everything}");
        }

        Assert.Single(origin.Requests);
    }

    /// <summary>Far below the drain limit of 30 s.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static async Task<bool> IsRefusedAsync(int port)
    {
        try
        {
            await using var client = await TestClient.ConnectAsync(port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>A busy machine must not take the only backend down: by default a check has a second.</summary>
    private string Web(TestOrigin origin, string more = "") => $$"""
        listeners: [ { bind: "127.0.0.1:{{_port}}" } ]
        upstreams: { web: { backends: [ "{{origin.Address}}" ], health: { tcp: {}, every: 1s, timeout: 20s } } }
        routes: [ { to: web } ]
        {{more}}
        """;
}
