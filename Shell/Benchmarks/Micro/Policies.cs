using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Fairlead.Balancing;

namespace Fairlead.Benchmarks.Micro;

/// <summary>What one pick costs, and what making a policy ready costs, for each policy and number of backends; all are available and nothing was tried.</summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 3, iterationCount: 5)]
[IterationTime(100)]
public class Policies
{
    private ImmutableArray<Candidate> _backends;
    private PolicySettings _settings = null!;
    private Picker _picker = null!;
    private Inputs _inputs = null!;

    /// <summary>The names of <see cref="Cases.Policies"/>.</summary>
    public static IEnumerable<string> Names => Cases.Policies.Select(static policy => policy.Name);

    /// <summary>Which policy.</summary>
    [ParamsSource(nameof(Names))]
    public string Policy { get; set; } = "";

    /// <summary>How many backends there are.</summary>
    [Params(3, 100, 1_000, 10_000)]
    public int Backends { get; set; }

    /// <summary>Makes the policy ready.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _settings = Cases.Named(Policy);
        _backends = Cases.Backends(_settings, Backends);
        _picker = Cases.Build(_settings, _backends);
        _inputs = new Inputs(Backends);
    }

    /// <summary>One pick, its draw and the choice of its key included.</summary>
    [Benchmark]
    public int Pick() => _inputs.PickBy(_picker);

    /// <summary>Making the policy ready.</summary>
    [Benchmark]
    public Picker Build() => Cases.Build(_settings, _backends);
}
