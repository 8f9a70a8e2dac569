using System.Net;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>What is taken out, put in and left alone on the way (RFC 9110 §7.6).</summary>
public sealed class FieldTests
{
    [Fact]
    public async Task Hop_by_hop_fields_end_here_in_both_directions()
    {
        await using var origin = TestOrigin.Start(Answers.Raw(
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Private\r\nKeep-Alive: timeout=5\r\nX-Private: 1\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Public: 1\r\nContent-Length: 0\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.GetAsync(fields:
            "Connection: X-Mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nTE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nX-Public: 1\r\n");

        var request = origin.Requests[0];
        Assert.All(["X-Mine", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Upgrade", "HTTP2-Settings"], name => Assert.Empty(request.Head.All(name)));
        Assert.All(["X-Private", "Keep-Alive", "Proxy-Authenticate", "Upgrade"], name => Assert.Empty(response.Head.All(name)));
        Assert.Equal(("1", "1"), (request["X-Public"], response["X-Public"]));
    }

    [Fact]
    public async Task Forwarding_fields_are_set_from_the_connection_and_received_ones_replaced()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.GetAsync(host: "shop.test", fields:
            "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\nX_Forwarded_For: 7.7.7.7\r\nForwarded: for=6.6.6.6\r\n");

        var request = origin.Requests[0];
        Assert.Equal(("127.0.0.1", "http", "shop.test", "shop.test"), (request["X-Forwarded-For"], request["X-Forwarded-Proto"], request["X-Forwarded-Host"], request["Host"]));
        Assert.Empty(request.Head.All("X_Forwarded_For"));
        Assert.Empty(request.Head.All("Forwarded"));
        Assert.Contains("fairlead", request["Via"], System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_proxy_before_us_is_believed_and_added_to()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings with { TrustedProxies = Seq1(IPNetwork.Parse("127.0.0.0/8")) }, origin);
        await using var client = await proxy.ConnectAsync();

        await client.GetAsync(fields: "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outer.test\r\n");

        var request = origin.Requests[0];
        Assert.Equal(("9.9.9.9, 127.0.0.1", "https", "outer.test"), (request["X-Forwarded-For"], request["X-Forwarded-Proto"], request["X-Forwarded-Host"]));
    }

    [Theory]
    [InlineData(Http.ForwardingFields.Forwarded, "for=9.9.9.9, for=127.0.0.1;proto=http;host=\"shop.test:81\"", "8.8.8.8", null)]
    [InlineData(Http.ForwardingFields.Both, "for=9.9.9.9, for=127.0.0.1;proto=http;host=\"shop.test:81\"", "8.8.8.8, 127.0.0.1", "http")]
    [InlineData(Http.ForwardingFields.Off, "for=9.9.9.9", "8.8.8.8", null)]
    public async Task Backends_are_told_in_the_fields_that_are_wanted(Http.ForwardingFields forwarding, string forwarded, string xForwardedFor, string? xForwardedProto)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(settings => settings with { Forwarding = forwarding, TrustedProxies = Seq1(IPNetwork.Parse("127.0.0.0/8")) }, origin);
        await using var client = await proxy.ConnectAsync();

        await client.GetAsync(host: "shop.test:81", fields: "X-Forwarded-For: 8.8.8.8\r\nForwarded: for=9.9.9.9\r\n");

        var request = origin.Requests[0];
        Assert.Equal((forwarded, xForwardedFor, xForwardedProto), (request["Forwarded"], request["X-Forwarded-For"], request["X-Forwarded-Proto"]));
        await proxy.EndedAsync(1);
        Assert.Contains(forwarding == Http.ForwardingFields.Forwarded ? " 9.9.9.9 " : " 8.8.8.8 ", proxy.Lines[0], System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_stranger_says_of_whom_it_forwards_for_is_dropped_whatever_the_fields()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings with { Forwarding = Http.ForwardingFields.Forwarded }, origin);
        await using var client = await proxy.ConnectAsync();

        await client.GetAsync(fields: "Forwarded: for=9.9.9.9\r\nX-Forwarded-For: 8.8.8.8\r\n");

        Assert.Equal("for=127.0.0.1;proto=http;host=a.test", origin.Requests[0]["Forwarded"]);
        Assert.Null(origin.Requests[0]["X-Forwarded-For"]);
    }

    [Fact]
    public async Task Everything_else_passes_as_it_is_in_its_order()
    {
        const string Fields = "x-B: 2\r\nX-a:   1 \r\nX-a: 3\r\nCookie: c=d; e=f\r\nX-Latin: caf\u00e9\r\nX-Empty:\r\n";
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 299 Odd Reason\r\nset-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: caf\u00e9\r\nContent-Length: 0\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync($"BREW /a%2Fb/;p?q=%00{{}}&r=\\ HTTP/1.1\r\nHost: a.test\r\n{Fields}\r\n");

        Assert.StartsWith("BREW /a%2Fb/;p?q=%00{}&r=\\ HTTP/1.1\r\n", origin.Requests[0].Head.Text, System.StringComparison.Ordinal);
        Assert.Contains("x-B: 2\r\nX-a: 1\r\nX-a: 3\r\nCookie: c=d; e=f\r\nX-Latin: caf\u00e9\r\nX-Empty: \r\n", origin.Requests[0].Head.Text, System.StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 299 Odd Reason", response.Head.FirstLine);
        Assert.Equal(["a=1", "b=2"], response.Head.All("Set-Cookie"));
        Assert.Equal("caf\u00e9", response["X-Latin"]);
    }

    [Theory]
    [InlineData("GET http://abs.test/p?q HTTP/1.1\r\nHost: other.test\r\n\r\n", "GET /p?q HTTP/1.1", "abs.test")]
    [InlineData("GET http://abs.test HTTP/1.1\r\nHost: other.test\r\n\r\n", "GET / HTTP/1.1", "abs.test")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n", "OPTIONS * HTTP/1.1", "a.test")]
    [InlineData("GET /a/./b/../c HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /a/c HTTP/1.1", "a.test")]
    [InlineData("\r\nGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /x HTTP/1.1", "a.test")]
    [InlineData("GET /x HTTP/1.2\r\nHost: a.test\r\n\r\n", "GET /x HTTP/1.1", "a.test")]
    public async Task Targets_are_forwarded_in_origin_form(string request, string line, string host)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);

        Assert.Equal(200, (await proxy.AskAsync(request)).Status);

        Assert.Equal((line, host), (origin.Requests[0].Head.FirstLine, origin.Requests[0]["Host"]));
    }

    [Theory]
    [InlineData("OPTIONS *", "Max-Forwards: 7\r\n", "6")]
    [InlineData("OPTIONS /x", "Max-Forwards: 01\r\n", "0")]
    [InlineData("OPTIONS /x", "Max-Forwards: seven\r\n", "seven")]
    [InlineData("OPTIONS /x", "", null)]
    [InlineData("GET /x", "Max-Forwards: 0\r\n", "0")]
    public async Task Max_Forwards_counts_down_for_OPTIONS(string line, string field, string? forwarded)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);

        Assert.Equal("hello\n", (await proxy.AskAsync($"{line} HTTP/1.1\r\nHost: a.test\r\n{field}\r\n")).Text);

        Assert.Equal(forwarded, origin.Requests[0]["Max-Forwards"]);
    }

