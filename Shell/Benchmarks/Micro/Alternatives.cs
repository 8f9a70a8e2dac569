using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using Fairlead.Balancing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Fairlead.Benchmarks.Micro;

/// <summary>
/// What one would use otherwise, beside ours in one run: a binary search over the same ring, YARP's policies called directly, and the selector inside
/// Microsoft.Extensions.ServiceDiscovery (internal there, so reached through a delegate made by reflection).
/// </summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 3, iterationCount: 5)]
[IterationTime(100)]
public class Alternatives
{
    private readonly ILoadBalancingPolicy _yarpRoundRobin;
    private readonly ILoadBalancingPolicy _yarpRandom;
    private readonly ILoadBalancingPolicy _yarpTwoChoices;
    private readonly ILoadBalancingPolicy _yarpLeastRequests;
    private readonly DefaultHttpContext _context = new();
    private readonly ClusterState _cluster = new("benchmark");
    private Inputs _inputs = null!;
    private Picker _roundRobin = null!;
    private Picker _random = null!;
    private Picker _twoChoices = null!;
    private Picker _leastRequests = null!;
    private Ketama _ketama = null!;
    private uint[] _ring = null!;
    private int[] _owners = null!;
    private DestinationState[] _destinations = null!;
    private Func<object, ServiceEndpoint> _serviceDiscovery = null!;

    /// <summary>YARP's policies, as its own container makes them.</summary>
    public Alternatives()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy();
        var yarp = services.BuildServiceProvider().GetServices<ILoadBalancingPolicy>().ToDictionary(static policy => policy.Name);
        _yarpRoundRobin = yarp["RoundRobin"];
        _yarpRandom = yarp["Random"];
        _yarpTwoChoices = yarp["PowerOfTwoChoices"];
        _yarpLeastRequests = yarp["LeastRequests"];
    }

    /// <summary>How many backends there are, of weight 1 (YARP and ServiceDiscovery have no weights).</summary>
    [Params(3, 100, 1_000)]
    public int Backends { get; set; }

    /// <summary>Makes all of them ready over the same backends.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var key = new KeySource.Uri();
        var backends = Cases.Backends(new PolicySettings.Ketama(key), Backends);
        _inputs = new Inputs(Backends);
        _roundRobin = Cases.Build(new PolicySettings.RoundRobin(), backends);
        _random = Cases.Build(new PolicySettings.Random(), backends);
        _twoChoices = Cases.Build(new PolicySettings.PowerOfTwoChoices(), backends);
        _leastRequests = Cases.Build(new PolicySettings.LeastRequests(), backends);
        _ketama = (Ketama)Cases.Build(new PolicySettings.Ketama(key), backends);
        var points = KetamaRing.Of(backends);
        _ring = [.. points.Select(static point => (uint)point.Hash)];
        _owners = [.. points.Select(static point => point.Candidate)];
        _destinations = [.. backends.Select(static backend => new DestinationState(backend.Address.ToString()))];
        _serviceDiscovery = SelectorOf(backends.Select(static backend => backend.Address.ToString()));
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("ring")]
    public int Ketama() => _inputs.PickBy(_ketama);

    /// <summary>The same hash and ring, looked up as one would by hand.</summary>
    [Benchmark]
    [BenchmarkCategory("ring")]
    public int BinarySearch()
    {
        var at = Array.BinarySearch(_ring, Crc32.HashToUInt32(_inputs.NextKey));
        return _owners[(at < 0 ? ~at : at) % _ring.Length];
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("round robin")]
    public int RoundRobin() => _inputs.PickBy(_roundRobin);

    /// <summary>YARP's.</summary>
    [Benchmark]
    [BenchmarkCategory("round robin")]
    public DestinationState? YarpRoundRobin() => PickBy(_yarpRoundRobin);

    /// <summary>ServiceDiscovery's.</summary>
    [Benchmark]
    [BenchmarkCategory("round robin")]
    public ServiceEndpoint ServiceDiscoveryRoundRobin() => _serviceDiscovery(this);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("random")]
    public int Random() => _inputs.PickBy(_random);

    /// <summary>YARP's.</summary>
    [Benchmark]
    [BenchmarkCategory("random")]
    public DestinationState? YarpRandom() => PickBy(_yarpRandom);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("two choices")]
    public int PowerOfTwoChoices() => _inputs.PickBy(_twoChoices);

    /// <summary>YARP's.</summary>
    [Benchmark]
    [BenchmarkCategory("two choices")]
    public DestinationState? YarpPowerOfTwoChoices() => PickBy(_yarpTwoChoices);

    /// <summary>Ours.</summary>
    [Benchmark]
    [BenchmarkCategory("least requests")]
    public int LeastRequests() => _inputs.PickBy(_leastRequests);

    /// <summary>YARP's.</summary>
    [Benchmark]
    [BenchmarkCategory("least requests")]
    public DestinationState? YarpLeastRequests() => PickBy(_yarpLeastRequests);

    private DestinationState? PickBy(ILoadBalancingPolicy policy) => policy.PickDestination(_context, _cluster, _destinations);

    private static Func<object, ServiceEndpoint> SelectorOf(IEnumerable<string> addresses)
    {
        var type = Assembly.Load("Microsoft.Extensions.ServiceDiscovery")
            .GetType("Microsoft.Extensions.ServiceDiscovery.LoadBalancing.RoundRobinServiceEndpointSelector", throwOnError: true)!;
        var selector = Activator.CreateInstance(type)!;
        List<ServiceEndpoint> endpoints = [.. addresses.Select(static address => ServiceEndpoint.Create(System.Net.IPEndPoint.Parse(address)))];
        var source = new ServiceEndpointSource(endpoints, new CancellationChangeToken(default), new Microsoft.AspNetCore.Http.Features.FeatureCollection());
        type.GetMethod("SetEndpoints")!.Invoke(selector, [source]);
        return type.GetMethod("GetEndpoint")!.CreateDelegate<Func<object, ServiceEndpoint>>(selector);
    }
}
