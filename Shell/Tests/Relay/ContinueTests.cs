using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <summary>Informational responses and Expect: 100-continue (RFC 9110 §10.1.1, §15.2).</summary>
public sealed class ContinueTests
{
    private const string Expecting = "PUT / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

    [Fact]
    public async Task The_backend_says_continue_and_then_gets_the_body()
    {
        await using var origin = TestOrigin.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await Answers.Ok(System.Text.Encoding.ASCII.GetString(await exchange.ReadBodyAsync()))(exchange);
        });
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(Expecting);
        Assert.Equal("HTTP/1.1 100 Continue", (await client.HeadAsync()).FirstLine);
        await client.SendAsync("body");
        Assert.Equal("body", (await client.ResponseAsync()).Text);

        Assert.Equal("100-continue", origin.Requests[0]["Expect"]);
        Assert.Equal(200, (await client.AskAsync(Expecting + "more")).Status);   // and the connection lives on
    }

    [Fact]
    public async Task A_final_answer_instead_of_continue_is_relayed_and_the_connection_closes()
    {
        await using var origin = TestOrigin.Start(Answers.Status(417));
        origin.ReadsBodies = false;
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.AskAsync(Expecting);

        Assert.Equal((417, "close"), (response.Status, response["Connection"]));
        Assert.True(await client.IsClosedByPeerAsync());
    }

    [Fact]
    public async Task Early_hints_are_relayed_before_the_answer()
    {
        await using var origin = TestOrigin.Start(Answers.Raw(
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();

        var response = await client.GetAsync();

        Assert.Equal(["</a.css>", "</b.css>"], response.Informational.Select(static head => head["Link"]!));
        Assert.Equal("hi", response.Text);
    }

    [Fact]
    public async Task An_HTTP_1_0_client_sees_no_informational_response()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        await using var proxy = await TestProxy.StartAsync(origin);

        var response = await proxy.AskAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");

        Assert.Empty(response.Informational);
        Assert.Equal("hi", response.Text);
    }

    [Fact]
    public async Task An_unasked_switch_of_protocols_is_a_bad_response()
    {
        await using var origin = TestOrigin.Start(Answers.Raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"));
        await using var proxy = await TestProxy.StartAsync(static settings => settings.WithRetryOff(), origin);

        Assert.Equal(502, (await proxy.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
    }
}
