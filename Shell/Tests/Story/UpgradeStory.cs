using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>SIGUSR2: another process takes over, and no client sees it.</summary>
public sealed class UpgradeStory
{
    [Fact]
    public async Task Two_upgrades_under_load_fail_no_request()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("here"));
        using var folder = new TestFolder();
        var pidFile = Path.Combine(folder.Path, "fairlead.pid");
        await using var fairlead = await FairleadProcess.RunAsync(To(origin).Replace("\" ] }", "\" ], health: { tcp: {}, every: 1s, timeout: 20s, initial: down } }", StringComparison.Ordinal), "--pid-file", pidFile);
        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == 200, "the first check");
        await using var load = new SteadyLoad(fairlead.Port);
        await load.MoreAsync(200);

        fairlead.Upgrade();
        await Eventually.True(() => fairlead.Successors.Count == 1, "the first upgrade");
        Assert.Equal(0, await fairlead.GoneAsync());
        await load.MoreAsync(200);
        var first = fairlead.Successors[0];
        Assert.Equal(first.ToString(CultureInfo.InvariantCulture), File.ReadAllText(pidFile).Trim());

        var (code, output, error) = await FairleadProcess.ToEndAsync("upgrade", "--pid-file", pidFile);
        Assert.Equal((0, ""), (code, error));
        await Eventually.True(() => fairlead.Successors.Count == 2, "the second upgrade");
        await FairleadProcess.GoneAsync(first);
        Assert.Equal($"process {fairlead.Successors[1]} serves", output.Trim());
        await load.MoreAsync(200);

        await load.EndAsync();
        Assert.Empty(load.Failures);
        Assert.Equal(fairlead.Successors[1].ToString(CultureInfo.InvariantCulture), File.ReadAllText(pidFile).Trim());
    }

    [Fact]
    public async Task A_new_process_that_cannot_start_leaves_the_old_one_serving()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("still here"));
        await using var fairlead = await FairleadProcess.RunAsync(To(origin));
        fairlead.Rewrite("listeners: []");

        fairlead.Upgrade();
        await fairlead.LineAsync(static line => line == "fairlead: not upgraded: the new process ended with exit code 3 before it served; serving goes on as before", "the verdict");

        Assert.Contains(fairlead.Error, static line => line.Contains("FL0302", StringComparison.Ordinal));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("still here", (await client.GetAsync()).Text);
        fairlead.Rewrite(To(origin));
        fairlead.Upgrade();
        await Eventually.True(() => fairlead.Successors.Count == 1, "the upgrade after the failed one");
    }

    [Fact]
    public async Task A_new_process_that_does_not_serve_in_time_is_ended()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("still here"));
        using var folder = new TestFolder();
        var binary = folder.Write("slow", "#!/bin/sh\nexec sleep 600\n");
        File.SetUnixFileMode(binary, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var fairlead = await FairleadProcess.RunAsync(To(origin), "--upgrade-binary", binary, "--upgrade-limit", "300ms");

        fairlead.Upgrade();
        await fairlead.LineAsync(static line => line.EndsWith("not upgraded: the new process did not serve within 300ms; serving goes on as before", StringComparison.Ordinal), "the verdict");

        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal("still here", (await client.GetAsync()).Text);
    }

    [Theory]
    [InlineData("pollers")]
    [InlineData("runtime")]
    public async Task A_request_under_way_is_answered_by_the_old_process_and_the_sockets_stay(string sockets)
    {
        var hold = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(Answers.After(hold.Task, Answers.Ok("late")));
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "a.sock");
        await using var fairlead = await FairleadProcess.RunAsync(To(origin, "127.0.0.1:0", "unix:" + path), new Dictionary<string, string> { ["FAIRLEAD_SOCKETS"] = sockets });
        await using var early = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await early.SendAsync("GET /early HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await Eventually.True(() => origin.Requests.Count == 1, "the request to arrive");
        await using var other = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));

        fairlead.Upgrade();
        await Eventually.True(() => fairlead.Successors.Count == 1, "the upgrade");
        await Eventually.True(async () => (await other.AskAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n"))["Connection"] == "close", "the drain");
        Assert.False(fairlead.HasExited);
        hold.SetResult();
        var response = await early.ResponseAsync();

        Assert.Equal(("late", "close"), (response.Text, response["Connection"]));
        Assert.Equal(0, await fairlead.GoneAsync());
        Assert.True(File.Exists(path));
        await using var later = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Assert.Equal(200, (await later.GetAsync()).Status);
        Assert.Equal(200, await Ask.StatusAsync(fairlead.Port));
    }

    [Fact]
    public async Task A_listener_that_the_new_file_does_not_have_is_closed_by_the_upgrade()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("here"));
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "a.sock");
        await using var fairlead = await FairleadProcess.RunAsync(To(origin, "127.0.0.1:0", "unix:" + path));
        fairlead.Rewrite(To(origin, "127.0.0.1:0"));

        fairlead.Upgrade();
        Assert.Equal(0, await fairlead.GoneAsync());

        await fairlead.LineAsync(line => line == $"fairlead: no listener has the address of the inherited socket unix:{path}; it is closed", "what the new process says");
        Assert.False(File.Exists(path));
        Assert.Equal(200, await Ask.StatusAsync(fairlead.Port));
    }

    [Fact]
    public async Task A_process_that_does_not_upgrade_is_not_ended_by_being_asked()
    {
        using var sleeper = System.Diagnostics.Process.Start("sleep", "600");
        try
        {
            var (code, _, error) = await FairleadProcess.ToEndAsync("upgrade", "--pid", sleeper.Id.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(2, code);
            Assert.Contains("does not handle SIGUSR2", error, StringComparison.Ordinal);
            Assert.False(sleeper.HasExited);
        }
        finally
        {
            sleeper.Kill();
        }
    }

    private static string To(TestOrigin origin, params string[] listeners) => $$"""
        listeners: [ {{string.Join(", ", listeners.DefaultIfEmpty("127.0.0.1:0").Select(static bind => $"{{ bind: \"{bind}\" }}"))}} ]
        upstreams: { app: { backends: [ "{{origin.Address}}" ] } }
        routes: [ { to: app } ]
        drain-limit: 5s
        """;
}
