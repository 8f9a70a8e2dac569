using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>The files of TLS towards backends are read again when they change.</summary>
public sealed class UpstreamTlsFilesTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TestCertificates _strangers = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _strangers.Dispose();
    }

    [Fact]
    public async Task A_changed_authority_decides_on_new_connections_and_those_that_stand_live_on()
    {
        var authority = _certificates.Folder.File("trusted.pem");
        File.Copy(_certificates.AuthorityFile, authority);
        await using var origin = TestOrigin.Start(certificate: _certificates.Server("b.test"));
        var tls = new UpstreamTls(Some("b.test"), Verify: true, default, Some(authority), None);
        ProxySettings settings = null!;
        await using var proxy = await TestProxy.StartAsync(given => settings = given.WithUpstream(upstream => upstream with { Tls = Some(tls) }), origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(200, (await client.GetAsync()).Status);
        File.Copy(_strangers.AuthorityFile, authority, overwrite: true);
        proxy.Reload(settings);
        Assert.Equal(200, (await client.GetAsync()).Status);          // by the connection that stands
        origin.CloseConnections();
        await Eventually.True(() => origin.OpenConnections == 0, "the connection to be gone");
        Assert.Equal(502, (await client.GetAsync()).Status);
        File.Copy(_certificates.AuthorityFile, authority, overwrite: true);
        proxy.Reload(settings);
        Assert.Equal(200, (await client.GetAsync()).Status);

        var ended = await proxy.EndedAsync(4);
        Assert.Equal([Outcome.None, Outcome.None, Outcome.CertificateRejected, Outcome.None], ended.Select(static one => one.Outcome));
    }

    [Fact]
    public async Task A_changed_certificate_of_ours_is_shown_by_new_connections()
    {
        var (old, renewed) = (_certificates.Client("old"), _certificates.Client("renewed"));
        await using var origin = TestOrigin.Start(certificate: _certificates.Server("b.test"), asksForCertificate: true);
        var tls = new UpstreamTls(Some("b.test"), Verify: false, default, None, Some(new Fairlead.Configuration.ClientCertificate(old.CertificateFile, old.KeyFile)));
        ProxySettings settings = null!;
        await using var proxy = await TestProxy.StartAsync(
            given => settings = given.WithUpstream(upstream => upstream with { Tls = Some(tls), Pool = upstream.Pool with { IdleMax = 0 } }), origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(200, (await client.GetAsync()).Status);
        File.Copy(renewed.CertificateFile, old.CertificateFile, overwrite: true);
        File.Copy(renewed.KeyFile, old.KeyFile, overwrite: true);
        proxy.Reload(settings);
        Assert.Equal(200, (await client.GetAsync()).Status);

        Assert.Equal(["CN=old", "CN=renewed"], origin.Requests.Select(static request => request.ClientCertificate));
    }

    [Fact]
    public void Files_that_cannot_be_used_are_told_once_and_leave_the_old_in_force()
    {
        var file = _certificates.Folder.Write("value", "good");
        var files = new TlsFiles<string>([file], () => File.ReadAllText(file) is var text and not "bad" ? text : throw new System.Security.Cryptography.CryptographicException("bad"));

        Assert.Equal("good", files.InForce);
        Assert.Equal(CertificateChange.None, files.Look(out _));
        File.WriteAllText(file, "bad");
        Assert.Equal(CertificateChange.Refused, files.Look(out var problem));
        Assert.Equal($"{file}: the changed TLS files cannot be used, the old ones stay in force: bad", problem);
        Assert.Equal(CertificateChange.None, files.Look(out _));
        File.Delete(file);
        Assert.Equal(CertificateChange.Refused, files.Look(out _));
        Assert.Equal(CertificateChange.None, files.Look(out _));
        Assert.Equal("good", files.InForce);
        File.WriteAllText(file, "better");
        Assert.Equal(CertificateChange.Taken, files.Look(out _));
        Assert.Equal("better", files.InForce);
    }

    [Fact]
    public async Task Wrong_files_are_noticed_without_being_told_to_look()
    {
        var authority = _certificates.Folder.File("watched.pem");
        File.Copy(_certificates.AuthorityFile, authority);
        await using var origin = TestOrigin.Start(certificate: _certificates.Server("b.test"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams:
              app:
                backends: [ "127.0.0.1:{{origin.Port}}" ]
                tls: { sni: b.test, ca: {{authority}} }
            routes: [ { to: app } ]
            """);
        await using var client = await TestClient.ConnectAsync(fairlead.Port);
        Assert.Equal(200, (await client.GetAsync()).Status);

        File.WriteAllText(authority, "no certificate\n");

        await Eventually.True(() => fairlead.Error.Any(line => line.Contains($"{authority}: the changed TLS files cannot be used, the old ones stay in force", StringComparison.Ordinal)), "the file to be told of");
        origin.CloseConnections();
        Assert.Equal(200, (await client.GetAsync()).Status);
    }
}
