using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;

namespace Fairlead.Shell.Tests.Relay;

/// <content>Requests with a body.</content>
public sealed partial class RetryTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(40_000, false)]
    [InlineData(64 * 1024, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(40_000, true)]
    [InlineData(64 * 1024, true)]
    public async Task A_body_is_repeated_byte_by_byte(int length, bool isChunked)
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503), busy, other);
        var body = RandomNumberGenerator.GetBytes(length);

        Assert.Equal(200, (await PutAsync(proxy, body, isChunked)).Status);

        Assert.Equal(body, busy.Requests.Single().Body);
        Assert.Equal(body, other.Requests.Single().Body);
    }

    [Theory]
    [InlineData(64 * 1024, 64 * 1024 + 1, false)]
    [InlineData(64 * 1024, 64 * 1024 + 1, true)]
    [InlineData(0, 1, false)]
    [InlineData(0, 1, true)]
    public async Task A_body_that_is_longer_than_the_buffer_is_not_repeated(int buffer, int length, bool isChunked)
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503 with { BodyBufferBytesMax = buffer }), busy, other);

        var response = await PutAsync(proxy, RandomNumberGenerator.GetBytes(length), isChunked);

        Assert.Equal((503, "busy"), (response.Status, response.Head["X-From"]));
        Assert.Equal([1, 0], TestOrigin.Counts(busy, other));
    }

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\nbo", "dy")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n", "2\r\ndy\r\n0\r\n\r\n")]
    public async Task The_rest_of_a_body_whose_backend_broke_off_goes_to_another_with_what_had_come(string begin, string rest)
    {
        await using var broken = TestOrigin.Start(Resets);
        broken.ReadsBodies = false;
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(Two with { OnReset = true }), broken, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\n" + begin);
        await Eventually.True(() => broken.Requests.Count == 1 && broken.OpenConnections == 0, "the first backend to break off");
        Assert.Equal(200, (await client.AskAsync(rest)).Status);

        Assert.Equal("body"u8, other.Requests.Single().Body);
        Assert.Equal(200, (await client.AskAsync(Get)).Status);
    }

    [Fact]
    public async Task The_rest_of_a_body_is_not_waited_for_beyond_the_total()
    {
        await using var broken = TestOrigin.Start(Resets);
        broken.ReadsBodies = false;
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(
            settings => With(Two with { OnReset = true })(settings).WithUpstream(static upstream => upstream with { Timeouts = upstream.Timeouts with { Total = TimeSpan.FromMilliseconds(300) } }), broken, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbo");
        Assert.Equal(504, (await client.ResponseAsync()).Status);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_connection_that_is_kept_after_a_failure_is_kept_whenever_the_rest_of_the_body_comes()
    {
        await using var origin = TestOrigin.Start(static exchange => (exchange.Request.Method == "POST" ? Resets : Answers.Ok("next"))(exchange));
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(With(Two), origin);
        for (var i = 0; i < 300; i++)
        {
            await using var client = await proxy.ConnectAsync();
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 8\r\n\r\n");
            foreach (var piece in "whatever")
                await client.SendAsync(piece.ToString());
            var failed = await client.ResponseAsync();
            Assert.Equal(502, failed.Status);
            if (failed["Connection"] is null)
                Assert.Equal("next", (await client.AskAsync(Get)).Text);
        }
    }

    [Fact]
    public async Task A_response_to_a_body_that_is_still_coming_is_passed_on()
    {
        await using var busy = TestOrigin.Start(Busy);
        busy.ReadsBodies = false;
        await using var other = TestOrigin.Start();
        await using var proxy = await TestProxy.StartAsync(With(On503), busy, other);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbo");
        Assert.Equal(503, (await client.ResponseAsync()).Status);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task What_a_dead_reused_connection_swallowed_is_repeated_with_its_body()
    {
        var served = 0;
        await using var origin = TestOrigin.Start(exchange => ++served == 2 ? Closes(exchange) : Answers.Ok("ok")(exchange));
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), origin);
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal(200, (await client.AskAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbody")).Status);
        Assert.Equal(["GET:", "PUT:body", "PUT:body"], origin.Requests.Select(static request => request.Method + ":" + Encoding.Latin1.GetString(request.Body)));
    }
}
