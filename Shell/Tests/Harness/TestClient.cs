using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A response as it came, with the informational ones before it.</summary>
internal sealed record TestResponse(int Status, MessageHead Head, byte[] Body, IReadOnlyList<string> Trailers, IReadOnlyList<MessageHead> Informational)
{
    public string Text => Encoding.Latin1.GetString(Body);

    public string? this[string name] => Head[name];
}

/// <summary>A client connection: sends exactly the bytes it is told to, and reads what comes back.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly MessageReader _reader;

    private TestClient(Socket socket, Stream stream)
    {
        (_socket, _stream) = (socket, stream);
        _reader = new MessageReader(stream);
    }

    public long BytesRead => _reader.BytesRead;

    public static Task<TestClient> ConnectAsync(int port) => ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    public static async Task<TestClient> ConnectAsync(EndPoint endPoint)
    {
        var socket = await DialAsync(endPoint);
        return new TestClient(socket, new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Over TLS, trusting only <paramref name="certificates"/>; ALPN offers HTTP/2 first, as browsers do.</summary>
    public static async Task<TestClient> ConnectTlsAsync(int port, string serverName, TestCertificates certificates)
    {
        var socket = await DialAsync(new IPEndPoint(IPAddress.Loopback, port));
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new System.Security.Cryptography.X509Certificates.X509ChainPolicy
        {
            TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
            RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(certificates.AuthorityFile);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            CertificateChainPolicy = policy,
            EnabledSslProtocols = SslProtocols.None,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        await tls.AuthenticateAsClientAsync(options).Within(what: "a TLS handshake");
        return new TestClient(socket, tls);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        await _stream.WriteAsync(bytes, limit.Token);
        await _stream.FlushAsync(limit.Token);
    }

    /// <summary>The next final response. HEAD must be said, its answer has no body whatever the fields say.</summary>
    public async Task<TestResponse> ResponseAsync(bool toHead = false)
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        var informational = new List<MessageHead>();
        while (true)
        {
            var head = await _reader.HeadAsync(limit.Token) ?? throw new EndOfStreamException("closed without a response");
            var status = int.Parse(head.FirstLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            if (status is >= 100 and < 200)
            {
                informational.Add(head);
                continue;
            }

            var hasBody = !toHead && status is not (204 or 304);
            var (body, trailers) = hasBody ? await _reader.BodyAsync(head, untilEnd: true, limit.Token) : ([], []);
            return new TestResponse(status, head, body, trailers, informational);
        }
    }

    /// <summary>The head of the next message, informational or not.</summary>
    public async Task<MessageHead> HeadAsync()
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        return await _reader.HeadAsync(limit.Token) ?? throw new EndOfStreamException("closed without a response");
    }

    public async Task<byte[]> ExactlyAsync(int count)
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        return await _reader.ExactlyAsync(count, limit.Token);
    }

    /// <summary>Sends a request and reads its response.</summary>
    public async Task<TestResponse> AskAsync(string request)
    {
        await SendAsync(request);
        return await ResponseAsync(request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    public Task<TestResponse> GetAsync(string path = "/", string host = "a.test", string fields = "") =>
        AskAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");

    /// <summary>What comes until the peer closes; an orderly close and a reset are told apart by <see cref="IOException"/>.</summary>
    public async Task<string> ToEndAsync()
    {
        using var limit = new CancellationTokenSource(Deadlines.Patience);
        return Encoding.Latin1.GetString(await _reader.ToEndAsync(limit.Token));
    }

    /// <summary>Something lies there to be read, if only the end.</summary>
    public bool HasSomething => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>What lies there to be read, for the message of a failure.</summary>
    public async Task<string> AvailableAsync() =>
        _socket.Available is > 0 and var count ? Encoding.Latin1.GetString(await ExactlyAsync(count)) : HasSomething ? "(closed)" : "(nothing)";

    /// <summary>True when the peer closes, or has closed, without sending anything more.</summary>
    public async Task<bool> IsClosedByPeerAsync()
    {
        try
        {
            return (await ToEndAsync()).Length == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Ends our side of the connection, over TLS with close_notify; the other stays open.</summary>
    public async Task ShutdownSendAsync()
    {
        if (_stream is SslStream tls)
            await tls.ShutdownAsync().Within(what: "close_notify to be sent");
        ShutdownSend();
    }

    /// <summary>Ends our side of the connection; the other stays open.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Drops the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<Socket> DialAsync(EndPoint endPoint)
    {
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
            socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(endPoint).Within(what: $"a connection to {endPoint}");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
