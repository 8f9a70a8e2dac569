using System;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Bodies arrive as they were sent, in either framing and either direction (RFC 9112 §6, §7).</summary>
public sealed class BodyTests
{
    private const int TenMebibytes = 10 * 1024 * 1024;

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\nhello world", "Content-Length")]
    [InlineData("Content-Length: 0\r\n\r\n", "Content-Length")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=\"1\"\r\n world\r\n0\r\n\r\n", "Transfer-Encoding")]
    [InlineData("Transfer-Encoding: Chunked\r\n\r\n000b\r\nhello world\r\n0\r\nX-Trailer: dropped\r\n\r\n", "Transfer-Encoding")]
    public async Task A_request_body_keeps_its_framing_and_bytes(string rest, string framing)
    {
        await using var origin = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await client.AskAsync("POST /p HTTP/1.1\r\nHost: a.test\r\n" + rest)).Status);

        Assert.Equal(3, origin.Requests.Count);
        Assert.All(origin.Requests, request =>
        {
            Assert.Equal(rest.Contains("hello", StringComparison.Ordinal) ? "hello world" : "", Encoding.ASCII.GetString(request.Body));
            Assert.NotNull(request[framing]);
        });
        Assert.Equal(1, origin.Connections);
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\nhello world")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n")]
    public async Task A_response_body_keeps_its_bytes_and_the_connections_live_on(string rest)
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 Fine\r\n" + rest));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            var response = await client.GetAsync();
            Assert.Equal((200, "hello world", "HTTP/1.1 200 Fine"), (response.Status, response.Text, response.Head.FirstLine));
            Assert.Empty(response.Trailers);
        }

        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task Trailers_reach_a_client_that_asked_for_them()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 42\r\nSet-Cookie: a=b\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.GetAsync(fields: "TE: trailers\r\nConnection: TE\r\n");

        Assert.Equal("hi", response.Text);
        Assert.Equal(["X-Sum: 42"], response.Trailers);
        Assert.Equal(200, (await client.GetAsync()).Status);
    }

    [Fact]
    public async Task Trailers_that_would_frame_or_were_nominated_are_dropped_and_the_response_is_whole()
    {
        await using var origin = TestOrigin.Start(Answers.Raw(
            "HTTP/1.1 200 OK\r\nConnection: x-hop, keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" +
            "Content-Length: 5\r\nX-Hop: 1\r\nX-Sum: 42\r\nTransfer-Encoding: chunked\r\nHost: b.test\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.GetAsync(fields: "TE: trailers\r\nConnection: TE\r\n");

        Assert.Equal("hi", response.Text);
        Assert.Equal(["X-Sum: 42"], response.Trailers);
        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task A_truncated_body_that_would_end_with_the_connection_ends_in_a_reset()
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ntruncated\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
        Assert.Null((await client.HeadAsync())["Content-Length"]);

        await Assert.ThrowsAsync<System.IO.IOException>(() => client.ToEndAsync());
        Assert.Equal(Resilience.Outcome.ResponseTruncated, (await proxy.EndedAsync(1))[0].Outcome);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_connection_becomes_chunked_and_the_client_keeps_its_connection()
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            var response = await client.GetAsync();
            Assert.Equal(("until the end", "chunked"), (response.Text, response["Transfer-Encoding"]));
        }

        Assert.Equal(2, origin.Connections);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nshort")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")]
    public async Task A_truncated_response_is_seen_to_be_truncated(string rest)
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\n" + rest));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await Assert.ThrowsAnyAsync<System.IO.IOException>(() => client.GetAsync());
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nno field\r\n\r\n")]
    public async Task A_response_that_is_malformed_before_any_of_it_was_sent_on_is_a_502(string rest)
    {
        await using var origin = TestOrigin.Start(Answers.RawThenClose("HTTP/1.1 200 OK\r\n" + rest));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.GetAsync()).Status);
        Assert.Equal(502, (await client.GetAsync()).Status);          // the client's connection lives on
        Assert.Equal(2, origin.Connections);
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(204, "Content-Length: 5\r\n")]
    [InlineData(304, "Content-Length: 5\r\nETag: \"x\"\r\n")]
    public async Task Statuses_without_a_body_have_none_whatever_the_fields_say(int status, string fields)
    {
        await using var origin = TestOrigin.Start(Answers.Raw($"HTTP/1.1 {status} X\r\n{fields}\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            var response = await client.GetAsync();
            Assert.Equal(status, response.Status);
            Assert.Null(response["Transfer-Encoding"]);
            if (status == 204)
                Assert.Null(response["Content-Length"]);
        }

        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task The_answer_to_HEAD_keeps_its_length_and_has_no_body()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        for (var i = 0; i < 2; i++)
            Assert.Equal("12345", (await client.AskAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n"))["Content-Length"]);

        Assert.Equal("HEAD", origin.Requests[0].Method);
        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task Ten_mebibytes_pass_in_both_directions()
    {
        var bytes = new byte[TenMebibytes];
        new Random(7).NextBytes(bytes);
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {exchange.Request.Body.Length}\r\n\r\n");
            await exchange.SendAsync(exchange.Request.Body);
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync($"PUT /big HTTP/1.1\r\nHost: a.test\r\nContent-Length: {bytes.Length}\r\n\r\n");
        await client.SendAsync(bytes);
        var response = await client.ResponseAsync();

        Assert.True(response.Body.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_backend_back()
    {
        var sent = 0;
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {TenMebibytes * 10}\r\n\r\n");
            var chunk = new byte[64 * 1024];
            for (; sent < TenMebibytes * 10; sent += chunk.Length)
                await exchange.SendAsync(chunk);
        });
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await client.HeadAsync();

        var held = await StandsStillAsync(() => sent);

        Assert.InRange(held, 1, TenMebibytes * 10 - 1);               // what sockets hold, far from everything
        for (var read = 0; read < TenMebibytes * 10; read += 1024 * 1024)
            await client.ExactlyAsync(1024 * 1024);
        await Eventually.True(() => sent == TenMebibytes * 10, "the backend to finish");
    }

    [Fact]
    public async Task A_backend_that_does_not_read_holds_the_client_back()
    {
        var gate = new TaskCompletionSource();
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await gate.Task.Within();
            await Answers.Ok((await exchange.ReadBodyAsync()).Length.ToString(System.Globalization.CultureInfo.InvariantCulture))(exchange);
        });
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync($"PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {TenMebibytes * 10}\r\n\r\n");

        var sent = 0;
        var chunk = new byte[64 * 1024];
        var sending = Task.Run(async () =>
        {
            for (; sent < TenMebibytes * 10; sent += chunk.Length)
                await client.SendAsync(chunk);
        });
        var held = await StandsStillAsync(() => sent);
        gate.SetResult();
        await sending.Within(what: "the body to be taken");

        Assert.InRange(held, 0, TenMebibytes * 10 - 1);
        Assert.Equal((TenMebibytes * 10).ToString(System.Globalization.CultureInfo.InvariantCulture), (await client.ResponseAsync()).Text);
    }

    /// <summary>The value at which a counter has not moved for a while.</summary>
    private static async Task<int> StandsStillAsync(Func<int> counter)
    {
        var (last, since) = (-1, 0L);
        await Eventually.True(
            () =>
            {
                var now = counter();
                if (now != last || since == 0)
                    (last, since) = (now, Environment.TickCount64);
                return Environment.TickCount64 - since > 300;
            },
            "a counter to stand still");
        return last;
    }
}
