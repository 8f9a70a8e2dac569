using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Where clients come in, and how backends are reached.</summary>
public sealed class ConnectionStory
{
    [Fact]
    public async Task A_backend_may_be_a_name_which_is_resolved_beside_the_requests()
    {
        await using var origin = TestOrigin.Start(Answers.Ok("by name"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { app: { backends: [ "localhost:{{origin.Port}}" ] } }
            routes: [ { to: app } ]
            """);

        await Eventually.True(async () => await Ask.StatusAsync(fairlead.Port) == 200, "the name to be resolved");
    }

    [Fact]
    public async Task A_TLS_listener_shows_its_certificate_and_tells_backends_that_it_was_https()
    {
        using var certificates = new TestCertificates();
        var shown = certificates.Server("front.test");
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0", tls: { certificate: {{shown.CertificateFile}}, key: {{shown.KeyFile}} } } ]
            upstreams: { web: { backends: [ "{{origin.Address}}" ] } }
            routes: [ { to: web } ]
            """);
        await using var client = await TestClient.ConnectTlsAsync(fairlead.Port, "front.test", certificates);

        Assert.Equal(200, (await client.GetAsync(host: "front.test")).Status);
        Assert.Equal(200, (await client.GetAsync(host: "front.test")).Status);

        Assert.Equal("https", origin.Requests[0]["X-Forwarded-Proto"]);
    }

    [Fact]
    public async Task A_Unix_listener_has_the_mode_asked_for_and_is_gone_after_the_end()
    {
        using var folder = new TestFolder();
        var path = folder.File("front.sock");
        await using var origin = TestOrigin.Start();
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "unix:{{path}}", mode: "0660" } ]
            upstreams: { web: { backends: [ "{{origin.Address}}" ] } }
            routes: [ { to: web } ]
            """);

        await using (var client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path)))
            Assert.Equal(200, (await client.GetAsync()).Status);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
        fairlead.Terminate();
        Assert.Equal(0, await fairlead.ExitCodeAsync());
        Assert.False(File.Exists(path), "the socket file is left behind");
    }

    [Theory]
    [MemberData(nameof(Trusts))]
    public async Task A_backend_is_trusted_by_its_certificate(string tls, string certificateFor, int status)
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(certificate: certificates.Server(certificateFor));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { web: { backends: [ "{{origin.Address}}" ], tls: { {{tls.Replace("CA", certificates.AuthorityFile, StringComparison.Ordinal)}} } } }
            routes: [ { to: web } ]
            """);

        Assert.Equal(status, await Ask.StatusAsync(fairlead.Port));
        Assert.Equal(status == 200 ? 1 : 0, origin.Requests.Count);
    }

    public static TheoryData<string, string, int> Trusts => new()
    {
        { "sni: b.test, ca: CA", "b.test", 200 },
        { "sni: b.test, ca: CA", "other.test", 502 },
        { "sni: b.test", "b.test", 502 },
        { "sni: b.test, verify: false", "other.test", 200 },
        { "sni: b.test, ca: CA, alternative-names: [ other.test ]", "other.test", 200 },
        { "ca: CA", "127.0.0.1", 200 },
        { "ca: CA", "b.test", 502 },
    };

    [Fact]
    public async Task A_backend_that_asks_is_shown_our_certificate()
    {
        using var certificates = new TestCertificates();
        var ours = certificates.Client("the-proxy");
        await using var origin = TestOrigin.Start(certificate: certificates.Server("b.test"), asksForCertificate: true);
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams:
              web:
                backends: [ "{{origin.Address}}" ]
                tls: { sni: b.test, ca: {{certificates.AuthorityFile}}, certificate: {{ours.CertificateFile}}, key: {{ours.KeyFile}} }
            routes: [ { to: web } ]
            """);

        Assert.Equal(200, await Ask.StatusAsync(fairlead.Port));
        Assert.Equal("CN=the-proxy", origin.Requests[0].ClientCertificate);
    }

    [Fact]
    public async Task Host_and_path_choose_the_upstream_and_no_route_is_404()
    {
        await using var blog = TestOrigin.Start(Answers.Ok("blog"));
        await using var api = TestOrigin.Start(Answers.Ok("api"));
        await using var any = TestOrigin.Start(Answers.Ok("any"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { blog: { backends: [ "{{blog.Address}}" ] }, api: { backends: [ "{{api.Address}}" ] }, any: { backends: [ "{{any.Address}}" ] } }
            routes:
              - { to: blog, hosts: [ blog.test, "*.blog.test" ] }
              - { to: api, host: site.test, path-prefix: /api }
              - { to: any, host: site.test, path: /exact }
            """);
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        var answers = new List<string>();
        foreach (var (host, path) in new[] { ("BLOG.test:8080", "/"), ("x.blog.test", "/p"), ("site.test", "/api/x"), ("site.test", "/api"), ("site.test", "/exact?q") })
            answers.Add((await client.GetAsync(path, host)).Text);
        Assert.Equal(["blog", "blog", "api", "api", "any"], answers);

        foreach (var (host, path) in new[] { ("site.test", "/apix"), ("site.test", "/exact/"), ("other.test", "/"), ("site.test", "/api/../exact2") })
            Assert.Equal(404, (await client.GetAsync(path, host)).Status);
    }

    [Fact]
    public async Task Header_edits_remove_set_and_add_in_both_directions()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nServer: secret\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 0\r\n\r\n"));
        await using var fairlead = await FairleadProcess.RunAsync($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            upstreams: { web: { backends: [ "{{origin.Address}}" ] } }
            routes:
              - to: web
                request-headers: { remove: [ Cookie ], set: { Host: inner.test, X-Set: new }, add: { X-Add: more } }
                response-headers: { remove: [ Server ], set: { X-A: "3" }, add: { X-B: [ "4", "5" ] } }
            """);
        await using var client = await TestClient.ConnectAsync(fairlead.Port);

        var response = await client.GetAsync(fields: "Cookie: a=b\r\nX_Set: forged\r\nX-Set: old\r\nX-Set: older\r\nX_A: kept\r\nX-Add: first\r\n");

        var request = origin.Requests[0];
        Assert.Equal((null, "inner.test", "new"), (request["Cookie"], request["Host"], request["X-Set"]));
        Assert.Equal((null, "kept"), (request["X_Set"], request["X_A"]));
        Assert.Equal(["first", "more"], request.Head.All("X-Add"));
        Assert.Equal((null, "3"), (response["Server"], response["X-A"]));
        Assert.Equal(["4", "5"], response.Head.All("X-B"));
    }
}
