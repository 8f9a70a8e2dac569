using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>Writes what was measured: a page, its numbers and a chart. A scenario in which a proxy had an error is not reported for that proxy.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(IReadOnlyList<Measured> results, string folder, int rounds, int seconds, string[] arguments, string published)
    {
        File.WriteAllText(Path.Combine(folder, "results.json"), JsonSerializer.Serialize(results, Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "RESULTS.md"), Page(results, rounds, seconds, arguments, published));
        File.WriteAllText(Path.Combine(folder, "results.svg"), Chart(results));
    }

    private static string Page(IReadOnlyList<Measured> results, int rounds, int seconds, string[] arguments, string published)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Side by side\n\nWritten by `Shell/Benchmarks/run.sh{string.Concat(arguments.Select(static a => " " + a))}`: {rounds} rounds (where a title says more, after the first {rounds} only of nginx, HAProxy and native Fairlead), every proxy in turn in each, in an order drawn anew, {seconds} s a run after 2 s to warm up, or 12 s for those that compile as they run, which the runtime is told to do soon. ");
        text.Append(CultureInfo.InvariantCulture, $"The proxy has one core; the load generator (wrk; ab for full handshakes) and the three origins (nginx) share the other. {Machine()} {Versions(published)}\n\n");
        text.Append("CPU is user and system time of the proxy's processes by request; ratios are medians of the ratios within each round; in brackets, between which two of those the true median lies with a confidence of at least 93 % (by order alone, whatever the distribution; of five rounds they are the least and the greatest): where those lie on both sides of 1, no difference is shown. The 99th percentile is compared in the same way, to the one of nginx and HAProxy whose median of it is less. Absolute times mean little.\n");
        text.Append("Access logs are off; all write X-Forwarded-For, -Proto and -Host, all but YARP also Via. nginx offers TLS 1.3 too, as its later versions do by themselves, and streams bodies, as the others do, where it would write them to files by itself. Native Fairlead is compiled with a profile counted in such scenarios. Busy is how much of its core the proxy used: where that is not all, the generator's core was the limit, and latencies are those of different loads.\n\n![CPU by request, relative to nginx](results.svg)\n");
        foreach (var scenario in Scenario.All)
        {
            var of = results.Where(result => result.Scenario == scenario.Name).ToList();
            if (of.Count == 0)
                continue;
            var isLoad = scenario is Scenario.Load;
            var took = of.Max(static result => result.Round) + 1;
            text.Append(CultureInfo.InvariantCulture, $"\n## {scenario.Title}{(took == rounds ? "" : FormattableString.Invariant($", {took} rounds"))}\n\n| proxy | {(isLoad ? "CPU µs/request" : "median")} | to nginx | to HAProxy |{(isLoad ? " requests/s | busy % | p50 ms | p99 ms | to the better | p99.9 ms | peak MiB |" : "")}\n|---|--:|--:|--:|{(isLoad ? "--:|--:|--:|--:|--:|--:|--:|" : "")}\n");
            foreach (var proxy in of.Select(static result => result.Proxy).Distinct().OrderBy(static name => Contestant.All.ToList().FindIndex(one => one.Name == name)))
            {
                var own = of.Where(result => result.Proxy == proxy).ToList();
                if (own.Exists(static result => result.Errors > 0))
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {proxy} | errors: not reported | | |{(isLoad ? " | | | | | | |" : "")}\n");
                    continue;
                }

                text.Append(CultureInfo.InvariantCulture, $"| {proxy} | {Median(own, static r => r.Cost):0.00} | {Spread(Ratios(of, proxy, "nginx", static r => r.Cost))} | {Spread(Ratios(of, proxy, "haproxy", static r => r.Cost))} |");
                if (isLoad)
                    text.Append(CultureInfo.InvariantCulture, $" {Median(own, static r => r.RequestsPerSecond):0} | {Median(own, static r => r.BusyPercent):0} | {Median(own, static r => r.P50Milliseconds):0.00} | {Median(own, static r => r.P99Milliseconds):0.00} | {Spread(TailsToTheBetter(of, proxy))} | {(own[0].P999Milliseconds is null ? "" : Median(own, static r => r.P999Milliseconds ?? 0)):0.00} | {Median(own, static r => r.PeakKiB / 1024.0):0} |");
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The 99th percentile to that of nginx or HAProxy, whichever has the lesser median, round by round.</summary>
    private static List<double> TailsToTheBetter(List<Measured> results, string proxy) =>
        new[] { "nginx", "haproxy" }.Where(name => results.Exists(result => result.Proxy == name))
            .MinBy(name => Median([.. results.Where(result => result.Proxy == name)], static result => result.P99Milliseconds)) is { } better
            ? Ratios(results, proxy, better, static result => result.P99Milliseconds)
            : [];

    /// <summary>Round by round; none if there were errors.</summary>
    private static List<double> Ratios(List<Measured> results, string proxy, string to, Func<Measured, double> value) =>
        results.Exists(result => result.Errors > 0 && (result.Proxy == proxy || result.Proxy == to))
            ? []
            : [.. results.Where(result => result.Proxy == proxy)
                .Join(results.Where(result => result.Proxy == to), static r => r.Round, static r => r.Round, (own, other) => value(own) / value(other))
                .Where(double.IsFinite)];

    /// <summary>The median, and with confidence between which two of them the true one lies, if they are enough to say so.</summary>
    private static string Spread(List<double> ratios)
    {
        List<double> sorted = [.. ratios.Order()];
        if (sorted.Count == 0)
            return "";
        var median = Format(Middle(sorted));
        return sorted[0] == sorted[^1] || LeftOut(sorted.Count) is not { } left ? median : $"{median} ({Format(sorted[left])}–{Format(sorted[^(left + 1)])})";
    }

    /// <summary>How many values at either end an interval for the true median need not have; null when even all of them are too few. Each value is on either side of it with even chances, so that those left of it are binomial.</summary>
    private static int? LeftOut(int count)
    {
        const double MissMax = 0.07;                                 // on both sides together; with five values the least and the greatest miss it in 1 of 16
        var (exactly, atMost) = (Math.Pow(0.5, count), 0.0);
        for (var left = 0; ; left++)
        {
            atMost += exactly;                                       // so many are left of it, or fewer
            if (2 * atMost > MissMax)
                return left == 0 ? null : left - 1;
            exactly *= (count - left) / (left + 1.0);
        }
    }

    private static string Format(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static double Median(List<Measured> results, Func<Measured, double> value) => Middle([.. results.Select(value).Order()]);

    private static double Middle(List<double> sorted) => sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

    private static string Versions(string published)
    {
        var yarp = FileVersionInfo.GetVersionInfo(Path.Combine(published, "yarp", "Yarp.ReverseProxy.dll")).ProductVersion!.Split('+')[0];
        return $"nginx {Version("nginx", "-v")}, HAProxy {Version("haproxy", "-v")}, YARP {yarp}, Caddy {Version("caddy", "version")}.";
    }

    /// <summary>The first number with a dot that the program says.</summary>
    private static string Version(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        return Regex.Match(process.StandardOutput.ReadToEnd() + error.Result, "[0-9]+[.][0-9.]*[0-9]").Value;
    }

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        return string.Create(CultureInfo.InvariantCulture, $"Machine: {model}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB, .NET {Environment.Version}.");
    }

    /// <summary>Bars of CPU by request, nginx = 1, one group a scenario.</summary>
    private static string Chart(IReadOnlyList<Measured> results)
    {
        string[] colours = ["#7b8794", "#b0885a", "#1f6feb", "#54a0ff", "#9b59b6", "#2aa198"];
        const int BarHeight = 12, Left = 230, Width = 420;
        var text = new StringBuilder();
        var y = 30;
        foreach (var scenario in Scenario.All.OfType<Scenario.Load>())
        {
            var of = results.Where(result => result.Scenario == scenario.Name).ToList();
            if (of.Count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 10}\" text-anchor=\"end\">{scenario.Title}</text>\n");
            for (var i = 0; i < Contestant.All.Count; i++)
            {
                if (Ratios(of, Contestant.All[i].Name, "nginx", static r => r.Cost) is not { Count: > 0 } ratios)
                    continue;
                var ratio = Middle([.. ratios.Order()]);
                var length = Math.Min(Width, ratio * Width / 4);      // four times nginx fills the width
                text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{length:0}\" height=\"{BarHeight - 2}\" fill=\"{colours[i]}\"/><text x=\"{Left + length + 4:0}\" y=\"{y + 9}\">{Contestant.All[i].Name} {ratio:0.00}</text>\n");
                y += BarHeight;
            }

            y += 10;
        }

        return string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 130}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"8\" y=\"16\" font-size=\"12\">CPU by request, nginx = 1 (less is better)</text>\n{text}</svg>\n");
    }
}
