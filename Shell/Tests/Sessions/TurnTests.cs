using System.Linq;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Proxy.Sessions;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>A connection that never lets anybody wait gives up its thread now and then.</summary>
public sealed class TurnTests
{
    [Fact]
    public void A_turn_is_over_after_so_many_steps_without_a_wait()
    {
        var turn = new Turn(3);
        Assert.Equal(
            [false, false, true, false, false, true],
            new[] { false, false, false, false, false, false }.Select(waited => turn.IsOver(waited)));
    }

    [Fact]
    public void A_wait_begins_a_new_turn()
    {
        var turn = new Turn(3);
        Assert.Equal(
            [false, false, false, false, false, true, false],
            new[] { false, false, true, false, false, false, true }.Select(waited => turn.IsOver(waited)));
    }

    [Fact]
    public async Task Requests_that_came_together_are_answered_in_order_over_many_turns()
    {
        const int requests = 500;
        await using var proxy = await HookedProxy<Unit>.StartAsync(new LocalAnswers());
        await using var client = await proxy.ConnectAsync();

        await client.SendAsync(string.Concat(Enumerable.Range(0, requests).Select(static i => $"GET /{i} HTTP/1.1\r\nHost: a.test\r\n\r\n")));

        for (var i = 0; i < requests; i++)
            Assert.Equal($"/{i}", (await client.ResponseAsync()).Text);
    }

    private sealed class LocalAnswers : ProxyHttp<Unit>
    {
        public override Unit NewContext() => Unit.Default;

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Option<HttpPeer>.None);

        public override async ValueTask<bool> RequestFilter(Session session, Unit context)
        {
            await session.RespondAsync(404, session.Request.Path);
            return true;
        }
    }
}
