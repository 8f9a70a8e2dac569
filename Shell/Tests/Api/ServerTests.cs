using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Api;

/// <summary>What a server takes it gives back, and nothing that is not its own.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_start_that_fails_leaves_nothing_bound()
    {
        using var taken = Ports.Bind();
        taken.Listen();
        using var free = Ports.Bind();
        var port = ((IPEndPoint)free.LocalEndPoint!).Port;
        free.Dispose();
        var server = new Server { HandlesSignals = false }
            .AddService(HttpProxyService.Create(new NoBackends()).AddTcp($"127.0.0.1:{port}"))
            .AddService(HttpProxyService.Create(new NoBackends()).AddTcp(taken.LocalEndPoint!.ToString()!));

        await Assert.ThrowsAsync<ServerStartException>(() => server.RunAsync());

        await Assert.ThrowsAsync<ServerStartException>(() => server.Started).Within(what: "the start to fail");
        using var again = Ports.Bind(port);
    }

    [Fact]
    public async Task A_stopped_server_leaves_the_socket_of_its_successor_alone()
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "a.sock");
        var hold = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(hold.Task, Answers.Ok("late")));
        var (old, oldEnds) = await StartAsync(path, origin.Port);
        await using var client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count == 1, "the request");

        old.Stop();
        await Eventually.True(() => !File.Exists(path), "the old listener to close");
        var (next, nextEnds) = await StartAsync(path, origin.Port);
        hold.SetResult();
        Assert.Equal("late", (await client.ResponseAsync()).Text);
        Assert.Equal(0, await oldEnds.Within(what: "the old server to end"));

        Assert.True(File.Exists(path));
        next.Stop();
        await nextEnds.Within(what: "the new server to end");
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_removed()
    {
        using var folder = new TestFolder();
        var path = folder.Write("precious.txt", "keep me");

        var server = new Server { HandlesSignals = false }.AddService(HttpProxyService.Create(new NoBackends()).AddUnix(path));
        await Assert.ThrowsAsync<ServerStartException>(() => server.RunAsync());

        Assert.Equal("keep me", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_head_completed_during_the_drain_has_the_drain_limit_to_be_served()
    {
        var hold = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(hold.Task, Answers.Ok("served")));
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "a.sock");
        var (server, ends) = await StartAsync(path, origin.Port);
        await using var client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a");
        Assert.Equal(200, (await client.ResponseAsync()).Status);      // so the half head is here, too
        await using var busy = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await busy.SendAsync("GET /busy HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count == 1, "the first request");

        server.Stop();
        await Eventually.True(() => !File.Exists(path), "the listener to close");
        await client.SendAsync(".test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count == 2, "the second request");
        hold.SetResult();

        Assert.Equal("served", (await busy.ResponseAsync()).Text);
        Assert.Equal("served", (await client.ResponseAsync()).Text);
        Assert.Equal(0, await ends.Within(what: "the server to end"));
    }

    private static async Task<(Server Server, Task<int> Ends)> StartAsync(string path, int port)
    {
        var server = new ConfiguredServer(
            TestProxy.Settings([port]) with { Listeners = Seq1(new ListenerSettings(new ListenerAddress.Unix(path, 0b110_110_110), None)) }, new ConfiguredServerOptions());
        server.Server.HandlesSignals = false;
        var ends = server.RunAsync();
        await (await Task.WhenAny(server.Started, ends).Within(what: "the server to start"));
        return (server.Server, ends);
    }

    private sealed class NoBackends : ProxyHttp<Unit>
    {
        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Option<HttpPeer>.None);
    }
}
