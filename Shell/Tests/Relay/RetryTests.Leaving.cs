using System.Threading.Tasks;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Relay;

/// <content>Clients that leave meanwhile.</content>
public sealed partial class RetryTests
{
    [Fact]
    public async Task A_client_that_breaks_off_ends_the_attempt()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Get);
        await Eventually.True(() => origin.Requests.Count == 1, "the request to arrive");

        client.Reset();

        Assert.Equal(new Ended(0, Outcome.ClientGone, $"{origin.Address}:client-gone"), (await proxy.EndedAsync(1))[0]);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
    }

    [Fact]
    public async Task A_client_that_closes_ends_the_attempt()
    {
        await using var origin = TestOrigin.Start(Answers.Never);
        await using var proxy = await TestProxy.StartAsync(origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Get + Get);
        await Eventually.True(() => origin.Requests.Count == 1, "the request to arrive");

        client.ShutdownSend();

        Assert.Equal(new Ended(0, Outcome.ClientGone, $"{origin.Address}:client-gone"), (await proxy.EndedAsync(1))[0]);
        await Eventually.True(() => origin.OpenConnections == 0, "the backend's connection to be closed");
        Assert.Single(origin.Requests);
    }

    [Fact]
    public async Task A_client_that_only_sends_no_more_gets_its_response_where_that_is_wanted()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("hello\n")));
        await using var proxy = await TestProxy.StartAsync(
            static settings => settings.WithHalfClosedServed(), origin);
        await using var client = await proxy.ConnectAsync();
        await client.SendAsync(Get);
        await Eventually.True(() => origin.Requests.Count == 1, "the request to arrive");

        client.ShutdownSend();
        Assert.Equal(200, (await proxy.AskAsync("OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n")).Status);   // the proxy has been at work since
        gate.SetResult();

        Assert.Equal(200, (await client.ResponseAsync()).Status);
    }
}
