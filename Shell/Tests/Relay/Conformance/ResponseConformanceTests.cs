using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>
/// What the client gets of each response in responses.txt. The client's next request gets its own answer, whatever the backend said before; and a backend's connection that said
/// too little or too much is not used again.
/// </summary>
public sealed class ResponseConformanceTests(RequestConformanceTests.Rig rig) : IClassFixture<RequestConformanceTests.Rig>
{
    private const string Get = "GET /case HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static readonly IReadOnlyDictionary<string, WireCase> Cases = CaseFile.Read("responses.txt");

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_response_is_passed_on_or_replaced_and_never_spills_into_the_next(string name)
    {
        var wire = Cases[name];
        var request = Only(wire, '>') ?? Get;
        var outcome = Only(wire, '=');
        rig.Origin.Script = new Scripted(Only(wire, '<')!, wire.Has("closes"));
        await using var client = await rig.Proxy.ConnectAsync();

        await client.SendAsync(request);
        if (outcome == "cut")
        {
            await Assert.ThrowsAnyAsync<IOException>(() => client.ResponseAsync());
        }
        else
        {
            var response = await client.ResponseAsync(toHead: request.StartsWith("HEAD", StringComparison.Ordinal));
            Assert.Equal(outcome, $"{response.Status}");
            Judge(wire, response);
            if (wire.Has("close"))
                Assert.True(await client.IsClosedByPeerAsync(), "nothing comes after the last answer");
        }

        await JudgeConnectionsAsync(client, wire, ends: outcome == "cut" || wire.Has("close"), isFresh: outcome is "cut" or "502" || wire.Has("closes") || wire.Has("fresh"));
    }

    private async Task JudgeConnectionsAsync(TestClient client, WireCase wire, bool ends, bool isFresh)
    {
        var used = rig.Origin.Seen[^1];
        Assert.Equal("/case", used.Request.Target);
        var next = ends ? await rig.Proxy.AskAsync(Probe) : await client.AskAsync(Probe);

        Assert.Equal((200, "ok"), (next.Status, next.Text));
        Assert.Empty(next.Informational);
        Assert.Equal(isFresh, rig.Origin.Seen[^1].Connection != used.Connection);
        Assert.Empty(rig.Origin.Nonsense);
    }

    private static void Judge(WireCase wire, TestResponse response)
    {
        foreach (var line in wire.Lines)
        {
            if (line.Kind == '+')
                Assert.Equal([line.Field.Value], response.Head.All(line.Field.Name));
            else if (line.Kind == '-')
                Assert.Empty(response.Head.All(line.Text));
            else if (line.Kind == '*')
                Assert.Equal(line.Text, response.Text);
        }

        Assert.Equal(wire.Lines.Where(static line => line.Kind == 't').Select(static line => line.Text), response.Trailers);
        if (wire.Lines.Any(static line => line.Kind == 'i') || response.Informational.Count is > 0 and < 16)
            Assert.Equal(wire.Lines.Where(static line => line.Kind == 'i').Select(static line => line.Text), response.Informational.Select(static head => head.FirstLine.Substring(9, 3)));
        Assert.NotEmpty(response.Head.All("Date"));
    }

    private static string? Only(WireCase wire, char kind) => wire.Lines.Where(line => line.Kind == kind).Select(static line => line.Text).SingleOrDefault();
}
