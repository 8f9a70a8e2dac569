using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Each exchange is one line on standard output, and the line tells which backends were tried.</summary>
public sealed class LoggingStory
{
    [Fact]
    public async Task A_line_of_text_tells_request_status_and_attempts()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("hello"));
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Web("text", dead.Address, origin.Address));

        Assert.Equal(200, await Ask.StatusAsync(fairlead.Port));
        var line = (await fairlead.LineAsync(static line => line.Contains(" GET ", StringComparison.Ordinal), "the access log")).Split(' ');

        Assert.Equal(["127.0.0.1", "GET", "a.test", "/", "200", "web", $"{dead.Address}:refused,{origin.Address}:200"], line[1..8]);
        Assert.Equal(["0", "5", "--"], line[9..12]);
    }

    [Fact]
    public async Task A_line_of_JSON_tells_the_same()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("hello"));
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Web("json", dead.Address, origin.Address));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        await client.AskAsync("POST /a%22b?q=1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc");
        using var line = JsonDocument.Parse(await fairlead.LineAsync(static line => line.StartsWith('{'), "the access log"));

        string? Text(string name) => line.RootElement.GetProperty(name).GetString();
        long Number(string name) => line.RootElement.GetProperty(name).GetInt64();
        Assert.Equal(("POST", "a.test", "/a%22b", "q=1"), (Text("http.request.method"), Text("server.address"), Text("url.path"), Text("url.query")));
        Assert.Equal((200L, 3L, 5L), (Number("http.response.status_code"), Number("http.request.body.size"), Number("http.response.body.size")));
        Assert.Equal(("web", $"{dead.Address}:refused,{origin.Address}:200"), (Text("upstream"), Text("attempts")));
        Assert.Equal("127.0.0.1", Text("client.address"));
    }

    [Fact]
    public async Task A_request_that_failed_tells_why()
    {
        using var dead = new DeadPort();
        await using var fairlead = await FairleadProcess.RunAsync(Web("json", dead.Address));

        Assert.Equal(502, await Ask.StatusAsync(fairlead.Port));
        using var line = JsonDocument.Parse(await fairlead.LineAsync(static line => line.StartsWith('{'), "the access log"));

        Assert.Equal("SC", line.RootElement.GetProperty("termination").GetString());
        Assert.Equal("refused", line.RootElement.GetProperty("error.type").GetString());
    }

    [Fact]
    public async Task What_a_client_sends_cannot_forge_a_line()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(Web("text", origin.Address));
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        await client.GetAsync("/x?%0Aforged");
        await client.GetAsync("/end");
        await fairlead.LineAsync(static line => line.Contains("/end", StringComparison.Ordinal), "the second line");

        Assert.Equal(2, fairlead.Output.Count);
        Assert.All(fairlead.Output, static line => Assert.Contains(" GET ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Off_writes_none()
    {
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync(Web("off", origin.Address));

        Assert.Equal(200, await Ask.StatusAsync(fairlead.Port));
        fairlead.Terminate();
        await fairlead.ExitCodeAsync();

        Assert.Empty(fairlead.Output);
    }

    private static string Web(string log, params string[] backends) => $$"""
        listeners: [ { bind: "127.0.0.1:0" } ]
        upstreams: { web: { backends: [ {{string.Join(", ", backends.Select(static backend => $"\"{backend}\""))}} ] } }
        routes: [ { to: web } ]
        access-log: {{log}}
        """;
}
