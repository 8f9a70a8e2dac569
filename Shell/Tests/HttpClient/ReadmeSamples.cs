using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.HttpClients.Tests;

/// <summary>What the package's README shows, so that it compiles and does what it says.</summary>
public sealed class ReadmeSamples
{
    [Fact]
    public async Task A_client_of_the_factory_is_balanced_and_its_backends_are_replaced()
    {
        var services = new ServiceCollection();

        var orders = services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"));
        orders.AddStandardResilienceHandler();
        orders.AddFairlead(options => options                                   // last, so that each try picks another backend
            .Add("https://a.orders.example", weight: 3)
            .Add("https://b.orders.example", inFlightMax: 100)
            .Add("10.0.0.7:8080", tier: 1)                                      // plain HTTP; when the others cannot serve
            .Policy = new PolicySettings.PeakEwma(PolicySettings.PeakEwma.DefaultDecay));

        await using var provider = services.BuildServiceProvider();
        Assert.Equal(["https://a.orders.example/", "https://b.orders.example/", "http://10.0.0.7:8080/"], Uris(provider));

        provider.GetRequiredKeyedService<FairleadBalancer>("orders").Update([HttpBackend.At("10.0.0.2:8080"), HttpBackend.At("10.0.0.3:8080")]);
        Assert.Equal(["http://10.0.0.2:8080/", "http://10.0.0.3:8080/"], Uris(provider));
    }

    [Fact]
    public void A_client_is_balanced_without_a_container()
    {
        var balancer = new FairleadBalancer(new FairleadOptions { Policy = new PolicySettings.Ketama(new KeySource.Header("x-customer")) }
            .Add("10.0.0.1:8080").Add("10.0.0.2:8080"));
        using var client = new HttpClient(new FairleadHandler(balancer, new SocketsHttpHandler())) { BaseAddress = new Uri("http://orders/") };

        Assert.Equal(2, balancer.Backends.Count);
    }

    [Fact]
    public void Every_sample_of_the_readme_is_part_of_this_file_and_every_file_it_points_to_is_there()
    {
        var folder = Path.Combine(Repository.Root, "Shell/HttpClient");
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));
        var source = Squeezed(File.ReadAllText(Path.Combine(Repository.Root, "Shell/Tests/HttpClient/ReadmeSamples.cs")));
        var samples = Regex.Matches(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(static match => Squeezed(match.Groups[1].Value)).ToList();
        var links = Regex.Matches(readme, @"\]\((?!https?:|#)([^)#]+)").Select(static match => match.Groups[1].Value).ToList();

        Assert.Equal(3, samples.Count);
        Assert.All(samples, sample => Assert.Contains(sample, source, StringComparison.Ordinal));
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{link} is not there"));

        static string Squeezed(string code) => Regex.Replace(code, @"\s+", " ").Trim();
    }

    private static string[] Uris(IServiceProvider provider) =>
        [.. provider.GetRequiredKeyedService<FairleadBalancer>("orders").Backends.Select(static status => status.Backend.Uri.ToString())];
}