    [Fact]
    public async Task An_OPTIONS_that_may_go_no_further_is_answered_here()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n");

        Assert.Equal((200, "0"), (response.Status, response["Content-Length"]));
        Assert.Contains("OPTIONS", response["Allow"], System.StringComparison.Ordinal);
        Assert.Null((await client.GetAsync())["Allow"]);
        Assert.Equal("GET", Assert.Single(origin.Requests).Method);
        Assert.Equal(Resilience.Outcome.AnsweredHere, (await proxy.EndedAsync(2))[0].Outcome);
    }

    [Fact]
    public async Task Limits_on_heads_have_their_statuses()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings with { Limits = settings.Limits with { RequestLineBytesMax = 512, RequestHeadBytesMax = 1024, RequestFieldsMax = 5, RequestBodyBytesMax = 10 } }, origin);

        Assert.Equal(414, (await proxy.AskAsync($"GET /{new string('a', 600)} HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(431, (await proxy.AskAsync($"GET / HTTP/1.1\r\nHost: a.test\r\nX: {new string('a', 1100)}\r\n\r\n")).Status);
        Assert.Equal(431, (await proxy.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n")).Status);
        Assert.Equal(413, (await proxy.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 11\r\n\r\n")).Status);
        Assert.Empty(origin.Requests);
        Assert.Equal(413, (await proxy.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n")).Status);
        Assert.Empty(origin.Requests);
        Assert.Equal(200, (await proxy.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\n0123456789")).Status);
    }
}
