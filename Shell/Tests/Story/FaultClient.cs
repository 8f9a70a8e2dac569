using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Origins;

namespace Fairlead.Shell.Tests.Story;

/// <summary>
/// How a client comes and asks: whether it keeps its connection for as long as the answers allow, over TLS, in HTTP/1.0 without keep-alive, and whether it waits for 100 (Continue)
/// before it sends a body.
/// </summary>
internal readonly record struct FaultHabits(bool Keeps, bool IsTls = false, bool IsOld = false, bool Waits = false)
{
    private static readonly FaultHabits[] Kinds =
    [
        new(Keeps: true), new(Keeps: false),
        new(Keeps: true, IsTls: true), new(Keeps: false, IsOld: true),
        new(Keeps: true, Waits: true), new(Keeps: false, IsTls: true),
        new(Keeps: true, IsTls: true, Waits: true), new(Keeps: false, Waits: true),
    ];

    /// <summary>Those of one client of many: every kind is there as often.</summary>
    public static FaultHabits Of(int client) => Kinds[client % Kinds.Length];
}

/// <summary>One connection to the proxy; <see cref="IsOver"/> once its answers, or we, said so.</summary>
internal sealed class FaultClient : IDisposable
{
    private readonly FaultHabits _habits;
    private readonly Stream _stream;
    private readonly MessageReader _reader;
    private int _answers;

    private FaultClient(FaultHabits habits, Stream stream)
    {
        (_habits, _stream) = (habits, stream);
        _reader = new MessageReader(stream);
    }

    public bool IsOver { get; private set; }

    /// <summary>The first listener is plain, the second has TLS.</summary>
    public static async Task<FaultClient> OpenAsync(FairleadProcess fairlead, FaultHabits habits)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(fairlead.Listening[habits.IsTls ? 1 : 0]).Within(what: "a connection to the proxy");
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!habits.IsTls)
            return new FaultClient(habits, plain);
        var tls = new SslStream(plain, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("a.test").Within(what: "a handshake with the proxy");
        return new FaultClient(habits, tls);
    }

    public async Task<Told> AskAsync(long number, string method, bool inPieces)
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        var (request, body) = Request(number, method);
        var waits = _habits.Waits && body.Length > 0;
        MessageHead head;
        try
        {
            await SendAsync(waits ? request : request + body, inPieces, limit.Token);
            head = await HeadAsync(limit.Token);
            if (waits && StatusOf(head) == 100)
            {
                waits = false;
                await SendAsync(body, inPieces, limit.Token);
            }

            while (StatusOf(head) == 100)                            // another one comes when the request was repeated
                head = await HeadAsync(limit.Token);
        }
        catch (Exception none)
        {
            return new Told(number, method, "", Fate.Wrong, Why: $"request {_answers + 1} of its connection: {none.Message}");
        }

        return await EndAsync(number, method, head, limit.Token);
    }

    public void Dispose() => _stream.Dispose();

    private async Task<Told> EndAsync(long number, string method, MessageHead head, CancellationToken stop)
    {
        _answers++;
        IsOver = !_habits.Keeps || head["Connection"] == "close";
        var status = StatusOf(head);
        if (_habits.IsOld ? head["Transfer-Encoding"] is not null || head["Connection"] != "close" : head["Content-Length"] is null && head["Transfer-Encoding"] is null)
            return new Told(number, method, "", Fate.Wrong, status, Why: "an answer without an end that can be told");
        byte[] body;
        try
        {
            (body, _) = await _reader.BodyAsync(head, untilEnd: _habits.IsOld, stop);
        }
        catch (Exception cut) when (cut is IOException)
        {
            return new Told(number, method, "", Fate.Cut, status, Why: cut.Message);
        }

        if (IsOver && (await _reader.ToEndAsync(stop)).Length > 0)
            return new Told(number, method, "", Fate.Wrong, status, Why: "more than one answer");
        return Judge(number, method, status, Encoding.Latin1.GetString(body));
    }

    private static Told Judge(long number, string method, int status, string body)
    {
        if (status is 502 or 503 or 504 && body.Length > 0)
            return new Told(number, method, "", Fate.Failed, status, Why: body.TrimEnd());
        var by = body.Split('\n')[0].Split(' ')[^1];
        return status == 200 && body == Numbered.ResponseBody(method, number, by)
            ? new Told(number, method, "", Fate.Answered, status, by)
            : new Told(number, method, "", Fate.Wrong, status, Why: "not its own answer: " + body[..Math.Min(body.Length, 80)]);
    }

    private (string Head, string Body) Request(long number, string method)
    {
        var body = method == "GET" ? "" : Numbered.RequestBody(number);
        var isChunked = number % 3 == 0 && !_habits.IsOld;
        var framing = method == "GET" ? "" : isChunked ? "Transfer-Encoding: chunked\r\n" : FormattableString.Invariant($"Content-Length: {body.Length}\r\n");
        var framed = method == "GET" || !isChunked ? body : FormattableString.Invariant($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        var connection = _habits.Keeps || _habits.IsOld ? "" : "Connection: close\r\n";
        var expect = _habits.Waits && body.Length > 0 ? "Expect: 100-continue\r\n" : "";
        return ($"{method} {Numbered.Target(number)} HTTP/1.{(_habits.IsOld ? 0 : 1)}\r\nHost: a.test\r\n{connection}{expect}{framing}\r\n", framed);
    }

    private async Task<MessageHead> HeadAsync(CancellationToken stop) => await _reader.HeadAsync(stop) ?? throw new EndOfStreamException("closed without an answer");

    private static int StatusOf(MessageHead head) => int.Parse(head.FirstLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    private async Task SendAsync(string text, bool inPieces, CancellationToken stop)
    {
        ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
        while (bytes.Length > 0)
        {
            var piece = inPieces ? Math.Max(1, bytes.Length / 2) : bytes.Length;
            await _stream.WriteAsync(bytes[..piece], stop);
            bytes = bytes[piece..];
        }
    }
}
