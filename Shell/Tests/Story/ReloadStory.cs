using System;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>SIGHUP reads the configuration again.</summary>
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
        fairlead.Terminate();
        Assert.Equal(0, await fairlead.ExitCodeAsync());
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
    public async Task What_takes_a_restart_is_said()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(To(origin.Address));

        fairlead.Reload(To(origin.Address) + "\ndrain-limit: 7s\n");

        await fairlead.LineAsync(static line => line.EndsWith("drain-limit as changed with the next start", StringComparison.Ordinal), "the answer");
    }

    private static string To(string backend) => $$"""
        listeners: [ { bind: "127.0.0.1:0" } ]
        upstreams: { app: { backends: [ "{{backend}}" ] } }
        routes: [ { to: app } ]
        """;
}
