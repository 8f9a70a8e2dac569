using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Fuzz;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>
/// What becomes of each request in requests.txt, sent over a socket: refused with its status, or forwarded as written there, and read by the backend exactly so. What stands
/// behind it is served if the connection lives on, and never if not.
/// </summary>
public sealed class RequestConformanceTests(RequestConformanceTests.Rig rig) : IClassFixture<RequestConformanceTests.Rig>
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    private static readonly IReadOnlyDictionary<string, WireCase> Cases = CaseFile.Read("requests.txt");

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_request_is_refused_or_understood_by_the_backend_in_the_same_way(string name) => JudgeAsync(name, static _ => 0);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_request_in_two_pieces_is_the_same_request(string name) => JudgeAsync(name, static length => length / 2);

    /// <summary>The last byte decides; and a verdict before it must not change when it comes.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public Task A_request_whose_last_byte_comes_later_is_the_same_request(string name) => JudgeAsync(name, static length => length - 1);

    private async Task JudgeAsync(string name, Func<int, int> cut)
    {
        var before = rig.Origin.Seen.Count;
        var (expected, wire) = (Cases[name].Lines.Where(static line => line.Kind == '=').Select(static line => line.Text).ToList(), Cases[name]);
        var closes = wire.Has("close") || wire.Has("ends") || expected.Any(IsStatus);
        await using var client = await rig.Proxy.ConnectAsync();

        var (bytes, at) = (BytesOf(wire), Math.Max(cut(BytesOf(wire).Length), 0));
        await client.SendAsync(bytes[..at]);
        await client.SendAsync(bytes[at..] + (wire.Has("ends") ? "" : Probe));
        client.ShutdownSend();
        var answers = new List<string>();
        foreach (var outcome in closes ? expected : [.. expected, "GET /probe HTTP/1.1"])
            answers.Add(await AnswerAsync(client, outcome));

        Assert.Equal(expected.Select(static outcome => IsStatus(outcome) ? outcome + " close" : "200"), answers.Take(expected.Count));
        Assert.True(await client.IsClosedByPeerAsync(), "nothing comes after the last answer");
        var seen = rig.Origin.Seen.Skip(before).Select(static one => one.Request).ToList();
        Assert.Equal(closes ? expected.Where(static outcome => !IsStatus(outcome)) : [.. expected, "GET /probe HTTP/1.1"], seen.Select(static request => request.First));
        Assert.Empty(rig.Origin.Nonsense);
        JudgeFields(wire, seen);
    }

    private static bool IsStatus(string outcome) => outcome.Length == 3 && outcome.All(char.IsAsciiDigit);

    private static string BytesOf(WireCase wire) => string.Concat(wire.Lines.Select(static line => line.Kind switch
    {
        '>' => line.Text,
        'p' => "POST / HTTP/1.1\r\nHost: a.test\r\n" + line.Text,
        'g' => "GET / HTTP/1.1\r\nHost: a.test\r\n" + line.Text,
        'c' => "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + line.Text,
        '=' or '+' or '-' or '*' or '!' => "",
        _ => throw new InvalidDataException("no such line: " + line),
    }));

    private static async Task<string> AnswerAsync(TestClient client, string expected)
    {
        var answer = await client.ResponseAsync(toHead: expected.StartsWith("HEAD ", StringComparison.Ordinal));
        return answer.Status == 200 ? "200" : $"{answer.Status} {answer["Connection"]}";
    }

    private static void JudgeFields(WireCase wire, List<StrictMessage> seen)
    {
        var at = -1;
        foreach (var line in wire.Lines)
        {
            if (line.Kind == '=')
                at++;
            else if (line.Kind == '+')
                Assert.Equal([line.Field.Value], seen[at].All(line.Field.Name));
            else if (line.Kind == '-')
                Assert.Empty(seen[at].All(line.Text));
            else if (line.Kind == '*')
                Assert.Equal(line.Text, seen[at].Body);
        }
    }

    /// <summary>One proxy and one backend for all of them, so that what one leaves behind is in the way of the next.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        internal RecordingOrigin Origin { get; } = new();

        internal TestProxy Proxy { get; private set; } = null!;

        public async Task InitializeAsync() => Proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), [Origin.Port]);

        public async Task DisposeAsync()
        {
            await Proxy.DisposeAsync();
            await Origin.DisposeAsync();
        }
    }
}
