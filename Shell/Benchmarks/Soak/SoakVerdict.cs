using System;
using System.Collections.Generic;
using System.Linq;

namespace Fairlead.Benchmarks.Soak;

/// <summary>A row of the table: what the proxy holds, and what the clients had of it so far.</summary>
internal readonly record struct Sample(TimeSpan At, Holding Held, int Requests, int Unexpected);

/// <summary>How much more a proxy may hold in the last third of its samples than in the second; the first is for what is compiled, and for buffers that come to be shared.</summary>
internal sealed record SoakRules
{
    /// <summary>Of managed memory after a full collection: what is under way at the moment, which is some dozens of buffers of 16 KiB and TLS states.</summary>
    public double ManagedGrowthMax { get; init; } = 0.10;

    /// <summary>As much in any case: the whole is a few megabytes. Over the 100 s between two thirds of five minutes this is less than 20 B a request.</summary>
    public long ManagedSlackBytes { get; init; } = 1024 * 1024;

    /// <summary>Of resident memory, which is taken between two collections, wherever the garbage has come to.</summary>
    public double ResidentGrowthMax { get; init; } = 0.05;

    /// <summary>As much in any case: one region of the collector's heap is 4 MiB, and code is compiled anew for minutes.</summary>
    public long ResidentSlackBytes { get; init; } = 8L * 1024 * 1024;

    /// <summary>Threads above the most there ever were before the last third: the pool follows the load of the machine up and down, within a bound.</summary>
    public int ThreadsSlack { get; init; } = 2;

    /// <summary>Descriptors above those before the traffic: the health checks of two backends that may be under way.</summary>
    public int DescriptorsSlack { get; init; } = 2;

    /// <summary>For a run of seconds, in which nearly everything is still compiled again while it is looked at.</summary>
    public static SoakRules Short { get; } = new() { ManagedSlackBytes = 3L * 1024 * 1024, ResidentSlackBytes = 48L * 1024 * 1024, ThreadsSlack = 4 };
}

/// <summary>Whether a proxy held what it should and no more.</summary>
internal static class SoakVerdict
{
    /// <summary>What is wrong; nothing when all is well. <paramref name="ended"/> is what it holds once everything idle has timed out.</summary>
    public static IReadOnlyList<string> Faults(IReadOnlyList<Sample> samples, Holding baseline, Holding ended, SoakRules rules)
    {
        var third = samples.Count / 3;
        if (third == 0)
            return ["fewer than three samples tell nothing"];
        var (second, last) = (samples.Skip(samples.Count - (2 * third)).Take(third).ToList(), samples.Skip(samples.Count - third).ToList());
        var faults = new List<string>();
        Compare("managed memory", second, last, static held => held.ManagedBytes, rules.ManagedGrowthMax, rules.ManagedSlackBytes, faults);
        Compare("resident memory", second, last, static held => held.ResidentBytes, rules.ResidentGrowthMax, rules.ResidentSlackBytes, faults);
        var (threadsBefore, threads) = (samples.SkipLast(third).Max(static sample => sample.Held.Threads), Median(last, static held => held.Threads));
        if (threads > threadsBefore + rules.ThreadsSlack)
            faults.Add(FormattableString.Invariant($"threads grow: at most {threadsBefore} before the last third, median {threads} in it"));
        if (ended.Descriptors > baseline.Descriptors + rules.DescriptorsSlack)
            faults.Add(FormattableString.Invariant($"descriptors: {baseline.Descriptors} before the traffic, {ended.Descriptors} when everything idle has timed out"));
        if (ended.UnobservedFaults > 0)
            faults.Add(FormattableString.Invariant($"{ended.UnobservedFaults} exceptions of tasks that nobody observed"));
        if (samples[^1].Unexpected > 0)
            faults.Add(FormattableString.Invariant($"{samples[^1].Unexpected} answers that were not what they should be"));
        return faults;
    }

    private static void Compare(string what, List<Sample> second, List<Sample> last, Func<Holding, long> of, double growthMax, long slack, List<string> faults)
    {
        var (before, after) = (Median(second, of), Median(last, of));
        if (after > (before * (1 + growthMax)) + slack)
            faults.Add(FormattableString.Invariant($"{what} grows: median {before} in the second third, {after} in the last"));
    }

    private static long Median(List<Sample> samples, Func<Holding, long> of) => samples.Select(sample => of(sample.Held)).Order().ElementAt(samples.Count / 2);
}
