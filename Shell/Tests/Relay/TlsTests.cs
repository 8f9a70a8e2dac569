using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy;
using Fairlead.Proxy.Transports;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>TLS with real clients: OpenSSL's, curl, and the platform's.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("a.test", "a.test")]
    [InlineData("b.test", "b.test")]
    [InlineData("x.b.test", "*.b.test")]
    [InlineData("y.x.b.test", "a.test")]
    [InlineData("elsewhere.test", "a.test")]
    [InlineData(null, "a.test")]
    public async Task A_client_is_shown_the_certificate_for_the_name_it_asks_for(string? asked, string shown)
    {
        await using var proxy = await StartAsync(Several(isStrict: false));
        Assert.Contains($"subject=CN = {shown}\n", await OpenSslAsync(proxy, asked is null ? "-noservername" : $"-servername {asked}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strictly_a_client_that_asks_for_another_name_or_for_none_is_refused()
    {
        await using var proxy = await StartAsync(Several(isStrict: true));
        Assert.Contains("subject=CN = *.b.test\n", await OpenSslAsync(proxy, "-servername x.b.test"), StringComparison.Ordinal);
        Assert.Contains("no peer certificate available", await OpenSslAsync(proxy, "-servername elsewhere.test"), StringComparison.Ordinal);
        Assert.Contains("no peer certificate available", await OpenSslAsync(proxy, "-noservername"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_is_served_and_verifies_what_it_is_shown()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("served\n"));
        await using var proxy = await StartAsync(Several(isStrict: false), origin);
        var (code, output) = await RunAsync("curl", $"-sS --max-time 20 --cacert {_certificates.AuthorityFile} --resolve x.b.test:{proxy.Port}:127.0.0.1 https://x.b.test:{proxy.Port}/");
        Assert.Equal((0, "served\n"), (code, output));
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, "-tls1_2", "TLSv1.2")]
    [InlineData(TlsVersion.Tls12, "-tls1_3", "TLSv1.3")]
    [InlineData(TlsVersion.Tls12, "-tls1_1 -cipher DEFAULT@SECLEVEL=0", null)]
    [InlineData(TlsVersion.Tls13, "-tls1_2", null)]
    [InlineData(TlsVersion.Tls13, "-tls1_3", "TLSv1.3")]
    public async Task A_version_older_than_the_minimum_is_refused(TlsVersion minimum, string flags, string? spoken)
    {
        await using var proxy = await StartAsync(One() with { Minimum = minimum });
        var said = await OpenSslAsync(proxy, flags);
        if (spoken is null)
            Assert.Contains("no peer certificate available", said, StringComparison.Ordinal);
        else
            Assert.Contains($"New, {spoken}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "none", true)]
    [InlineData(false, "ours", true)]
    [InlineData(false, "strange", false)]
    [InlineData(true, "none", false)]
    [InlineData(true, "ours", true)]
    [InlineData(true, "strange", false)]
    [InlineData(true, "server", false)]
    public async Task A_client_certificate_is_verified_and_may_be_required(bool isRequired, string shown, bool isServed)
    {
        using var strangers = new TestCertificates();
        var own = shown switch { "ours" => _certificates.Client("me"), "strange" => strangers.Client("me"), "server" => _certificates.Server("me"), _ => null };
        await using var origin = TestOrigin.Start(Answers.Ok("served\n"));
        await using var proxy = await StartAsync(One() with { Client = new ClientVerification(_certificates.AuthorityFile, isRequired) }, origin);

        var (code, output) = await RunAsync("curl", $"-sS --max-time 20 -k {(own is null ? "" : $"--cert {own.CertificateFile} --key {own.KeyFile}")} https://127.0.0.1:{proxy.Port}/");

        Assert.Equal(isServed, code == 0);
        Assert.Equal(isServed, output == "served\n");
        Assert.Equal(isServed ? 1 : 0, origin.Requests.Count);
    }

    [Fact]
    public async Task Hooks_see_the_certificate_that_a_client_showed()
    {
        var subjects = new ConcurrentQueue<string?>();
        var server = new ConfiguredServer(Settings(One() with { Client = new ClientVerification(_certificates.AuthorityFile, IsRequired: false) }), new ConfiguredServerOptions
        {
            ExchangeEnded = (session, _) => subjects.Enqueue(session.ClientCertificate?.Subject),
        });
        server.Server.HandlesSignals = false;
        var running = server.RunAsync();
        await server.Started;
        var port = ((IPEndPoint)server.BoundTo[0]).Port;
        var own = _certificates.Client("me");

        await RunAsync("curl", $"-sS --max-time 20 -k --cert {own.CertificateFile} --key {own.KeyFile} https://127.0.0.1:{port}/");
        await RunAsync("curl", $"-sS --max-time 20 -k https://127.0.0.1:{port}/");

        await Eventually.True(() => subjects.Count == 2, "both exchanges to end");
        Assert.Equal(["CN=me", null], subjects);
        server.Server.Stop();
        await running.Within(what: "the proxy to stop");
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_is_resumed(string version)
    {
        await using var proxy = await StartAsync(Several(isStrict: false));
        var session = _certificates.Folder.File("session");
        const string request = "GET / HTTP/1.0\r\nHost: b.test\r\n\r\n";   // TLS 1.3 sends its tickets after the handshake: an answer comes after them
        Assert.Contains("\nNew, TLS", await OpenSslAsync(proxy, $"-servername b.test -ign_eof {version} -sess_out {session}", request), StringComparison.Ordinal);
        Assert.Contains("\nReused, TLS", await OpenSslAsync(proxy, $"-servername b.test -ign_eof {version} -sess_in {session}", request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    public async Task A_connection_that_idled_too_long_is_told_that_this_is_its_end(string request)
    {
        await using var origin = TestOrigin.Start(Answers.Ok("served\n"));
        var timeouts = request.Length == 0 ? ClientTimeouts.Default with { RequestHead = TimeSpan.FromSeconds(1) } : ClientTimeouts.Default with { Idle = TimeSpan.FromSeconds(1) };
        await using var proxy = await TestProxy.StartAsync(_ => Settings(One(), origin) with { ClientTimeouts = timeouts }, origin);

        var (code, said) = await RunAsync("openssl", $"s_client -connect 127.0.0.1:{proxy.Port} -ign_eof", request);

        Assert.EndsWith("closed\n", said, StringComparison.Ordinal);
        Assert.Equal(0, code);                                       // 1 without close_notify
    }

    [Fact]
    public async Task Files_that_changed_are_shown_to_new_connections_and_old_ones_live()
    {
        var (old, other) = (_certificates.Server("a.test", "127.0.0.1"), _certificates.Server("new.test", "127.0.0.1"));
        await using var origin = TestOrigin.Start(Answers.Ok("served\n"));
        await using var proxy = await StartAsync(ListenerTls.Of(old.CertificateFile, old.KeyFile), origin);
        using var standing = await ConnectAsync(proxy);

        File.Copy(other.CertificateFile, old.CertificateFile, overwrite: true);
        File.Copy(other.KeyFile, old.KeyFile, overwrite: true);
        proxy.Reload(Settings(ListenerTls.Of(old.CertificateFile, old.KeyFile), origin));

        using var fresh = await ConnectAsync(proxy);
        Assert.Equal("CN=a.test", standing.RemoteCertificate!.Subject);
        Assert.Equal("CN=new.test", fresh.RemoteCertificate!.Subject);
        foreach (var client in new[] { standing, fresh })
        {
            await client.WriteAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8.ToArray());
            var answer = new byte[12];
            await client.ReadExactlyAsync(answer);
            Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
        }
    }

    [Fact]
    public async Task Files_are_looked_at_from_time_to_time_and_wrong_ones_leave_the_old_in_force()
    {
        var (old, other) = (_certificates.Server("a.test"), _certificates.Server("new.test"));
        var certificate = ServerCertificate.Load(old.CertificateFile, old.KeyFile);
        var before = certificate.InForce;
        var warned = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var watching = new CertificateWatch(() => [certificate], warned.Enqueue).RunAsync(TimeSpan.FromMilliseconds(5), stop.Token);

        Replace(old.CertificateFile, other.CertificateFile);          // not with that key
        await Eventually.True(() => warned.Count == 1, "the wrong pair to be told");
        Assert.Same(before, certificate.InForce);
        File.Delete(old.CertificateFile);
        await Eventually.True(() => warned.Count == 2, "the missing file to be told");
        Assert.Same(before, certificate.InForce);
        Replace(old.KeyFile, other.KeyFile);
        Replace(old.CertificateFile, other.CertificateFile);
        await Eventually.True(() => !ReferenceEquals(before, certificate.InForce), "the right pair to be taken");

        Assert.All(warned, text => Assert.StartsWith($"{old.CertificateFile}: the changed TLS files cannot be used, the old ones stay in force: ", text, StringComparison.Ordinal));
        await stop.CancelAsync();
        await watching.Within(what: "the watch to end");
    }

    [Fact]
    public async Task A_client_that_does_not_finish_its_handshake_is_cut_off()
    {
        await using var proxy = await TestProxy.StartAsync(
            settings => Settings(One()) with { ClientTimeouts = settings.ClientTimeouts with { TlsHandshake = TimeSpan.FromMilliseconds(200) } });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await client.GetStream().WriteAsync(new byte[] { 22, 3, 1 });
        var ended = client.GetStream().ReadAsync(new byte[1]).AsTask();
        Assert.Equal(0, await ended.Within(what: "the proxy to close"));
    }

    /// <summary>At once, as those do who renew certificates.</summary>
    private static void Replace(string file, string by)
    {
        File.Copy(by, file + ".new", overwrite: true);
        File.Move(file + ".new", file, overwrite: true);
    }

    private ListenerTls One()
    {
        var issued = _certificates.Server("a.test", "127.0.0.1");
        return ListenerTls.Of(issued.CertificateFile, issued.KeyFile);
    }

    private ListenerTls Several(bool isStrict)
    {
        var issued = new[] { _certificates.Server("a.test", "127.0.0.1"), _certificates.Server("b.test"), _certificates.Server("*.b.test") };
        return new ListenerTls(toSeq(issued.Select(static one => new CertificateFiles(one.CertificateFile, one.KeyFile))).Strict()) { StrictSni = isStrict };
    }

    private static ProxySettings Settings(ListenerTls tls, params TestOrigin[] origins) => TestProxy.Settings(origins.Length == 0 ? [1] : origins.Select(static origin => origin.Port)) with
    {
        Listeners = Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Loopback, 0), tls)),
    };

    private static Task<TestProxy> StartAsync(ListenerTls tls, params TestOrigin[] origins) => TestProxy.StartAsync(_ => Settings(tls, origins), origins);

    private static async Task<SslStream> ConnectAsync(TestProxy proxy)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, proxy.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("a.test").Within(what: "the handshake");
        return tls;
    }

    private static async Task<string> OpenSslAsync(TestProxy proxy, string flags, string input = "") =>
        (await RunAsync("openssl", $"s_client -connect 127.0.0.1:{proxy.Port} {flags}", input)).Output;

    private static async Task<(int Code, string Output)> RunAsync(string program, string arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().Within(what: program + " to end");
        await errors;
        return (process.ExitCode, await output);
    }
}
