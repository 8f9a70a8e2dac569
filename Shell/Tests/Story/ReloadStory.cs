using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>SIGHUP, or a change of the file that is watched, reads the configuration again.</summary>
public sealed class ReloadStory
{
    [Fact]
    public async Task A_valid_file_is_served_by_from_then_on_and_connections_live_through_it()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var fairlead = await FairleadProcess.RunAsync(To(first.Address));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("first", (await client.GetAsync()).Text);

        fairlead.Reload(To(second.Address));
        await fairlead.LineAsync(static line => line.StartsWith("fairlead: reloaded", StringComparison.Ordinal), "the reload");

        await Eventually.True(async () => (await client.GetAsync()).Text == "second", "the new backend to be used");
        await fairlead.LineAsync(line => line == $"  - backend app {first.Address}: drains", "the plan");
        Assert.Contains($"  + backend app {second.Address}, weight 1", fairlead.Error);
        await Eventually.True(() => first.OpenConnections == 0, "the idle connection to the old backend to close");
        fairlead.Terminate();
        Assert.Equal(0, await fairlead.ExitCodeAsync());
    }

    [Fact]
    public async Task Under_nohup_too_SIGHUP_reloads()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("x"));
        await using var fairlead = await FairleadProcess.RunUnderAsync(To(origin.Address), "nohup");
        fairlead.Reload(To(origin.Address) + "\n# the same\n");
        await fairlead.LineAsync(static line => line.StartsWith("fairlead: reloaded", StringComparison.Ordinal), "the reload");
    }

    [Fact]
    public async Task A_request_whose_backend_dies_after_it_was_replaced_is_tried_again_at_the_new_one()
    {
        var dies = new TaskCompletionSource();
        var dying = Answers.After(dies.Task, static exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        await using var first = TestOrigin.Start(exchange => (exchange.Request.Target == "/dying" ? dying : Answers.Ok("first"))(exchange));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var fairlead = await FairleadProcess.RunAsync(Retrying(first));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET /dying HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => first.Requests.Count == 1, "the request to arrive");

        fairlead.Reload(Retrying(second));
        await using var another = await TestClient.ConnectAsync(fairlead.Port);
        await Eventually.True(async () => (await another.GetAsync()).Text == "second", "the new backend to be used");
        dies.SetResult();

        Assert.Equal("second", (await client.ResponseAsync()).Text);

        static string Retrying(TestOrigin origin) => To(origin.Address).Replace("\" ] }", "\" ], retry: { attempts: 2, on: [ reset ] } }", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_faults_changes_nothing_and_says_why()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("still here"));
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));

        fairlead.Reload(To("no-port"));
        await fairlead.LineAsync(static line => line.Contains("FL0206", StringComparison.Ordinal), "the fault");
        await fairlead.LineAsync(static line => line.EndsWith("was not reloaded; serving goes on as before", StringComparison.Ordinal), "the verdict");

        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("still here", (await client.GetAsync()).Text);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));

        fairlead.Reload(To(origin.Address));

        await fairlead.LineAsync(static line => line.EndsWith("fairlead.yaml: nothing changed", StringComparison.Ordinal), "the answer");
    }

    [Fact]
    public async Task Listeners_come_and_go_under_load_without_a_failed_request()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("here"));
        using var folder = new TestFolder();
        using var port = new DeadPort();
        var (path, added) = (Path.Combine(folder.Path, "a.sock"), port.Release());
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address, "127.0.0.1:0", "unix:" + path));
        await using var load = new SteadyLoad(fairlead.Port);
        await using var kept = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Assert.Equal(200, (await kept.GetAsync()).Status);

        fairlead.Reload(To(origin.Address, "127.0.0.1:0", $"127.0.0.1:{added}"));
        await fairlead.LineAsync(line => line == $"  - listener unix:{path}: its connections live on", "the plan");

        Assert.Contains($"  + listener 127.0.0.1:{added}", fairlead.Error);
        Assert.Equal(200, await Ask.StatusAsync(added));
        Assert.False(File.Exists(path));
        Assert.Equal(200, (await kept.GetAsync()).Status);
        await load.MoreAsync(100);
        await load.EndAsync();
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task A_listener_that_cannot_be_bound_changes_nothing()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("still here"));
        await using var taken = TestOrigin.Start();
        using var port = new DeadPort();
        var free = port.Release();
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));

        fairlead.Reload(To("127.0.0.1:1", $"127.0.0.1:{free}", taken.Address));
        await fairlead.LineAsync(line => line.Contains($"was not reloaded: cannot listen on {taken.Address}: ", StringComparison.Ordinal), "the verdict");

        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("still here", (await client.GetAsync()).Text);
        using var bound = Ports.Bind(free);
    }

    [Fact]
    public async Task A_listener_turns_to_TLS_without_being_closed()
    {
        using var certificates = new TestCertificates();
        var server = certificates.Server("a.test");
        await using var origin = TestOrigin.Start(Answers.Ok("secret"));
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));
        await using var plain = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal(200, (await plain.GetAsync()).Status);

        fairlead.Reload(To(origin.Address).Replace("127.0.0.1:0\"", $"127.0.0.1:0\", tls: {{ certificate: \"{server.CertificateFile}\", key: \"{server.KeyFile}\" }}", StringComparison.Ordinal));
        await fairlead.LineAsync(static line => line == "  ~ listener 127.0.0.1:0 -> 127.0.0.1:0 (TLS): for new connections", "the plan");

        Assert.Equal(200, (await plain.GetAsync()).Status);
        await using var secure = await TestClient.ConnectTlsAsync(fairlead.Port, "a.test", certificates);
        Assert.Equal("secret", (await secure.GetAsync()).Text);
    }

    [Fact]
    public async Task A_listener_turns_to_connections_without_requests_and_what_stands_stays_what_it_was()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("either way"));
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));
        await using var before = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal(200, (await before.GetAsync()).Status);
        Assert.Contains(origin.Requests, static request => request["Via"] is not null);

        fairlead.Reload(To(origin.Address).Replace("127.0.0.1:0\"", "127.0.0.1:0\", protocol: tcp, to: app", StringComparison.Ordinal));
        await fairlead.LineAsync(static line => line == "  ~ listener 127.0.0.1:0 -> 127.0.0.1:0 (TCP): for new connections", "the plan");

        await using var after = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("either way", (await after.GetAsync("/as-it-is")).Text);
        Assert.Equal(200, (await before.GetAsync("/proxied")).Status);
        Assert.Contains(origin.Requests, static request => request.Target == "/as-it-is" && request["Via"] is null);
        Assert.Contains(origin.Requests, static request => request.Target == "/proxied" && request["Via"] is not null);
    }

    [Fact]
    public async Task The_access_log_and_the_drain_limit_change_without_a_restart()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address) + "\naccess-log: off\n");

        fairlead.Reload(To(origin.Address) + "\naccess-log: json\ndrain-limit: 200ms\n");
        await fairlead.LineAsync(static line => line == "  ~ drain-limit", "the plan");
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        await client.SendAsync("GET /never HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count == 1, "the request to arrive");
        fairlead.Terminate();

        Assert.Equal(4, await fairlead.ExitCodeAsync());              // cut off by the new limit, long before the default of 30 s
        Assert.Contains(fairlead.Output, static line => line.StartsWith('{') && line.Contains("/never", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watched_file_is_reloaded_when_it_changes_and_its_faults_are_told_once()
    {
        await using var first = TestOrigin.Start(Answers.Ok("first"));
        await using var second = TestOrigin.Start(Answers.Ok("second"));
        await using var fairlead = await FairleadProcess.RunAsync(To(first.Address), "--watch");
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        fairlead.Rewrite(To("no-port"));
        await fairlead.LineAsync(static line => line.EndsWith("was not reloaded; serving goes on as before", StringComparison.Ordinal), "the verdict");
        Assert.Equal("first", (await client.GetAsync()).Text);
        fairlead.Replace(To(second.Address));                         // as editors do
        await Eventually.True(async () => (await client.GetAsync()).Text == "second", "the new file to be served by");

        Assert.Single(fairlead.Error, static line => line.Contains("FL0206", StringComparison.Ordinal));
    }

    private static string To(string backend, params string[] listeners) => $$"""
        listeners: [ {{string.Join(", ", listeners.DefaultIfEmpty("127.0.0.1:0").Select(static bind => $"{{ bind: \"{bind}\" }}"))}} ]
        upstreams: { app: { backends: [ "{{backend}}" ] } }
        routes: [ { to: app } ]
        """;
}
