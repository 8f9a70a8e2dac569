using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.HttpClients.Tests;

/// <content>Whom a policy picks.</content>
public sealed partial class BalancingTests
{
    [Fact]
    public async Task A_field_of_the_request_leads_to_the_same_backend_each_time()
    {
        await using var one = TestOrigin.Start();
        await using var two = TestOrigin.Start();
        await using var three = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(one.Address).Add(two.Address).Add(three.Address).Policy =
            new PolicySettings.Ketama(new KeySource.Header("x-customer")));

        for (var i = 0; i < 90; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{i}") { Headers = { { "X-Customer", $"customer {i % 30}" } } };
            using var response = await client.SendAsync(request);
        }

        TestOrigin[] origins = [one, two, three];
        var homes = origins.SelectMany(static origin => origin.Requests.Select(static received => received["X-Customer"]).Distinct()).ToList();
        Assert.Equal(30, homes.Count);                                // no customer was at two backends
        Assert.True(origins.Count(static origin => origin.Requests.Count > 0) > 1);
        Assert.Equal(90, origins.Sum(static origin => origin.Requests.Count));
    }

    [Fact]
    public async Task A_key_of_the_callers_own_leads_to_the_same_backend_each_time()
    {
        await using var one = TestOrigin.Start();
        await using var two = TestOrigin.Start();
        var tenant = new HttpRequestOptionsKey<string>("tenant");
        using var client = Clients.ClientOf(options =>
        {
            options.Add(one.Address).Add(two.Address);
            options.Policy = new PolicySettings.SourceIpHash();
            options.Key = request => request.Options.TryGetValue(tenant, out var address) ? address : null;
        });

        for (var i = 0; i < 40; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{i % 20}");
            request.Options.Set(tenant, $"192.0.2.{i % 20}");
            using var response = await client.SendAsync(request);
        }

        Assert.All(one.Requests.Concat(two.Requests).GroupBy(static received => received.Target), static same => Assert.Equal(2, same.Count()));
        Assert.Empty(one.Requests.Select(static received => received.Target).Intersect(two.Requests.Select(static received => received.Target)));
        Assert.NotEmpty(one.Requests);
        Assert.NotEmpty(two.Requests);
    }

    [Fact]
    public async Task Least_requests_spares_a_backend_that_is_busy()
    {
        var gate = new TaskCompletionSource();
        await using var busy = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("late")));
        await using var quick = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(busy.Address).Add(quick.Address).Policy = new PolicySettings.LeastRequests());
        using var client = Clients.ClientOf(balancer);

        var early = new[] { client.GetStringAsync("/"), client.GetStringAsync("/") };   // one is stuck at the busy one
        await Eventually.True(() => TestOrigin.Counts(busy, quick) is [1, 1] && balancer.Backends[1].InFlight == 0, "one request at each backend");
        await client.Ask(20);

        Assert.Equal([1, 21], TestOrigin.Counts(busy, quick));
        gate.SetResult();
        await Task.WhenAll(early).Within();
        Assert.All(balancer.Backends, static backend => Assert.Equal(0, backend.InFlight));
    }

    [Fact]
    public async Task Peak_ewma_prefers_the_backend_that_was_quick_and_a_refusal_is_not_quick()
    {
        var gate = new TaskCompletionSource();
        await using var slow = TestOrigin.Start(Answers.After(gate.Task, Answers.Ok("late")));
        await using var quick = TestOrigin.Start();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(slow.Address).Add(quick.Address);
            options.Policy = new PolicySettings.PeakEwma(TimeSpan.FromMinutes(10));
            options.TimeProvider = time;
            options.Outliers = null;
        });
        using var client = Clients.ClientOf(balancer);
        var early = new[] { client.GetStringAsync("/"), client.GetStringAsync("/") };
        await Eventually.True(() => TestOrigin.Counts(slow, quick) is [1, 1] && balancer.Backends[1].InFlight == 0, "one request at each backend");
        time.Advance(TimeSpan.FromSeconds(2));                        // what the slow one takes
        gate.SetResult();
        await Task.WhenAll(early).Within();

        await client.Ask(10);
        Assert.Equal([1, 11], TestOrigin.Counts(slow, quick));

        quick.Answer = exchange =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            exchange.Reset();
            return Task.CompletedTask;
        };
        await client.Outcomes(1);
        await client.Ask(10);
        Assert.Equal([11, 12], TestOrigin.Counts(slow, quick));
    }

    [Fact]
    public async Task The_second_tier_serves_when_the_first_cannot()
    {
        await using var main = TestOrigin.Start(Answers.Status(500));
        await using var spare = TestOrigin.Start();
        using var client = Clients.ClientOf(options =>
        {
            options.Add(main.Address).Add(spare.Address, tier: 1);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 3 };
        });

        Assert.Equal(["500", "500", "500", "200", "200"], await client.Outcomes(5));
    }
}
