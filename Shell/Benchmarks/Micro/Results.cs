using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Fairlead.Balancing;

namespace Fairlead.Benchmarks.Micro;

/// <summary>Runs the benchmarks of the policies and writes what they measured, with the machine, to <c>RESULTS.md</c> beside the project.</summary>
internal static class Results
{
    private static readonly int[] Counts = [3, 100, 1_000, 10_000];

    private static readonly (string Title, string Ours, string[] Others)[] Comparisons =
    [
        ("consistent ring", nameof(Alternatives.Ketama), [nameof(Alternatives.BinarySearch)]),
        ("round robin", nameof(Alternatives.RoundRobin), [nameof(Alternatives.YarpRoundRobin), nameof(Alternatives.ServiceDiscoveryRoundRobin)]),
        ("random", nameof(Alternatives.Random), [nameof(Alternatives.YarpRandom)]),
        ("two choices", nameof(Alternatives.PowerOfTwoChoices), [nameof(Alternatives.YarpPowerOfTwoChoices)]),
        ("least requests", nameof(Alternatives.LeastRequests), [nameof(Alternatives.YarpLeastRequests)]),
    ];

    public static int Write()
    {
        var policies = BenchmarkRunner.Run<Policies>();
        var alternatives = BenchmarkRunner.Run<Alternatives>();
        if (policies.HasCriticalValidationErrors || alternatives.HasCriticalValidationErrors || policies.Reports.Concat(alternatives.Reports).Any(static report => !report.Success))
            return 1;

        var text = new StringBuilder();
        text.Append("# What a pick costs\n\n");
        text.Append("Written by `dotnet run -c Release --project Shell/Benchmarks -- results`; absolute times are this machine's, compare within one table only.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Machine(policies)}\n\n");
        Table(text, "## Time of a pick, in ns", "A pick with fresh inputs: the next ticket, a draw, one of 1,024 keys of 16 bytes, in a loop of the benchmark; `first`, which looks at next to nothing, shows what these inputs cost by themselves. Bytes allocated by a pick: the last column.",
            policies, nameof(Policies.Pick), static ns => Number(ns), withAllocation: true);
        Table(text, "## Time to make a policy ready, in µs", "Weights 1, 2, 3 in turn; hash policies have weight 1 (160 points a backend on nginx's ring).",
            policies, nameof(Policies.Build), static ns => Number(ns / 1_000), withAllocation: false);
        Memory(text);
        Compare(text, alternatives);
        File.WriteAllText(Path.Combine(Folder(), "RESULTS.md"), text.ToString());
        return 0;
    }

    private static void Table(StringBuilder text, string title, string note, Summary summary, string method, Func<double, string> show, bool withAllocation)
    {
        text.Append(CultureInfo.InvariantCulture, $"{title}\n\n{note}\n\n| policy |{string.Concat(Counts.Select(static n => $" {n.ToString("N0", CultureInfo.InvariantCulture)} |"))}{(withAllocation ? " bytes |" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Counts.Select(static _ => "--:|"))}{(withAllocation ? "--:|" : "")}\n");
        foreach (var name in Policies.Names)
        {
            var reports = Counts.Select(n => summary.Reports.Single(report =>
                report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method
                && (string)report.BenchmarkCase.Parameters[nameof(Policies.Policy)] == name
                && (int)report.BenchmarkCase.Parameters[nameof(Policies.Backends)] == n)).ToList();
            text.Append(CultureInfo.InvariantCulture, $"| {name} |{string.Concat(reports.Select(report => $" {show(report.ResultStatistics!.Median)} |"))}");
            if (withAllocation)
                text.Append(CultureInfo.InvariantCulture, $" {reports.Max(Allocated)} |");
            text.Append('\n');
        }

        text.Append('\n');
    }

    private static void Memory(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"## Memory a ready policy holds, in KiB\n\nThe heap after a collection, with the policy and without it.\n\n| policy |{string.Concat(Counts.Select(static n => $" {n.ToString("N0", CultureInfo.InvariantCulture)} |"))}\n|---|{string.Concat(Counts.Select(static _ => "--:|"))}\n");
        foreach (var (name, settings) in Cases.Policies)
            text.Append(CultureInfo.InvariantCulture, $"| {name} |{string.Concat(Counts.Select(n => $" {Number(Retained(settings, n) / 1024.0)} |"))}\n");
        text.Append('\n');
    }

    private static void Compare(StringBuilder text, Summary summary)
    {
        text.Append("## Beside what one would use otherwise\n\nRatio of times, theirs to ours, measured in one run (above 1: ours is faster); in brackets the bytes theirs allocates.\n\n| | 3 | 100 | 1,000 |\n|---|--:|--:|--:|\n");
        foreach (var (title, ours, others) in Comparisons)
        {
            foreach (var other in others)
            {
                var ratios = Counts.Take(3).Select(n =>
                {
                    var (theirs, mine) = (Of(summary, other, n), Of(summary, ours, n));
                    return string.Create(CultureInfo.InvariantCulture, $" {theirs.ResultStatistics!.Median / mine.ResultStatistics!.Median:0.0} [{Allocated(theirs)}] |");
                });
                text.Append(CultureInfo.InvariantCulture, $"| {title}: {other} |{string.Concat(ratios)}\n");
            }
        }
    }

    private static BenchmarkReport Of(Summary summary, string method, int count) => summary.Reports.Single(report =>
        report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method && (int)report.BenchmarkCase.Parameters[nameof(Alternatives.Backends)] == count);

    private static long Allocated(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Retained(PolicySettings settings, int count)
    {
        var backends = Cases.Backends(settings, count);
        Cases.Build(settings, backends);                              // what is made once for all is not this policy's
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var picker = Cases.Build(settings, backends);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(picker);
        return Math.Max(0, held);
    }

    private static string Machine(Summary summary)
    {
        var host = summary.HostEnvironmentInfo;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return string.Create(CultureInfo.InvariantCulture, $"{host.Cpu.Value?.ProcessorName ?? "unknown processor"}, {Environment.ProcessorCount} cores, {memory} GiB, {host.Os.Value.Name} {host.Os.Value.Version}, {host.RuntimeVersion}; BenchmarkDotNet {host.BenchmarkDotNetVersion}, medians of five iterations of 100 ms.");
    }

    private static string Number(double value) => value.ToString(value switch { < 10 => "0.0", < 10_000 => "0", _ => "#,0" }, CultureInfo.InvariantCulture);

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!;
}
