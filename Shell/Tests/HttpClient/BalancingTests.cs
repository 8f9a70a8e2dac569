using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.HttpClients.Tests;

/// <summary>Whom a request goes to, and what it looks like there and here.</summary>
public sealed partial class BalancingTests
{
    [Fact]
    public async Task Requests_are_shared_by_weight()
    {
        await using var one = TestOrigin.Start();
        await using var two = TestOrigin.Start();
        await using var idle = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(one.Address, weight: 3).Add(two.Address).Add(idle.Address, weight: 0));

        await client.Ask(40);

        Assert.Equal([30, 10, 0], TestOrigin.Counts(one, two, idle));
    }

    [Fact]
    public async Task A_synchronous_request_is_balanced_too()
    {
        await using var one = TestOrigin.Start();
        await using var two = TestOrigin.Start();
        var balancer = Clients.BalancerOf(options => options.Add(one.Address).Add(two.Address));
        using var client = Clients.ClientOf(balancer);

        for (var i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            using var response = client.Send(request);
            using var body = new System.IO.StreamReader(response.Content.ReadAsStream());
            Assert.Equal("hello\n", await body.ReadToEndAsync());
        }

        Assert.Equal([2, 2], TestOrigin.Counts(one, two));
        Assert.All(balancer.Backends, static backend => Assert.Equal(0, backend.InFlight));
    }

    [Fact]
    public async Task A_backend_gets_the_path_query_and_body_of_the_request_and_its_own_name_as_Host()
    {
        await using var origin = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(origin.Address));

        using var response = await client.PostAsync("/a%2Fb/c?d=%20e&f", new StringContent("some body"));

        var received = Assert.Single(origin.Requests);
        Assert.Equal(("/a%2Fb/c?d=%20e&f", origin.Address, "some body"), (received.Target, received["Host"], System.Text.Encoding.ASCII.GetString(received.Body)));
    }

    [Fact]
    public async Task The_host_can_stay_that_of_the_request()
    {
        await using var origin = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(origin.Address).HostHeader = HostHeader.Original);

        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders.example:81/");
        using var response = await client.SendAsync(request);
        await client.Ask(1);

        Assert.Equal(["orders.example:81", "orders"], origin.Requests.Select(static received => received["Host"]));
        Assert.Null(request.Headers.Host);
    }

    [Theory]
    [InlineData(HostHeader.Backend)]
    [InlineData(HostHeader.Original)]
    public async Task A_request_that_sets_its_own_host_keeps_it(HostHeader setting)
    {
        await using var origin = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(origin.Address).HostHeader = setting);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "mine.example" } };
        using var response = await client.SendAsync(request);

        Assert.Equal("mine.example", Assert.Single(origin.Requests)["Host"]);
        Assert.Equal("mine.example", request.Headers.Host);
    }

    [Fact]
    public async Task The_uri_is_the_requests_own_again_afterwards_and_the_backend_is_told_apart()
    {
        await using var origin = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(origin.Address));

        using var request = new HttpRequestMessage(HttpMethod.Get, "https://orders/7");
        using var response = await client.SendAsync(request);

        Assert.Equal(new Uri("https://orders/7"), request.RequestUri);
        Assert.Same(request, response.RequestMessage);
        Assert.True(request.Options.TryGetValue(FairleadHandler.BackendKey, out var backend));
        Assert.Equal(new Uri($"http://{origin.Address}"), backend);
    }

    [Fact]
    public async Task The_uri_is_the_requests_own_again_after_a_failure()
    {
        using var dead = new DeadPort();
        using var client = Clients.ClientOf(options => options.Add(dead.Address).HostHeader = HostHeader.Original);

        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/7");
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

        Assert.Equal(HttpRequestError.ConnectionError, failure.HttpRequestError);
        Assert.Equal(new Uri("http://orders/7"), request.RequestUri);
        Assert.Null(request.Headers.Host);
    }

    [Fact]
    public async Task A_request_tried_again_goes_to_a_backend_it_has_not_been_to()
    {
        using var dead = new DeadPort();
        using var deadToo = new DeadPort();
        await using var alive = TestOrigin.Start();
        // A hash policy would lead to the same backend again and again; the health of the backends is not looked at.
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(dead.Address).Add(alive.Address).Add(deadToo.Address);
            options.Policy = new PolicySettings.Rendezvous(new KeySource.Path());
            options.Outliers = null;
        });
        var retrying = new Retrying(new FairleadHandler(balancer, new SocketsHttpHandler()));
        using var client = new HttpClient(retrying);

        for (var i = 0; i < 30; i++)
            Assert.Equal("hello\n", await client.GetStringAsync($"http://orders/{i}"));

        Assert.Equal(30, alive.Requests.Count);
        Assert.InRange(retrying.Seen.Count, 31, 90);
        Assert.All(retrying.Seen, static uri => Assert.Equal("orders", uri!.Host));
    }

    [Fact]
    public async Task Once_a_request_has_been_everywhere_any_backend_but_the_last_will_do()
    {
        using var one = new DeadPort();
        using var two = new DeadPort();
        var balancer = Clients.BalancerOf(options =>
        {
            options.Add(one.Address).Add(two.Address);
            options.Policy = new PolicySettings.First();
            options.Outliers = null;
        });
        var dialled = new List<int>();
        var handler = new FairleadHandler(balancer, new Recorder(request => dialled.Add(request.RequestUri!.Port)));
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/");

        for (var i = 0; i < 5; i++)
            await invoker.SendAsync(request, default);

        Assert.Equal([one.Port, two.Port, one.Port, two.Port, one.Port], dialled);
    }

    [Fact]
    public async Task A_loop_around_the_client_with_fresh_requests_gets_past_a_dead_backend()
    {
        using var dead = new DeadPort();
        await using var alive = TestOrigin.Start();
        using var client = Clients.ClientOf(options => options.Add(dead.Address).Add(alive.Address));

        var outcomes = await client.Outcomes(2);

        Assert.Equal(["ConnectionError", "200"], outcomes);
    }

    [Fact]
    public async Task A_backend_over_tls_is_asked_for_by_its_own_name_or_by_the_requests()
    {
        using var certificates = new TestCertificates();
        await using var origin = TestOrigin.Start(certificate: certificates.Server("localhost"));
        await using var shared = TestOrigin.Start(certificate: certificates.Server("orders.example"));
        using var own = Clients.ClientOf(Clients.BalancerOf(options => options.Add($"https://localhost:{origin.Port}")), Trusting(certificates));
        using var original = Clients.ClientOf(
            Clients.BalancerOf(options => options.Add($"https://{shared.Address}").HostHeader = HostHeader.Original), Trusting(certificates));
        using var wrong = Clients.ClientOf(Clients.BalancerOf(options => options.Add($"https://{shared.Address}")), Trusting(certificates));

        Assert.Equal("hello\n", await own.GetStringAsync("http://orders/"));
        Assert.Equal("hello\n", await original.GetStringAsync("http://orders.example/"));
        Assert.Equal("SecureConnectionError", await wrong.Outcome());

        Assert.Equal("localhost", Assert.Single(origin.Requests).ServerName);
        Assert.Equal("orders.example", Assert.Single(shared.Requests).ServerName);
    }

    private static SocketsHttpHandler Trusting(TestCertificates certificates) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(certificates.AuthorityFile) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>Answers without a network.</summary>
    private sealed class Recorder(Action<HttpRequestMessage> seen) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
        {
            seen(request);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.OK));
        }
    }
}
