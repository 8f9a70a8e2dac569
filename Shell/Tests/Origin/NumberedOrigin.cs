using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Origins;

/// <summary>Answers each numbered request with what belongs to its number, in its <see cref="Manner"/>, once it is noted; health and manner are asked by other paths.</summary>
internal sealed class NumberedOrigin(string name, Record record)
{
    private static readonly TimeSpan LastAnswersMax = TimeSpan.FromSeconds(5);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _serving = [];
    private int _unfortunate;
    private volatile int _waitMs;
    private volatile Manner _manner;

    public void Listen(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(512);
        _ = AcceptAsync();                                           // ends with the listener
    }

    /// <summary>Accepts no more and lets its connections end.</summary>
    public async Task EndAsync()
    {
        _listener.Dispose();
        Task[] serving;
        lock (_gate)
            serving = [.. _serving];
        await Task.WhenAny(Task.WhenAll(serving), Task.Delay(LastAnswersMax));   // who was stopped in the middle of an answer is not waited for long
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            var serving = ServeAsync(socket);
            lock (_gate)
                _serving.Add(serving);
            _ = serving.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    private void Forget(Task served)
    {
        lock (_gate)
            _serving.Remove(served);
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var requests = new RequestReader(socket);
            try
            {
                while (await requests.HeadAsync() is { } head)
                {
                    var number = Numbered.NumberOf(head.Target);
                    if (number is { } seen)
                        record.Note(head.Method, seen);              // with the head already: what may have begun here must not begin elsewhere
                    if (head.Waits)
                        await SendAsync(socket, "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
                    var body = await requests.BodyAsync(head);
                    if (!(number is { } known ? await AnswerAsync(socket, head.Method, known, body) : await ControlAsync(socket, head.Target)))
                        return;
                }
            }
            catch (SocketException)
            {
                // The proxy broke it off.
            }
        }
    }

    private async Task<bool> ControlAsync(Socket socket, string target)
    {
        if (target.Split('/') is ["", "manner", var manner, .. var wait])
        {
            _waitMs = wait is [var ms] ? int.Parse(ms, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
            _manner = Enum.Parse<Manner>(manner);
        }

        await SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        return true;
    }

    /// <summary>False when the connection is over.</summary>
    private async Task<bool> AnswerAsync(Socket socket, string method, long number, string body)
    {
        if (method != "GET" && body != Numbered.RequestBody(number))
        {
            await SendAsync(socket, "HTTP/1.1 418 Not The Body Of This Number\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            return true;
        }

        var manner = _manner;
        if (manner == Manner.Waits)
            await Task.Delay(_waitMs);                                  // the fault itself: a slow backend
        var answer = Numbered.ResponseBody(method, number, name);
        var isChunked = number % 2 == 0;
        var head = FormattableString.Invariant($"HTTP/1.1 200 OK\r\n{(isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {answer.Length}")}\r\n\r\n");
        var all = Encoding.ASCII.GetBytes(head + (isChunked ? Chunked(answer) : answer));
        var isReset = manner is Manner.ResetsInHead or Manner.ResetsInBody && Interlocked.Increment(ref _unfortunate) % 2 == 0;
        if (!isReset)
        {
            await SendAsync(socket, all);
            return manner != Manner.HangsUp;
        }

        await SendAsync(socket, all.AsMemory(0, manner == Manner.ResetsInHead ? head.Length / 2 : head.Length + (all.Length - head.Length) / 2));
        socket.LingerState = new LingerOption(enable: true, 0);      // closed by the caller: the peer sees a reset
        return false;
    }

    private static string Chunked(string text)
    {
        var half = text.Length / 2;
        return FormattableString.Invariant($"{half:x}\r\n{text[..half]}\r\n{text.Length - half:x}\r\n{text[half..]}\r\n0\r\n\r\n");
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }
}
