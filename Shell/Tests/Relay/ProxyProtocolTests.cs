using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Whom a connection is for is told by a trusted proxy in front, and told on to backends.</summary>
public sealed partial class ProxyProtocolTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string Line = "PROXY TCP4 192.0.2.9 198.51.100.1 4711 443\r\n";
    private const string Block = "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u00c0\0\u0002\u0009\u00c6\u0033\u0064\u0001\u0012\u0067\u0001\u00bb";
    private const string Local = "\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0";

    [Theory]
    [InlineData(Line, ProxyProtocolUse.Required)]
    [InlineData(Line, ProxyProtocolUse.Optional)]
    [InlineData(Block, ProxyProtocolUse.Required)]
    public async Task The_announced_address_is_the_clients_everywhere(string header, ProxyProtocolUse use)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(settings => Taking(settings, use), origin);
        await using var client = await proxy.ConnectAsync();
        Assert.Equal(200, (await client.AskAsync(header + Get)).Status);
        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.All(origin.Requests, static request => Assert.Equal("192.0.2.9", request["X-Forwarded-For"]));
        await proxy.EndedAsync(2);
        Assert.All(proxy.Lines, static line => Assert.Contains("192.0.2.9", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Line)]
    [InlineData(Block)]
    public async Task A_header_may_come_byte_by_byte(string header)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => Taking(settings, ProxyProtocolUse.Required) with { ClientTimeouts = settings.ClientTimeouts with { ProxyHeader = Deadlines.Patience, RequestHead = Deadlines.Patience } }, origin);
        await using var client = await proxy.ConnectAsync();
        foreach (var one in header + Get)
            await client.SendAsync(one.ToString());
        Assert.Equal(200, (await client.ResponseAsync()).Status);
        Assert.Equal("192.0.2.9", origin.Requests[0]["X-Forwarded-For"]);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData(Local)]
    public async Task Without_a_name_the_connections_own_address_holds(string header)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Required), origin);
        Assert.Equal(200, (await proxy.AskAsync(header + Get)).Status);
        Assert.Equal("127.0.0.1", origin.Requests[0]["X-Forwarded-For"]);
    }

    [Theory]
    [InlineData(Get)]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n" + Get)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0031")]
    public async Task Where_a_header_is_required_anything_else_is_closed_unanswered(string text)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Required), origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(text);
        Assert.True(await client.IsClosedByPeerAsync());
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task Half_a_header_is_closed_in_time()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => Taking(settings, ProxyProtocolUse.Required) with { ClientTimeouts = settings.ClientTimeouts with { ProxyHeader = TimeSpan.FromMilliseconds(300) } }, origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("PROXY TCP4 ");
        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task Strangers_may_not_say_who_they_are()
    {
        await using var origin = TestOrigin.Start();
        await using (var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Required, "10.0.0.0/8"), origin))
        {
            await using var client = await proxy.ConnectAsync();
            await client.SendAsync(Line + Get);
            Assert.True(await client.IsClosedByPeerAsync());
        }

        await using (var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Optional, "10.0.0.0/8"), origin))
        {
            Assert.Equal(400, (await proxy.AskAsync(Line + Get)).Status);
            Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        }

        Assert.Equal("127.0.0.1", Assert.Single(origin.Requests)["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Where_it_is_optional_a_trusted_proxy_may_send_none()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Optional), origin);
        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);
        Assert.Equal(200, (await proxy.AskAsync("POST" + Get[3..^2] + "Content-Length: 0\r\n\r\n")).Status);   // begins like a header
    }

    [Fact]
    public async Task Trust_is_that_of_the_trusted_proxies_unless_said_otherwise()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => Taking(settings, ProxyProtocolUse.Required, []) with { TrustedProxies = Seq1(IPNetwork.Parse("127.0.0.1/32")) }, origin);
        Assert.Equal(200, (await proxy.AskAsync(Line + "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n")).Status);
        Assert.Equal("192.0.2.9", origin.Requests[0]["X-Forwarded-For"]);   // the announced client is none of the trusted
    }

    [Fact]
    public async Task Connections_are_counted_for_who_is_announced()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => Taking(settings, ProxyProtocolUse.Required).WithLimits(static limits => limits with { ConnectionsPerClientMax = 1 }), origin);
        await using var first = await proxy.ConnectAsync();
        Assert.Equal(200, (await first.AskAsync(Line + Get)).Status);
        await using var again = await proxy.ConnectAsync();
        await again.SendAsync(Line + Get);
        Assert.True(await again.IsClosedByPeerAsync());
        await using var other = await proxy.ConnectAsync();
        Assert.Equal(200, (await other.AskAsync(Line.Replace("192.0.2.9", "192.0.2.10", StringComparison.Ordinal) + Get)).Status);
    }

    [Fact]
    public async Task A_header_and_a_TLS_handshake_may_share_a_packet()
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost");
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(settings => WithTls(Taking(settings, ProxyProtocolUse.Required), certificate), origin);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await using var tls = new SslStream(new Prefixed(new NetworkStream(socket), Encoding.Latin1.GetBytes(Block)), false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost").Within(what: "a handshake");
        await tls.WriteAsync(Encoding.ASCII.GetBytes(Get));
        var answer = new byte[15];
        await tls.ReadExactlyAsync(answer).AsTask().Within(what: "an answer");
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(answer));
        Assert.Equal(("192.0.2.9", "https"), (origin.Requests[0]["X-Forwarded-For"], origin.Requests[0]["X-Forwarded-Proto"]));
    }

    [Fact]
    public async Task Curl_is_understood()
    {
        if (!File.Exists("/usr/bin/curl"))
            return;                                                  // the tests above send the same bytes
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Required), origin);
        using var curl = Process.Start(new ProcessStartInfo("/usr/bin/curl", ["-sS", "--noproxy", "*", "--haproxy-protocol", $"http://127.0.0.1:{proxy.Port}/"]) { RedirectStandardOutput = true })!;
        Assert.Equal("hello\n", await curl.StandardOutput.ReadToEndAsync().Within(what: "curl"));
    }

    private static ProxySettings Taking(ProxySettings settings, ProxyProtocolUse use, params string[] networks) => settings with
    {
        Listeners = settings.Listeners.Map(one => one with { ProxyProtocol = use, ProxyProtocolFrom = toSeq(networks).Map(IPNetwork.Parse).Strict() }).Strict(),
    };

    private static ProxySettings Taking(ProxySettings settings, ProxyProtocolUse use) => Taking(settings, use, "127.0.0.0/8");

    private static ProxySettings WithTls(ProxySettings settings, IssuedCertificate certificate) => settings with
    {
        Listeners = settings.Listeners.Map(one => one with { Tls = Some(ListenerTls.Of(certificate.CertificateFile, certificate.KeyFile)) }).Strict(),
    };

    /// <summary>Writes something before the first write, in the same packet.</summary>
    private sealed class Prefixed(Stream inner, byte[] prefix) : Stream
    {
        private bool _isWritten;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var isFirst = !_isWritten;
            _isWritten = true;
            return inner.WriteAsync(isFirst ? (byte[])[.. prefix, .. buffer.Span] : buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
