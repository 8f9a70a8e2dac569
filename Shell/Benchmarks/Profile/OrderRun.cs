using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Fairlead.Benchmarks.SideBySide;

namespace Fairlead.Benchmarks.Profile;

/// <summary>
/// Finds which methods of the native program take the time of a request, by sampling it (perf), and writes their symbols in that order: where the compiler puts them by itself, a small request
/// needs about a hundred pages among nine megabytes, and what it costs varies more from start to start than where they lie next to each other.
/// </summary>
internal static class OrderRun
{
    private const int SecondsEach = 4;

    /// <summary>A method seen less often has to do with chance.</summary>
    private const int SamplesMin = 2;

    private static readonly string[] Kinds = ["small", "close", "upload", "64k", "tls", "handshake"];

    public static int Run(string published)
    {
        var seen = new Dictionary<string, double>();
        using (var stage = new Stage(published))
        {
            var (http, tls) = (Stage.FreePort(), Stage.FreePort());
            using var fairlead = Contestant.All.Single(static one => one.Name == "fairlead-aot").Launch(stage, http, tls, "round-robin");
            Stage.WaitFor(http, fairlead);
            foreach (var load in Scenario.All.OfType<Scenario.Load>().Where(static load => Kinds.Contains(load.Name)))
            {
                var samples = Sample(fairlead.Id, stage.Folder, () => load.Ask(load, load.IsTls ? tls : http, SecondsEach + 1));
                foreach (var (symbol, count) in samples.CountBy(static symbol => symbol).Where(static one => one.Value >= SamplesMin))
                    seen[symbol] = seen.GetValueOrDefault(symbol) + ((double)count / samples.Count);
            }
        }

        var output = Path.Combine(ProfileRun.ConsoleFolder(), "fairlead.order");
        File.WriteAllLines(output, seen.OrderByDescending(static one => one.Value).ThenBy(static one => one.Key, StringComparer.Ordinal).Select(static one => one.Key));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seen.Count} methods in {output}"));
        return 0;
    }

    /// <summary>The symbols of the program itself, one for each time it was seen in one.</summary>
    private static List<string> Sample(int process, string folder, Action load)
    {
        var data = Path.Combine(folder, "perf.data");
        var id = process.ToString(CultureInfo.InvariantCulture);
        using var record = Process.Start(new ProcessStartInfo("perf", ["record", "-q", "-e", "cpu-clock", "-F", "4000", "-p", id, "-o", data, "--", "sleep", SecondsEach.ToString(CultureInfo.InvariantCulture)]))!;
        load();
        record.WaitForExit();
        using var script = Process.Start(new ProcessStartInfo("perf", ["script", "-i", data, "-F", "ip,sym,dso"]) { RedirectStandardOutput = true })!;
        var lines = script.StandardOutput.ReadToEnd().Split('\n');
        return [.. lines.Where(static line => line.EndsWith("/fairlead)", StringComparison.Ordinal)).Select(static line => line.Trim().Split(' ')[1])];
    }
}
