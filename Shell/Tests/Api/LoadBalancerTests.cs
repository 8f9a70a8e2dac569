using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Proxy;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Shell.Tests.Api;

/// <summary>The load balancer of the tutorial, used by itself.</summary>
public sealed class LoadBalancerTests
{
    private static readonly string[] Three = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"];

    [Fact]
    public void Selections_take_turns()
    {
        var balancer = LoadBalancer.FromAddresses(Three);

        Assert.Equal([.. Three, .. Three], Enumerable.Range(0, 6).Select(_ => Name(balancer.Select([]))));
    }

    [Fact]
    public void A_key_stays_with_its_backend_under_ketama()
    {
        var balancer = LoadBalancer.FromAddresses(Three);
        balancer.Policy = new PolicySettings.Ketama(new KeySource.ClientIp());

        Assert.All(Enumerable.Range(0, 50), i =>
        {
            var key = BitConverter.GetBytes(i);
            Assert.Equal(Name(balancer.Select(key)), Name(balancer.Select(key)));
        });
        Assert.Equal(3, Enumerable.Range(0, 50).Select(i => Name(balancer.Select(BitConverter.GetBytes(i)))).Distinct().Count());
    }

    [Fact]
    public void A_test_of_the_callers_decides_and_each_backend_is_asked_about_once()
    {
        var balancer = LoadBalancer.FromAddresses(Three);
        var asked = new List<string>();

        var chosen = balancer.SelectWith([], 256, (backend, isUp) =>
        {
            asked.Add(backend.ToString());
            Assert.True(isUp);
            return backend.ToString() == Three[2];
        });

        Assert.Equal(Three[2], Name(chosen));
        Assert.Equal(Three, asked);
        Assert.True(balancer.SelectWith([], 256, static (_, _) => false).IsNone);
        Assert.True(balancer.SelectWith([], 1, static (_, _) => false).IsNone);
    }

    [Fact]
    public void Nothing_to_choose_from_is_none_and_no_exception()
    {
        Assert.True(LoadBalancer.FromAddresses().Select([]).IsNone);
        var drained = LoadBalancer.FromBackends([new Backend(BackendAddress.Parse(Three[0]).IfNone(() => throw new InvalidOperationException()), default)]);
        Assert.True(drained.Select([]).IsNone);
    }

    [Fact]
    public void A_wrong_or_repeated_address_is_refused_by_name()
    {
        Assert.Contains("'nonsense'", Assert.Throws<ArgumentException>(static () => LoadBalancer.FromAddresses("nonsense")).Message, StringComparison.Ordinal);
        Assert.Contains(Three[0], Assert.Throws<ArgumentException>(() => LoadBalancer.FromAddresses(Three[0], Three[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_out_of_service_is_shown_to_the_caller_and_not_selected()
    {
        var balancer = LoadBalancer.FromAddresses(Three);
        using var stop = new CancellationTokenSource();
        var running = balancer.RunAsync(stop.Token);

        balancer.SetEnabled(balancer.Backends[1], false);
        await Eventually.True(() => !Selected(balancer).Contains(Three[1]), "the backend to be taken out");

        Assert.Equal([Three[0], Three[2]], Selected(balancer).Order(StringComparer.Ordinal));
        var seen = new Dictionary<string, bool>();
        balancer.SelectWith([], 256, (backend, isUp) =>
        {
            seen[backend.ToString()] = isUp;
            return false;
        });
        Assert.Equal([true, false, true], Three.Select(name => seen[name]));

        balancer.SetEnabled(balancer.Backends[1], true);
        await Eventually.True(() => Selected(balancer).Contains(Three[1]), "the backend to be put back");
        await stop.CancelAsync();
        await running.Within(what: "the checks to stop");
    }

    [Fact]
    public async Task Fewer_iterations_than_backends_are_honoured()
    {
        await using var origin = TestOrigin.Start();
        using var dead = new DeadPort();
        var balancer = LoadBalancer.FromAddresses(dead.Address, origin.Address);
        balancer.HealthCheck = new TcpHealthCheck { Timeout = TimeSpan.FromSeconds(20) };   // a busy machine must not take the other one down
        balancer.HealthCheckFrequency = TimeSpan.FromMilliseconds(50);
        using var stop = new CancellationTokenSource();
        var running = balancer.RunAsync(stop.Token);

        await Eventually.True(() => Selected(balancer) is [var only] && only == origin.Address, "the dead backend to be found out");
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(_ => balancer.Select([], 1).IsSome).Order());   // every other turn looks at the dead one only

        await stop.CancelAsync();
        await running.Within(what: "the checks to stop");
    }

    private static string[] Selected(LoadBalancer balancer) => [.. Enumerable.Range(0, 6).Select(_ => Name(balancer.Select([]))).Distinct()];

    private static string Name(Option<Backend> chosen) => chosen.Match(static backend => backend.ToString(), static () => "none");
}
