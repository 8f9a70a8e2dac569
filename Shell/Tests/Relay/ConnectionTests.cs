using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>How long connections live, on both sides (RFC 9112 §9).</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Connections_are_kept_and_used_again_on_both_sides()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);

        for (var i = 0; i < 3; i++)
        {
            await using var client = await proxy.ConnectAsync();
            for (var j = 0; j < 5; j++)
                Assert.Equal(200, (await client.GetAsync()).Status);
            await proxy.EndedAsync(5 * (i + 1));
        }

        Assert.Equal(15, origin.Requests.Count);
        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var origin = TestOrigin.Start(static exchange => Answers.Ok(exchange.Request.Target + System.Text.Encoding.ASCII.GetString(exchange.Request.Body))(exchange));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(string.Concat(Enumerable.Range(0, 20).Select(static i =>
            i % 2 == 0 ? $"GET /{i} HTTP/1.1\r\nHost: a.test\r\n\r\n" : $"POST /{i} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc")));
        var answers = new List<string>();
        for (var i = 0; i < 20; i++)
            answers.Add((await client.ResponseAsync()).Text);

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => i % 2 == 0 ? $"/{i}" : $"/{i}abc"), answers);
    }

    [Fact]
    public async Task A_request_that_arrives_byte_by_byte_is_the_same_request()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        foreach (var character in "POST /slow HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            await client.SendAsync(character.ToString());

        Assert.Equal(200, (await client.ResponseAsync()).Status);
        Assert.Equal("abc"u8.ToArray(), origin.Requests[0].Body);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: x, CLOSE\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", true)]
    public async Task The_client_says_whether_its_connection_lives_and_the_backends_one_always_does(string request, bool lives)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync(request);

        Assert.Equal(200, response.Status);
        if (lives)
            Assert.Equal(200, (await client.AskAsync(request)).Status);
        else
            Assert.True(await client.IsClosedByPeerAsync());
        Assert.DoesNotContain("close", origin.Requests[0].Head.All("Connection"));
        Assert.Equal(200, (await proxy.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task An_HTTP_1_0_client_gets_a_body_without_chunks()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        Assert.Equal(("hello", null, null), (response.Text, response["Transfer-Encoding"], response["Content-Length"]));
        Assert.Equal("HTTP/1.1", origin.Requests[0].Head.FirstLine.Split(' ')[2]);
        Assert.NotEmpty(origin.Requests[0]["Host"]!);
    }

    [Theory]
    [InlineData("Connection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("Content-Length: 2\r\n\r\nhi and more")]
    public async Task A_backend_that_closes_or_says_too_much_is_not_used_again(string rest)
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\n" + rest));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await client.GetAsync()).Status);

        Assert.Equal(3, origin.Connections);
    }

    [Fact]
    public async Task A_pooled_connection_that_was_closed_meanwhile_is_noticed_before_it_is_used()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await client.AskAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\nx")).Status);
            origin.CloseConnections();
            await Eventually.True(() => origin.OpenConnections == 0, "the backend's connections to be closed");
        }
    }

    [Theory]
    [InlineData("GET", 200, 3)]
    [InlineData("POST", 502, 2)]
    public async Task A_connection_that_dies_under_a_request_is_tried_again_only_when_that_is_safe(string method, int status, int requests)
    {
        var served = 0;
        await using var origin = TestOrigin.Start(exchange =>
        {
            if (System.Threading.Interlocked.Increment(ref served) != 2)
                return Answers.Ok("ok")(exchange);
            exchange.Close();                                         // the second request of this connection meets a backend that just gave up on it
            return Task.CompletedTask;
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.GetAsync();

        var response = await client.AskAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n{(method == "POST" ? "Content-Length: 0\r\n" : "")}\r\n");

        Assert.Equal(status, response.Status);
        Assert.Equal(requests, origin.Requests.Count);
    }

    [Fact]
    public async Task A_client_that_leaves_lets_go_of_the_backend()
    {
        var gone = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            try
            {
                while (true)
                    await exchange.SendAsync(new byte[64 * 1024]);
            }
            catch (IOException)
            {
                gone.SetResult();
                throw;
            }
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await client.HeadAsync();

        client.Reset();

        await gone.Task.Within(what: "the backend to be let go");
        Assert.Equal(Outcome.ClientGone, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_leaves_no_whole_request_behind()
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nonly this");
        await Eventually.True(() => origin.Connections == 1, "the request to begin");

        client.Reset();

        await Eventually.True(() => origin.BrokenRequests == 1, "the request to be broken off");
        Assert.Equal(Outcome.ClientGone, (await proxy.EndedAsync(1))[0].Outcome);
        Assert.Empty(origin.Requests);
    }

    [Fact]
    public async Task An_answer_before_the_end_of_the_request_is_relayed_and_the_connection_closes()
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop"));
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000\r\n\r\nbeginning");

        Assert.Equal((413, "stop", "close"), (response.Status, response.Text, response["Connection"]));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("ICY 200 OK\r\n\r\n")]
    [InlineData("hello\r\n\r\n")]
    [InlineData("")]
    public async Task A_response_that_cannot_be_trusted_is_502(string response)
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose(response));
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.GetAsync()).Status);
        origin.Answer = Answers.Ok("well");
        Assert.Equal("well", (await client.GetAsync()).Text);
    }
}
