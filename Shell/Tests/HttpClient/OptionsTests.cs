using System;
using System.Net.Http;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Health;

namespace Fairlead.HttpClients.Tests;

/// <summary>What options mean, and which cannot be.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("10.0.0.1:8080", "http://10.0.0.1:8080/", "10.0.0.1:8080")]
    [InlineData("10.0.0.1", "http://10.0.0.1/", "10.0.0.1:80")]
    [InlineData("https://API.example", "https://api.example/", "api.example:443")]
    [InlineData("https://[::1]:8443", "https://[::1]:8443/", "[::1]:8443")]
    [InlineData("http://bücher.example/", "http://bücher.example/", "xn--bcher-kva.example:80")]
    public void An_address_is_a_uri_and_a_place_on_the_ring(string text, string uri, string address)
    {
        var backend = HttpBackend.At(text);

        Assert.Equal((uri, address, 1, 0, 0), (backend.Uri.ToString(), backend.Address.ToString(), backend.Weight.Value, backend.Tier, backend.InFlightMax));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://a.example")]
    [InlineData("https://a.example/path")]
    [InlineData("https://a.example/?query")]
    [InlineData("https://user@a.example")]
    [InlineData("unix:/run/app.sock")]
    [InlineData("http://a.example:70000")]
    public void What_is_no_address_is_refused(string text) => Assert.Throws<ArgumentException>(() => HttpBackend.At(text));

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpBackend.At("a.example", weight: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpBackend.At("a.example", weight: 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpBackend.At("a.example", tier: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpBackend.At("a.example", inFlightMax: -1));
    }

    [Theory]
    [InlineData("http://orders/a//b%2f?c=%20#d", "https://[::1]:8443/a//b%2f?c=%20#d")]
    [InlineData("http://me:secret@orders:81//x", "https://me:secret@[::1]:8443//x")]
    [InlineData("https://orders", "https://[::1]:8443/")]
    public void A_rewritten_uri_differs_in_scheme_host_and_port_only(string request, string rewritten) =>
        Assert.Equal(rewritten, HttpBackend.At("https://[::1]:8443").Rewrite(new Uri(request)).OriginalString);

    [Fact]
    public void The_same_backend_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Clients.BalancerOf(static options => options.Add("http://a.example:443").Add("https://A.example")));
        var balancer = Clients.BalancerOf(static options => options.Add("a.example"));
        Assert.Throws<ArgumentException>(() => balancer.Update([HttpBackend.At("b.example"), HttpBackend.At("b.example", weight: 2)]));
        Assert.Equal("a.example:80", Assert.Single(balancer.Backends).Backend.Address.ToString());
    }

    public static TheoryData<PolicySettings> HashesOfTheClientsAddress =>
    [
        new PolicySettings.SourceIpHash(),
        new PolicySettings.NginxIpHash(),
        new PolicySettings.Ketama(new KeySource.ClientIp()),
        new PolicySettings.Maglev(new KeySource.ClientIp()),
    ];

    [Theory]
    [MemberData(nameof(HashesOfTheClientsAddress))]
    public void A_hash_of_the_clients_address_needs_to_be_told_whose(PolicySettings policy)
    {
        var refused = Assert.Throws<ArgumentException>(() => Clients.BalancerOf(options => options.Add("a.example").Policy = policy));
        Assert.StartsWith("The policy hashes the client's address, and here the client is this program", refused.Message, StringComparison.Ordinal);
        Clients.BalancerOf(options =>
        {
            options.Policy = policy;
            options.Key = static _ => "192.0.2.1";
        });
    }

    [Fact]
    public void What_a_client_cannot_do_is_refused()
    {
        var sticky = new StickySettings("c", "secret", StickyFailure.Refuse, default, default, false, false, default, default);
        Assert.Throws<ArgumentException>(() => Clients.BalancerOf(options => options.Selection = SelectionSettings.Default with { Sticky = sticky }));
        Assert.Throws<ArgumentException>(() => Clients.BalancerOf(static options =>
        {
            options.Policy = new PolicySettings.Rendezvous(new KeySource.Path());
            options.Selection = SelectionSettings.Default with { SlowStart = new SlowStartSettings(TimeSpan.FromSeconds(1)) };
        }));
        Assert.Throws<ArgumentException>(() => Clients.BalancerOf(static options => options.Outliers = OutlierSettings.Default with { Interval = TimeSpan.Zero }));
    }

    public static TheoryData<KeySource, string> Keys => new()
    {
        { new KeySource.Header("x-customer"), "7" },
        { new KeySource.Header("content-type"), "text/plain; charset=utf-8" },
        { new KeySource.Header("x-none"), "" },
        { new KeySource.Cookie("sid"), "b=c" },
        { new KeySource.Cookie("id"), "2" },
        { new KeySource.Cookie("SID"), "" },
        { new KeySource.Query("q"), "%20x" },
        { new KeySource.Query("none"), "" },
        { new KeySource.Path(), "/a%2Fb/%C3%BC" },
        { new KeySource.Uri(), "/a%2Fb/%C3%BC?p=1&q=%20x" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_what_a_proxy_would_read_on_the_wire(KeySource source, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://orders/a%2Fb/ü?p=1&q=%20x") { Content = new StringContent("body") };
        request.Headers.Add("X-Customer", ["7", "8"]);
        request.Headers.Add("Cookie", "a=1; sid=b=c");
        request.Headers.Add("Cookie", "id=2");

        Assert.Equal(key, Encoding.UTF8.GetString(RequestKey.Reader(new PolicySettings.Rendezvous(source), null)!(request)));
    }

    [Fact]
    public void A_policy_without_key_reads_none() => Assert.Null(RequestKey.Reader(new PolicySettings.LeastRequests(), static _ => "7"));

    [Fact]
    public void A_key_of_the_callers_own_comes_before_the_policys()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/7");
        var reader = RequestKey.Reader(new PolicySettings.Hash(new KeySource.Path()), static request => request.RequestUri!.Segments.Length > 1 ? request.RequestUri.Segments[1] : null)!;

        Assert.Equal("7"u8.ToArray(), reader(request));
        request.RequestUri = new Uri("http://orders");
        Assert.Empty(reader(request));
    }
}
