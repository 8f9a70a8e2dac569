using System.Collections.Concurrent;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.HttpClients.Tests;

/// <summary>No place stays free while somebody waits for it.</summary>
public sealed class WaitingLineTests
{
    [Fact]
    public async Task A_place_that_the_first_in_line_has_tried_already_goes_to_the_second()
    {
        using var held = new Held();
        var balancer = Clients.BalancerOf(static options =>
        {
            options.Add("a.example", inFlightMax: 1).Add("b.example", inFlightMax: 1);
            options.Policy = new PolicySettings.First();
        });
        using var invoker = new HttpMessageInvoker(new FairleadHandler(balancer, held));
        using var again = Request();
        var before = invoker.SendAsync(again, default);               // at a, and done
        held.Release("a.example");
        await before.Within();

        var atA = invoker.SendAsync(Request(), default);
        var atB = invoker.SendAsync(Request(), default);
        var first = invoker.SendAsync(again, default);                // wants b
        var second = invoker.SendAsync(Request(), default);
        Assert.Equal(2, balancer.Waiting);
        held.Release("a.example");
        await atA.Within();
        await Eventually.True(() => balancer.Waiting == 1 && held.Has("a.example"), "the second in line at a");
        Assert.False(first.IsCompleted);

        held.Release("a.example");
        await second.Within();
        held.Release("b.example");
        await atB.Within();
        await Eventually.True(() => held.Has("b.example"), "the first in line at b");
        held.Release("b.example");
        await first.Within();
        Assert.All(balancer.Backends, static backend => Assert.Equal(0, backend.InFlight));
    }

    private static HttpRequestMessage Request() => new(HttpMethod.Get, "http://orders/");

    /// <summary>Answers without a network, when it is told to.</summary>
    private sealed class Held : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<HttpResponseMessage>> _waiting = [];

        public bool Has(string host) => _waiting.ContainsKey(host);

        public void Release(string host)
        {
            Assert.True(_waiting.TryRemove(host, out var answer), $"nobody is at {host}");
            answer.SetResult(new HttpResponseMessage(System.Net.HttpStatusCode.NoContent));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _waiting.GetOrAdd(request.RequestUri!.Host, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
