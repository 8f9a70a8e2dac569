using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Origins;

namespace Fairlead.Shell.Tests.Story;

/// <summary>
/// Clients that send numbered requests without a pause, half of them on connections kept for as long as the answers allow, half on a new one each time, and tell what became of each.
/// A GET or PUT whose answer was cut is sent again by its client, as it may; nothing else is.
/// </summary>
internal sealed class FaultLoad : IAsyncDisposable
{
    public const int Clients = 64;

    private const int TriesMax = 20;

    private readonly int _port;
    private readonly ConcurrentQueue<Told> _told = new();
    private readonly List<Task> _clients = [];
    private readonly long[] _underWay = new long[Clients];
    private long _sent;
    private long _ended;
    private volatile string _phase;
    private volatile bool _isOver;

    public FaultLoad(int port, int seed, string phase)
    {
        (_port, _phase) = (port, phase);
        for (var i = 0; i < Clients; i++)
        {
            var client = i;
            _clients.Add(Task.Run(() => AskAsync(client, new Random(seed * Clients + client))));
        }
    }

    /// <summary>How many numbers were given out: each from 1 on is told of.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public IReadOnlyList<Told> Told => [.. _told];

    /// <summary>Waits for so many more requests to end.</summary>
    public Task MoreAsync(int count)
    {
        var from = Volatile.Read(ref _ended);
        return Eventually.True(() => Volatile.Read(ref _ended) >= from + count, "requests to end");
    }

    /// <summary>Waits until every request that has been sent by now has ended.</summary>
    public Task SettleAsync()
    {
        var last = Sent;
        return Eventually.True(() => _underWay.All(one => one == 0 || one > last), "the requests under way to end");
    }

    /// <summary>What ends from now on belongs to that phase.</summary>
    public void Enter(string phase) => _phase = phase;

    /// <summary>Lets each client finish its request.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).Within(what: "the clients to end");
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).ContinueWith(static _ => { }, TaskScheduler.Default).Within(what: "the clients to end");
    }

    private async Task AskAsync(int client, Random random)
    {
        var keeps = client % 2 == 0;
        Connection? connection = null;
        while (!_isOver)
        {
            Volatile.Write(ref _underWay[client], -1);                // on its way to a number
            var number = Interlocked.Increment(ref _sent);
            Volatile.Write(ref _underWay[client], number);
            var method = random.Next(4) switch { 0 or 1 => "GET", 2 => "PUT", _ => "POST" };
            var inPieces = random.Next(4) == 0;
            for (var tries = 1; ; tries++)
            {
                Told told;
                try
                {
                    connection ??= await Connection.OpenAsync(_port);
                    told = await connection.AskAsync(number, method, keeps, inPieces);
                }
                catch (Exception none)
                {
                    told = new Told(number, method, "", Fate.Wrong, Why: $"{none.GetType().Name}: {none.Message}");
                }

                _told.Enqueue(told with { Phase = _phase });
                if (connection is { IsOver: true } || told.Fate is Fate.Cut or Fate.Wrong)
                {
                    connection?.Dispose();
                    connection = null;
                }

                if (told.Fate != Fate.Cut || !told.IsIdempotent || tries == TriesMax)
                    break;
            }

            Interlocked.Increment(ref _ended);
            Volatile.Write(ref _underWay[client], 0);
        }

        connection?.Dispose();
    }

    /// <summary>One connection to the proxy; <see cref="IsOver"/> once its answers, or we, said so.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket;
        private readonly MessageReader _reader;
        private int _answers;

        private Connection(Socket socket)
        {
            _socket = socket;
            _reader = new MessageReader(new NetworkStream(socket, ownsSocket: false));
        }

        public bool IsOver { get; private set; }

        public static async Task<Connection> OpenAsync(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port).Within(what: "a connection to the proxy");
            return new Connection(socket);
        }

        public async Task<Told> AskAsync(long number, string method, bool keeps, bool inPieces)
        {
            using var limit = new CancellationTokenSource(Deadlines.Patience);
            await SendAsync(Request(number, method, keeps), inPieces, limit.Token);
            MessageHead head;
            try
            {
                head = await _reader.HeadAsync(limit.Token) ?? throw new EndOfStreamException("closed without an answer");
            }
            catch (Exception none)
            {
                return new Told(number, method, "", Fate.Wrong, Why: $"request {_answers + 1} of its connection: {none.Message}");
            }

            _answers++;
            IsOver = !keeps || head["Connection"] == "close";
            var status = int.Parse(head.FirstLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            if (head["Content-Length"] is null && head["Transfer-Encoding"] is null)
                return new Told(number, method, "", Fate.Wrong, status, Why: "an answer without an end that can be told");
            byte[] body;
            try
            {
                (body, _) = await _reader.BodyAsync(head, untilEnd: false, limit.Token);
            }
            catch (Exception cut) when (cut is IOException)
            {
                return new Told(number, method, "", Fate.Cut, status, Why: cut.Message);
            }

            if (IsOver && (await _reader.ToEndAsync(limit.Token)).Length > 0)
                return new Told(number, method, "", Fate.Wrong, status, Why: "more than one answer");
            return Judge(number, method, status, Encoding.Latin1.GetString(body));
        }

        public void Dispose() => _socket.Dispose();

        private static Told Judge(long number, string method, int status, string body)
        {
            if (status is 502 or 503 or 504 && body.Length > 0)
                return new Told(number, method, "", Fate.Failed, status, Why: body.TrimEnd());
            var by = body.Split('\n')[0].Split(' ')[^1];
            return status == 200 && body == Numbered.ResponseBody(method, number, by)
                ? new Told(number, method, "", Fate.Answered, status, by)
                : new Told(number, method, "", Fate.Wrong, status, Why: "not its own answer: " + body[..Math.Min(body.Length, 80)]);
        }

        private static string Request(long number, string method, bool keeps)
        {
            var body = method == "GET" ? "" : Numbered.RequestBody(number);
            var isChunked = number % 3 == 0;
            var framing = method == "GET" ? "" : isChunked ? "Transfer-Encoding: chunked\r\n" : FormattableString.Invariant($"Content-Length: {body.Length}\r\n");
            var framed = method == "GET" || !isChunked ? body : FormattableString.Invariant($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
            return $"{method} {Numbered.Target(number)} HTTP/1.1\r\nHost: a.test\r\n{(keeps ? "" : "Connection: close\r\n")}{framing}\r\n{framed}";
        }

        private async Task SendAsync(string request, bool inPieces, CancellationToken stop)
        {
            ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(request);
            while (bytes.Length > 0)
            {
                var piece = inPieces ? Math.Max(1, bytes.Length / 2) : bytes.Length;
                bytes = bytes[await _socket.SendAsync(bytes[..piece], stop)..];
            }
        }
    }
}
