using System;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Fairlead.Balancing;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>What one line of the access log tells.</summary>
internal readonly ref struct AccessLogRecord
{
    public DateTime Time { get; init; }

    public IPAddress Client { get; init; }

    public ReadOnlySpan<byte> Method { get; init; }

    public ReadOnlySpan<byte> Authority { get; init; }

    public ReadOnlySpan<byte> Path { get; init; }

    public ReadOnlySpan<byte> Query { get; init; }

    public int Status { get; init; }

    public string Upstream { get; init; }

    public UpstreamEntry? Entry { get; init; }

    public Selection Selection { get; init; }

    public AttemptList Attempts { get; init; }

    public TimeSpan Elapsed { get; init; }

    public long BytesIn { get; init; }

    public long BytesOut { get; init; }

    public Outcome Outcome { get; init; }

    public static AccessLogRecord Of(Session session, string upstream) => new()
    {
        Time = DateTime.UtcNow,
        Client = session.ClientAddress,
        Method = session.Request.MethodBytes,
        Authority = session.Request.AuthorityBytes,
        Path = session.Request.PathBytes,
        Query = session.Request.QueryBytes,
        Status = session.Status,
        Upstream = upstream,
        Entry = (session.RouteState as RouteEntry)?.Upstream,
        Selection = session.Selection,
        Attempts = session.Attempts,
        Elapsed = session.Elapsed,
        BytesIn = session.RequestBodyBytes,
        BytesOut = session.ResponseBodyBytes,
        Outcome = session.Outcome,
    };

    /// <summary>A connection without requests: its method is TCP, its authority the server name asked for.</summary>
    public static AccessLogRecord Of(EndedConnection connection) => new()
    {
        Time = DateTime.UtcNow,
        Client = connection.Client,
        Method = "TCP"u8,
        Authority = Encoding.ASCII.GetBytes(connection.ServerName),
        Upstream = connection.Upstream,
        Attempts = connection.Attempts,
        Elapsed = connection.Elapsed,
        BytesIn = connection.BytesFromClient,
        BytesOut = connection.BytesFromBackend,
        Outcome = connection.Outcome,
    };
}

/// <summary>Formats lines. What a client sent is cut to a bounded length and its unprintable bytes are escaped, so that a line stays one line.</summary>
internal static class AccessLogLine
{
    private const int TargetBytesMax = 2048;

    /// <summary>How much of each text stays when a line of JSON would be too long: escaped, a byte becomes six.</summary>
    private const int ShortTextMax = 256;

    /// <summary><c>time client method authority path status upstream attempts milliseconds bytes-in bytes-out termination</c>; <c>-</c> for nothing.</summary>
    public static int WriteText(Span<byte> destination, in AccessLogRecord record)
    {
        var line = new LineWriter(destination);
        Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $"{record.Time:yyyy-MM-ddTHH:mm:ss.fffZ} {record.Client} ", out var written);
        line.Advance(written);
        line.Escaped(record.Method, "-"u8);
        line.Raw(" "u8);
        line.Escaped(record.Authority, "-"u8);
        line.Raw(" "u8);
        line.Escaped(record.Path, "-"u8);
        line.Escaped(record.Query, default);
        Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $" {record.Status} {(record.Upstream.Length == 0 ? "-" : record.Upstream)} ", out written);
        line.Advance(written);
        WriteAttempts(ref line, record.Attempts);
        Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $" {record.Elapsed.TotalMilliseconds:F1}ms {record.BytesIn} {record.BytesOut} {Outcomes.TerminationOf(record.Outcome)}\n", out written);
        line.Advance(written);
        if (destination[line.Written - 1] != (byte)'\n')
            destination[line.Written - 1] = (byte)'\n';             // too long: cut, but still one line
        return line.Written;
    }

    /// <summary>One JSON object; names follow the OpenTelemetry conventions where there is one.</summary>
    public static int WriteJson(Span<byte> destination, in AccessLogRecord record)
    {
        var json = Json(record, TargetBytesMax);
        if (json.Length >= destination.Length)
            json = Json(record, ShortTextMax);                       // shorter texts, not a shorter line: that would be no JSON
        var length = json.Length < destination.Length ? json.Length : 0;
        json[..length].CopyTo(destination);
        destination[length] = (byte)'\n';
        return length + 1;
    }

    private static ReadOnlySpan<byte> Json(in AccessLogRecord record, int textMax)
    {
        using var buffer = new System.IO.MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", record.Time);
            json.WriteString("client.address", record.Client.ToString());
            json.WriteString("http.request.method", Text(record.Method, textMax));
            json.WriteString("server.address", Text(record.Authority, textMax));
            json.WriteString("url.path", Text(record.Path, textMax));
            if (!record.Query.IsEmpty)
                json.WriteString("url.query", Text(record.Query[1..], textMax));
            json.WriteNumber("http.response.status_code", record.Status);
            json.WriteString("upstream", record.Upstream);
            if (record.Entry?.WordFor(record.Selection) is { Length: > 0 } word)
                json.WriteString("selection", word);
            json.WriteString("attempts", Cut(record.Attempts.ToString(), textMax));
            json.WriteNumber("duration_ms", Math.Round(record.Elapsed.TotalMilliseconds, 3));
            json.WriteNumber("http.request.body.size", record.BytesIn);
            json.WriteNumber("http.response.body.size", record.BytesOut);
            json.WriteString("termination", Outcomes.TerminationOf(record.Outcome));
            if (!Outcomes.IsOrderly(record.Outcome))
                json.WriteString("error.type", Outcomes.NameOf(record.Outcome));
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
    }

    private static void WriteAttempts(ref LineWriter line, AttemptList attempts)
    {
        if (attempts.Count == 0)
            line.Raw("-"u8);
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}{attempt.Peer.Text}:", out var written);
            line.Advance(written);
            if (attempt.Status > 0)
                Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $"{attempt.Status}", out written);
            else
                Utf8.TryWrite(line.Space, CultureInfo.InvariantCulture, $"{Outcomes.NameOf(attempt.Outcome)}", out written);
            line.Advance(written);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes, int max) => Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, max)]);

    private static string Cut(string text, int max) => text.Length <= max ? text : text[..max];

    private ref struct LineWriter(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Written { get; private set; }

        public readonly Span<byte> Space => _destination[Written..];

        public void Advance(int count) => Written += count;

        public void Raw(scoped ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > Space.Length)
                return;
            bytes.CopyTo(Space);
            Written += bytes.Length;
        }

        public void Escaped(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> ifEmpty)
        {
            if (bytes.IsEmpty)
                Raw(ifEmpty);
            foreach (var b in bytes[..Math.Min(bytes.Length, TargetBytesMax)])
            {
                if (b is > 0x20 and < 0x7F)
                    Raw([b]);
                else
                    Raw([(byte)'\\', (byte)'x', Hex(b >> 4), Hex(b & 15)]);
            }
        }

        private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
    }
}
