using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A request as an origin received it.</summary>
internal sealed record ReceivedRequest(MessageHead Head, byte[] Body, string? ServerName, string? ClientCertificate, int Connection)
{
    public string Method => Head.FirstLine.Split(' ')[0];

    public string Target => Head.FirstLine.Split(' ')[1];

    public string? this[string name] => Head[name];
}

/// <summary>What an origin does with a request.</summary>
internal delegate Task OriginAnswer(OriginExchange exchange);

/// <summary>
/// A backend of our own, plain or TLS: it keeps every request whole and answers what it is told to, byte by byte if need be. It can be stopped and started again on its port.
/// </summary>
internal sealed class TestOrigin : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentDictionary<int, Socket> _open = new();
    private readonly IssuedCertificate? _certificate;
    private readonly bool _asksForCertificate;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connections;
    private int _broken;

    private TestOrigin(OriginAnswer answer, IssuedCertificate? certificate, bool asksForCertificate, Socket bound)
    {
        (Answer, _certificate, _asksForCertificate) = (answer, certificate, asksForCertificate);
        Port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        Listen(bound);
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>What the next request gets.</summary>
    public OriginAnswer Answer { get; set; }

    /// <summary>False hands the request over after its head; the answer then reads the body itself.</summary>
    public bool ReadsBodies { get; set; } = true;

    /// <summary>False forgets each request once it is answered: for runs that last.</summary>
    public bool KeepsRequests { get; set; } = true;

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Connections accepted so far, also those that never sent anything.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections open at present.</summary>
    public int OpenConnections => _open.Count;

    /// <summary>Requests that ended before they were complete.</summary>
    public int BrokenRequests => Volatile.Read(ref _broken);

    public static TestOrigin Start(OriginAnswer? answer = null, IssuedCertificate? certificate = null, bool asksForCertificate = false, int port = 0) =>
        new(answer ?? Answers.Ok("hello\n"), certificate, asksForCertificate, port == 0 ? Ports.Bind() : Ports.Bind(port));

    /// <summary>Closes the listener and every connection: from now on connections are refused.</summary>
    public async Task StopAsync()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        await Eventually.True(
            () =>
            {
                CloseConnections();                                  // again: one may have been accepted meanwhile
                return _accepting.IsCompleted;
            },
            "the origin to stop");
        await _accepting;
    }

    /// <summary>Listens again on the same port.</summary>
    public void Restart() => Listen(Ports.Bind(Port));

    /// <summary>Closes connections that are idle at present, as a backend does whose patience is at an end.</summary>
    public void CloseConnections()
    {
        foreach (var socket in _open.Values)
            socket.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Listen(Socket bound)
    {
        bound.Listen();
        _listener = bound;
        _accepting = AcceptAsync(bound);
    }

    private async Task AcceptAsync(Socket listener)
    {
        var serving = new List<Task>();
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync();
                serving.RemoveAll(static task => task.IsCompleted);
                serving.Add(ServeAsync(socket, Interlocked.Increment(ref _connections)));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_listener != listener)
                    break;
            }
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        _open[number] = socket;
        try
        {
            await using var plain = new NetworkStream(socket, ownsSocket: true);
            if (_certificate is null)
            {
                await ServeAsync(socket, plain, number, serverName: null, clientCertificate: null);
                return;
            }

            await using var tls = new SslStream(plain);
            string? serverName = null;
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                serverName = hello.ServerName;
                return ValueTask.FromResult(ServerOptions(_certificate));
            }, null);
            await ServeAsync(socket, tls, number, serverName, tls.RemoteCertificate?.Subject);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The other side is gone, or we were stopped: what was received is kept.
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }

    private SslServerAuthenticationOptions ServerOptions(IssuedCertificate issued) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(issued.Certificate, additionalCertificates: null, offline: true),
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        ClientCertificateRequired = _asksForCertificate,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => !_asksForCertificate || certificate is not null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private async Task ServeAsync(Socket socket, Stream stream, int number, string? serverName, string? clientCertificate)
    {
        var reader = new MessageReader(stream);
        while (await reader.HeadAsync(default) is { } head)
        {
            var exchange = new OriginExchange(socket, stream, reader, new ReceivedRequest(head, [], serverName, clientCertificate, number));
            try
            {
                if (ReadsBodies)
                    await exchange.ReadBodyAsync();
            }
            catch (IOException)
            {
                Interlocked.Increment(ref _broken);
                throw;
            }

            if (KeepsRequests)
                _requests.Enqueue(exchange.Request);
            await Answer(exchange);
            if (exchange.Ends)
                return;
        }
    }

    /// <summary>How many requests each of these origins got.</summary>
    public static int[] Counts(params TestOrigin[] origins) => origins.Select(static origin => origin._requests.Count).ToArray();
}

/// <summary>One request at an origin, and the connection it came by.</summary>
internal sealed class OriginExchange(Socket socket, Stream stream, MessageReader reader, ReceivedRequest request)
{
    public ReceivedRequest Request { get; private set; } = request;

    /// <summary>True when the connection ends with this exchange.</summary>
    public bool Ends { get; private set; }

    public async Task<byte[]> ReadBodyAsync()
    {
        var (body, _) = await reader.BodyAsync(Request.Head, untilEnd: false, default);
        Request = Request with { Body = body };
        return body;
    }

    public Task<byte[]> ReadAsync(int count) => reader.ExactlyAsync(count, default);

    public Task SendAsync(string text) => SendAsync(System.Text.Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>Bytes received on this connection so far, or waiting to be.</summary>
    public long BytesArrived => reader.BytesRead + socket.Available;

    /// <summary>The connection itself, for what is no HTTP; the connection ends with this exchange.</summary>
    public Stream Hijack()
    {
        Ends = true;
        return stream;
    }

    /// <summary>What comes until the other side ends.</summary>
    public Task<byte[]> ToEndAsync()
    {
        Ends = true;
        return reader.ToEndAsync(default);
    }

    /// <summary>Ends our side of the connection; the other stays open.</summary>
    public void ShutdownSend() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes in an orderly way.</summary>
    public void Close()
    {
        Ends = true;
        socket.Shutdown(SocketShutdown.Both);
    }

    /// <summary>Drops the connection with a reset.</summary>
    public void Reset()
    {
        Ends = true;
        socket.LingerState = new LingerOption(enable: true, 0);
        socket.Dispose();
    }

    /// <summary>Waits until the other side closes.</summary>
    public async Task UntilClosedAsync()
    {
        Ends = true;
        try
        {
            await reader.ToEndAsync(default);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed it is, one way or the other.
        }
    }
}

/// <summary>Common answers.</summary>
internal static class Answers
{
    public static OriginAnswer Ok(string body) => Raw($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public static OriginAnswer Status(int status) => Raw($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");

    /// <summary>Exactly these bytes; the connection stays open.</summary>
    public static OriginAnswer Raw(string bytes) => exchange => exchange.SendAsync(bytes);

    /// <summary>Exactly these bytes, then the end of the connection.</summary>
    public static OriginAnswer RawThenClose(string bytes) => async exchange =>
    {
        await exchange.SendAsync(bytes);
        exchange.Close();
    };

    /// <summary>Nothing until <paramref name="gate"/> opens, then that.</summary>
    public static OriginAnswer After(Task gate, OriginAnswer answer) => async exchange =>
    {
        await gate.Within(what: "a gate");
        await answer(exchange);
    };

    /// <summary>Nothing, ever.</summary>
    public static OriginAnswer Never { get; } = static exchange => exchange.UntilClosedAsync();
}
