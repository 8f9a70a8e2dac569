using System.Collections.Concurrent;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.HttpClients.Tests;

/// <summary>No place stays free while somebody waits for it.</summary>
public sealed class WaitingLineTests
{
    private readonly WaitingLine _line = new();

    [Fact]
    public void The_first_is_woken_first_and_nobody_twice_for_two_places()
    {
        var waiters = Join(3);

        _line.Wake();
        Assert.Equal([true, false, false], waiters.Select(static waiter => waiter.IsWoken));
        _line.Wake();
        Assert.Equal([true, true, false], waiters.Select(static waiter => waiter.IsWoken));
    }

    [Fact]
    public void Who_leaves_woken_wakes_the_next()
    {
        var waiters = Join(3);

        _line.Wake();
        _line.Leave(waiters[0]);
        Assert.Equal([true, false], waiters[1..].Select(static waiter => waiter.IsWoken));
        _line.Rearm(waiters[1]);
        _line.Leave(waiters[1]);                                      // it took the place
        Assert.False(waiters[2].IsWoken);
        Assert.Equal(1, _line.Length);
    }

    [Fact]
    public void Who_cannot_use_a_place_passes_it_on_and_keeps_its_own_in_the_line()
    {
        var waiters = Join(3);

        _line.Wake();
        Assert.True(_line.Rearm(waiters[0]));
        _line.PassOn(waiters[0]);
        Assert.Equal([false, true, false], waiters.Select(static waiter => waiter.IsWoken));
        _line.Wake();
        Assert.Equal([true, true, false], waiters.Select(static waiter => waiter.IsWoken));
    }

    [Fact]
    public void All_are_woken_at_once()
    {
        var waiters = Join(3);
        _line.WakeAll();
        Assert.All(waiters, static waiter => Assert.True(waiter.IsWoken));
    }

    [Fact]
    public void A_line_has_an_end()
    {
        Join(2);
        Assert.Null(_line.Join(lengthMax: 2));
        Assert.NotNull(_line.Join(lengthMax: 3));
        Assert.Null(new WaitingLine().Join(lengthMax: 0));
    }

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

    private WaitingLine.Waiter[] Join(int count) => [.. Enumerable.Range(0, count).Select(_ => _line.Join(lengthMax: 10)!)];

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
