using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <content>What backends are told.</content>
public sealed partial class ProxyProtocolTests
{
    [Theory]
    [InlineData(ProxyProtocolVersion.V1, false)]
    [InlineData(ProxyProtocolVersion.V2, false)]
    [InlineData(ProxyProtocolVersion.V1, true)]
    [InlineData(ProxyProtocolVersion.V2, true)]
    public async Task Backends_are_told_of_each_client_on_a_connection_of_its_own(ProxyProtocolVersion version, bool isTls)
    {
        using var certificates = new TestCertificates();
        var certificate = certificates.Server("localhost");
        await using var origin = TestOrigin.Start();
        await using var behind = await TestProxy.StartAsync(
            settings => isTls ? WithTls(Taking(settings, ProxyProtocolUse.Required), certificate) : Taking(settings, ProxyProtocolUse.Required), origin);
        await using var proxy = await TestProxy.StartAsync(
            settings => Taking(settings, ProxyProtocolUse.Optional).WithUpstream(upstream => upstream with
            {
                ProxyProtocol = version,
                Tls = isTls ? Some(new UpstreamTls(Some("localhost"), Verify: false, default, None, None)) : None,
            }),
            [behind.Port]);

        await using var announced = await proxy.ConnectAsync();
        Assert.Equal(200, (await announced.AskAsync(Line + Get)).Status);
        Assert.Equal(200, (await announced.GetAsync()).Status);
        Assert.Equal(200, (await proxy.AskAsync(Get)).Status);

        await behind.EndedAsync(3);
        Assert.Equal(2, behind.Lines.Count(static line => line.Contains("192.0.2.9", StringComparison.Ordinal)));
        Assert.Equal(1, behind.Lines.Count(static line => line.Contains("127.0.0.1 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ProxyProtocolVersion.V1)]
    [InlineData(ProxyProtocolVersion.V2)]
    public async Task Health_checks_say_that_they_are_the_proxys_own(ProxyProtocolVersion version)
    {
        await using var origin = TestOrigin.Start();
        await using var behind = await TestProxy.StartAsync(static settings => Taking(settings, ProxyProtocolUse.Required), origin);
        await using var proxy = await TestProxy.StartAsync(
            settings => settings.WithUpstream(upstream => upstream with
            {
                ProxyProtocol = version,
                Health = Some(new HealthSettings(
                    new ProbeSettings.Http("GET", "/healthz", None, StatusSet.Ok, None, Tls: false), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), 1, 1, InitialHealth.Down, 0)),
            }),
            [behind.Port]);
        await Eventually.True(async () => (await proxy.AskAsync(Get)).Status == 200, "the backend to pass its check");
        Assert.Contains(origin.Requests, static request => request is { Target: "/healthz" } && request["X-Forwarded-For"] == "127.0.0.1");
    }

    [Theory]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("0.0.0.0", true)]
    public async Task Backends_are_told_which_address_a_client_chose_of_all_that_are_listened_on(string listener, bool isTls)
    {
        using var certificates = new TestCertificates();
        using var backend = Ports.Bind();
        backend.Listen();
        await using var proxy = await TestProxy.StartAsync(
            settings =>
            {
                settings = settings with { Listeners = Seq1(new ListenerSettings(new ListenerAddress.Tcp(IPAddress.Parse(listener), 0), None)) };
                return (isTls ? WithTls(settings, certificates.Server("localhost")) : settings).WithUpstream(static upstream => upstream with { ProxyProtocol = ProxyProtocolVersion.V1 });
            },
            [((IPEndPoint)backend.LocalEndPoint!).Port]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Parse("127.0.0.2"), proxy.Port);
        Stream stream = client.GetStream();
        if (isTls)
        {
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("localhost").Within(what: "the handshake");
            stream = tls;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(Get));
        using var connection = await backend.AcceptAsync().Within(what: "the proxy to connect");
        using var reader = new StreamReader(new NetworkStream(connection));

        var own = (IPEndPoint)client.Client.LocalEndPoint!;
        Assert.Equal($"PROXY TCP4 {own.Address.MapToIPv4()} 127.0.0.2 {own.Port} {proxy.Port}", await reader.ReadLineAsync().Within(what: "the header"));
        await stream.DisposeAsync();
    }
}
