using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace Fairlead.HttpClients.Tests;

/// <summary>Balanced clients of IHttpClientFactory.</summary>
public sealed class FactoryTests
{
    [Fact]
    public async Task Each_client_has_backends_of_its_own()
    {
        await using var orders = TestOrigin.Start(Answers.Ok("orders"));
        await using var prices = TestOrigin.Start(Answers.Ok("prices"));
        var services = new ServiceCollection();
        services.AddHttpClient("orders").AddFairlead(options => options.Add(orders.Address));
        services.AddHttpClient("prices").AddFairlead(options => options.Add(prices.Address));
        services.AddHttpClient("plain");
        await using var provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();

        Assert.Equal("orders", await clients.CreateClient("orders").GetStringAsync("http://any/"));
        Assert.Equal("prices", await clients.CreateClient("prices").GetStringAsync("http://any/"));
        Assert.Equal("prices", await clients.CreateClient("plain").GetStringAsync($"http://{prices.Address}/"));
    }

    [Fact]
    public async Task State_outlives_the_handlers()
    {
        await using var one = TestOrigin.Start();
        await using var two = TestOrigin.Start();
        await using var three = TestOrigin.Start();
        var handlers = 0;
        var services = new ServiceCollection();
        services.AddHttpClient("orders")
            .SetHandlerLifetime(TimeSpan.FromSeconds(1))              // the shortest there is
            .ConfigurePrimaryHttpMessageHandler(() =>
            {
                Interlocked.Increment(ref handlers);
                return new SocketsHttpHandler();
            })
            .AddFairlead(options => options.Add(one.Address).Add(two.Address).Add(three.Address));
        await using var provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();

        var asked = 0;
        await Eventually.True(
            async () =>
            {
                await clients.CreateClient("orders").GetStringAsync("http://orders/");
                asked++;
                return Volatile.Read(ref handlers) >= 2;
            },
            "another handler");

        // The first request through the second handler was the rotation's next: the cycle did not begin again.
        int[] expected = [(asked + 2) / 3, (asked + 1) / 3, asked / 3];
        Assert.Equal(expected, TestOrigin.Counts(one, two, three));
    }

    [Fact]
    public async Task Backends_are_replaced_through_the_container()
    {
        await using var before = TestOrigin.Start(Answers.Ok("before"));
        await using var after = TestOrigin.Start(Answers.Ok("after"));
        var services = new ServiceCollection();
        services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/")).AddFairlead(options => options.Add(before.Address));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.Equal("before", await client.GetStringAsync("/"));
        provider.GetRequiredKeyedService<FairleadBalancer>("orders").Update([HttpBackend.At(after.Address)]);

        Assert.Equal("after", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Below_the_standard_resilience_handler_each_attempt_picks_again()
    {
        using var dead = new DeadPort();
        await using var failing = TestOrigin.Start(Answers.Status(503));
        await using var alive = TestOrigin.Start();
        var services = new ServiceCollection();
        var client = services.AddHttpClient("orders");
        client.AddStandardResilienceHandler(static options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.Retry.BackoffType = DelayBackoffType.Constant;
        });
        client.AddFairlead(options =>
        {
            options.Add(dead.Address).Add(failing.Address).Add(alive.Address);
            options.Policy = new PolicySettings.First();              // it would choose the dead one each time
            options.Outliers = null;
        });
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("hello\n", await provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetStringAsync("http://orders/"));
        Assert.Equal([1, 1], TestOrigin.Counts(failing, alive));
    }

    [Fact]
    public async Task An_attempt_cut_off_by_the_resilience_handler_goes_on_elsewhere()
    {
        await using var hung = TestOrigin.Start(Answers.Never);
        await using var alive = TestOrigin.Start();
        var services = new ServiceCollection();
        var client = services.AddHttpClient("orders");
        client.AddStandardResilienceHandler(static options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(1);        // more than a busy machine takes to answer
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });
        client.AddFairlead(options =>
        {
            options.Add(hung.Address).Add(alive.Address);
            options.Policy = new PolicySettings.First();
            options.CancelledFailsAfter = TimeSpan.FromMilliseconds(500);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1 };
        });
        await using var provider = services.BuildServiceProvider();
        var orders = provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        Assert.Equal("hello\n", await orders.GetStringAsync("http://orders/"));
        var backends = provider.GetRequiredKeyedService<FairleadBalancer>("orders").Backends;
        Assert.True(backends[0].EjectedFor > TimeSpan.Zero);
        await orders.Ask(3, "http://orders/");
        Assert.Equal([1, 4], TestOrigin.Counts(hung, alive));
    }

    [Fact]
    public async Task The_containers_clock_is_used_and_services_are_at_hand()
    {
        await using var origin = TestOrigin.Start(Answers.Status(500));
        await using var spare = TestOrigin.Start();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(new Addresses([origin.Address, spare.Address]));
        services.AddHttpClient("orders").AddFairlead((provider, options) =>
        {
            foreach (var address in provider.GetRequiredService<Addresses>().All)
                options.Add(address);
            options.Outliers = FairleadOptions.DefaultOutliers with { Consecutive5xx = 1 };
        });
        await using var provider = services.BuildServiceProvider();
        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync("http://orders/");
        var balancer = provider.GetRequiredKeyedService<FairleadBalancer>("orders");

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(TimeSpan.FromSeconds(1), balancer.Backends[0].EjectedFor);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, balancer.Backends[0].EjectedFor);
    }

    [Fact]
    public void A_client_is_balanced_once_and_by_name()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("orders").AddFairlead(static _ => { });

        var twice = Assert.Throws<InvalidOperationException>(() => services.AddHttpClient("orders").AddFairlead(static _ => { }));
        Assert.Equal("The client 'orders' is balanced already.", twice.Message);
        Assert.Throws<InvalidOperationException>(() => services.ConfigureHttpClientDefaults(static defaults => defaults.AddFairlead(static _ => { })));
    }

    private sealed record Addresses(string[] All);
}
