using System;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>A connection over TLS to a backend ends with close_notify, so that the backend can tell the end from a truncation (RFC 9112 §9.8).</summary>
public sealed class UpstreamTlsEndTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("its wish", SslProtocols.Tls13)]
    [InlineData("its wish", SslProtocols.Tls12)]
    [InlineData("idleness", SslProtocols.Tls13)]
    [InlineData("no room among the idle", SslProtocols.Tls13)]
    [InlineData("our stop", SslProtocols.Tls12)]
    [InlineData("its own end", SslProtocols.Tls13)]
    public async Task A_backend_is_told(string reason, SslProtocols version)
    {
        using var backend = new RawBackend();
        await using var proxy = await TestProxy.StartAsync(
            given => given.WithUpstream(upstream => upstream with
            {
                Tls = Some(new UpstreamTls(Some("b.test"), Verify: false, default, None, None)),
                Pool = reason switch
                {
                    "idleness" => upstream.Pool with { IdleTimeout = TimeSpan.FromMilliseconds(100) },
                    "no room among the idle" => upstream.Pool with { IdleMax = 0 },
                    _ => upstream.Pool,
                },
            }),
            [backend.Port]);
        await using var client = await proxy.ConnectAsync();

        var asking = client.GetAsync();
        await using var watched = new WatchedStream(await backend.AcceptAsync());
        await using var tls = new SslStream(watched);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificates.Server("b.test").Certificate, EnabledSslProtocols = version }).Within(what: "a handshake");
        await new MessageReader(tls).HeadAsync(default).Within(what: "a request");
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{(reason == "its wish" ? "Connection: close\r\n" : "")}\r\nhi"));
        Assert.Equal("hi", (await asking).Text);
        if (reason == "our stop")
            await proxy.DisposeAsync();
        if (reason == "its own end")
            await tls.ShutdownAsync().Within(what: "close_notify to be sent");

        Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().Within(what: "the end"));
        Assert.False(watched.HasEnded, "the connection ended before TLS did");
    }

    /// <summary>A connection that remembers whether it came to its own end.</summary>
    private sealed class WatchedStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public bool HasEnded { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            HasEnded |= count == 0 && !buffer.IsEmpty;
            return count;
        }
    }
}
