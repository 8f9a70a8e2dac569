using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.HttpClients.Tests;

/// <summary>Clients of origins of our own.</summary>
internal static class Clients
{
    public static FairleadBalancer BalancerOf(Action<FairleadOptions> configure)
    {
        var options = new FairleadOptions();
        configure(options);
        return new FairleadBalancer(options);
    }

    /// <summary>A client without container: the balancer, its handler, sockets.</summary>
    public static HttpClient ClientOf(FairleadBalancer balancer, HttpMessageHandler? inner = null) =>
        new(new FairleadHandler(balancer, inner ?? new SocketsHttpHandler())) { BaseAddress = new Uri("http://orders/"), Timeout = Deadlines.Patience };

    public static HttpClient ClientOf(Action<FairleadOptions> configure) => ClientOf(BalancerOf(configure));

    public static async Task Ask(this HttpClient client, int times, string path = "/")
    {
        for (var i = 0; i < times; i++)
            await client.GetStringAsync(path);
    }

    /// <summary>Whether it was answered, and how.</summary>
    public static async Task<string> Outcome(this HttpClient client, string path = "/")
    {
        try
        {
            using var response = await client.GetAsync(path);
            return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
    }

    public static async Task<IReadOnlyList<string>> Outcomes(this HttpClient client, int times)
    {
        var outcomes = new List<string>();
        for (var i = 0; i < times; i++)
            outcomes.Add(await client.Outcome());
        return outcomes;
    }
}

/// <summary>The simplest thing that tries again: the same request, up to three times.</summary>
internal sealed class Retrying(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public List<Uri?> Seen { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            Seen.Add(request.RequestUri);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (attempt < 3)
            {
            }
        }
    }
}
