using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Benchmarks.Soak;

namespace Fairlead.Shell.Tests.Story;

/// <summary>Seconds of the soak that runs for minutes at night (Shell/Benchmarks, soak), and what it would find.</summary>
public sealed class SoakStory
{
    private static readonly Holding Steady = new(ResidentBytes: 100 << 20, ManagedBytes: 5 << 20, Descriptors: 80, Threads: 20, UnobservedFaults: 0);

    [Fact]
    public async Task Mixed_traffic_leaves_nothing_behind()
    {
        var table = new StringWriter();

        var faults = await SoakRun.FaultsAsync(TimeSpan.FromSeconds(7), TimeSpan.FromMilliseconds(700), SoakRules.Short, table);

        Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n" + table);
    }

    [Fact]
    public void What_stays_the_same_is_no_fault() => Assert.Empty(FaultsOf(static _ => Steady, Steady));

    [Fact]
    public void Growth_is_found()
    {
        Assert.Contains("managed memory", Assert.Single(FaultsOf(static i => Steady with { ManagedBytes = Steady.ManagedBytes + (i << 18) }, Steady)), StringComparison.Ordinal);
        Assert.Contains("resident memory", Assert.Single(FaultsOf(static i => Steady with { ResidentBytes = Steady.ResidentBytes + (i << 21) }, Steady)), StringComparison.Ordinal);
        Assert.Contains("threads", Assert.Single(FaultsOf(static i => Steady with { Threads = Steady.Threads + i }, Steady)), StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptors_that_stay_open_and_exceptions_nobody_observed_are_found()
    {
        Assert.Contains("descriptors", Assert.Single(FaultsOf(static _ => Steady, Steady with { Descriptors = 83 })), StringComparison.Ordinal);
        Assert.Contains("nobody observed", Assert.Single(FaultsOf(static _ => Steady, Steady with { UnobservedFaults = 1 })), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> FaultsOf(Func<int, Holding> held, Holding ended) =>
        SoakVerdict.Faults([.. Enumerable.Range(0, 30).Select(i => new Sample(TimeSpan.FromSeconds(i), held(i), i, 0))], Steady, ended, new SoakRules());
}
