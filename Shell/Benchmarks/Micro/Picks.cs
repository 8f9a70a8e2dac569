using System.Collections.Immutable;
using System.Linq;
using System.Net;
using BenchmarkDotNet.Attributes;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.Benchmarks.Micro;

/// <summary>What one pick costs, for each policy and number of backends; all are up and nothing was tried.</summary>
[MemoryDiagnoser]
public class Picks
{
    private static readonly byte[] Key = [10, 1, 2, 3];

    private Picker _roundRobin = null!;
    private Picker _random = null!;
    private Picker _sourceIpHash = null!;
    private Picker _ketama = null!;
    private Entropy _entropy;
    private ulong _ticket;

    /// <summary>How many backends there are.</summary>
    [Params(3, 100, 1_000)]
    public int Backends { get; set; }

    /// <summary>Builds each policy over the same backends, weights 1 to 3.</summary>
    [GlobalSetup]
    public void Build()
    {
        var candidates = Enumerable.Range(0, Backends)
            .Select(static i => new Candidate(
                new Slot(i),
                new BackendAddress.Ip(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), 80),
                Weight.From(1 + (i % 3)).IfNone(Weight.One)))
            .ToImmutableArray();
        var available = candidates.Select(static _ => true).ToImmutableArray();
        _roundRobin = Pickers.Of(new PolicySettings.RoundRobin(), candidates, available);
        _random = Pickers.Of(new PolicySettings.Random(), candidates, available);
        _sourceIpHash = Pickers.Of(new PolicySettings.SourceIpHash(), candidates, available);
        _ketama = Pickers.Of(new PolicySettings.Ketama(new KeySource.ClientIp()), candidates, available);
    }

    /// <summary>Smooth weighted round robin.</summary>
    [Benchmark(Baseline = true)]
    public int RoundRobin() => _roundRobin.Pick(new PickInput { Ticket = _ticket++ });

    /// <summary>Weighted random, drawing included.</summary>
    [Benchmark]
    public int Random()
    {
        (var draw, _entropy) = _entropy.Draw();
        return _random.Pick(new PickInput { Entropy = draw });
    }

    /// <summary>Source-IP hash (weighted rendezvous: linear in the number of backends).</summary>
    [Benchmark]
    public int SourceIpHash() => _sourceIpHash.Pick(new PickInput { Key = Key });

    /// <summary>Ketama, hashing the key included.</summary>
    [Benchmark]
    public int Ketama() => _ketama.Pick(new PickInput { Key = Key });
}
