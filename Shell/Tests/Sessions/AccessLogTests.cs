using System;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>A line of the log stays a line, whatever a client sends, and the log never holds anything up.</summary>
public sealed class AccessLogTests
{
    [Fact]
    public void A_line_of_JSON_stays_JSON_however_much_of_it_is_escaped()
    {
        var text = Encoding.ASCII.GetBytes("/" + new string('&', 5000));
        Span<byte> line = new byte[8 * 1024];

        var length = AccessLogLine.WriteJson(line, Record(text));

        Assert.Equal('\n', (char)line[length - 1]);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(line[..length]));
        Assert.StartsWith("/&&&", json.RootElement.GetProperty("url.path").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_text_that_is_cut_ends_like_any_other()
    {
        Span<byte> line = new byte[256];

        var length = AccessLogLine.WriteText(line, Record(Encoding.ASCII.GetBytes("/" + new string('a', 5000))));

        Assert.Equal('\n', (char)line[length - 1]);
    }

    [Fact]
    public async Task An_output_that_takes_nothing_does_not_hold_up_the_end()
    {
        using var stuck = new StuckStream();
        var log = new AccessLog(stuck, Configuration.AccessLogFormat.Text);

        await Task.Run(log.Dispose).Within(what: "the log to close");
    }

    private static AccessLogRecord Record(ReadOnlySpan<byte> text) => new()
    {
        Client = IPAddress.Loopback,
        Method = "GET"u8,
        Authority = "a.test"u8,
        Path = text,
        Query = text,
        Upstream = "origin",
        Attempts = new AttemptList(),
    };

    private sealed class StuckStream : System.IO.MemoryStream
    {
        public override Task FlushAsync(System.Threading.CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }
}
