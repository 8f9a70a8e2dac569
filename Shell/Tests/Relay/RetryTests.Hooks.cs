using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;

namespace Fairlead.Shell.Tests.Relay;

/// <content>What hooks decide.</content>
public sealed partial class RetryTests
{
    [Fact]
    public async Task A_hook_may_drop_a_response_and_have_the_body_sent_again()
    {
        await using var busy = TestOrigin.Start(Busy);
        await using var other = TestOrigin.Start();
        await using var proxy = await HookedProxy<Unit>.StartAsync(new OneAfterTheOther(busy.Port, other.Port));
        await using var client = await proxy.ConnectAsync();

        Assert.Equal(200, (await client.AskAsync(Post)).Status);
        Assert.Equal(["body", "body"], busy.Requests.Concat(other.Requests).Select(static request => Encoding.Latin1.GetString(request.Body)));
    }

    private sealed class OneAfterTheOther(int first, int second) : ProxyHttp<Unit>
    {
        public override Unit NewContext() => Unit.Default;

        public override ValueTask<bool> RequestFilter(Session session, Unit context)
        {
            session.ReplayBytesMax = 4;
            return new(false);
        }

        public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(new HttpPeer(AddressOf(session.Attempts.Count == 0 ? first : second)));

        public override RetryDecision RetryResponse(Session session, HttpPeer peer, in AttemptReport report, Unit context) =>
            report.Status == 503 ? RetryDecision.OtherBackend : RetryDecision.GiveUp;
    }
}
