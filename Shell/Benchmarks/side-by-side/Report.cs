using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>Writes what was measured: a page, its numbers and a chart. A scenario in which a proxy had an error is not reported for that proxy.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(IReadOnlyList<Measured> results, string folder, int rounds, int seconds, string[] arguments)
    {
        File.WriteAllText(Path.Combine(folder, "results.json"), JsonSerializer.Serialize(results, Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "RESULTS.md"), Page(results, rounds, seconds, arguments));
        File.WriteAllText(Path.Combine(folder, "results.svg"), Chart(results));
    }

    private static string Page(IReadOnlyList<Measured> results, int rounds, int seconds, string[] arguments)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Side by side\n\nWritten by `Shell/Benchmarks/run.sh{string.Concat(arguments.Select(static a => " " + a))}`: {rounds} rounds, every proxy in turn in each, {seconds} s a run after 2 s to warm up, or 12 s for those that compile as they run, which the runtime is told to do soon. ");
        text.Append(CultureInfo.InvariantCulture, $"The proxy has one core; the load generator (wrk; ab for full handshakes) and the three origins (nginx) share the other. {Machine()}\n\n");
        text.Append("CPU is user and system time of the proxy's processes by request; ratios are medians of the ratios within each round, so they hold although the machine drifts; so are those of the 99th percentile to the better of nginx and HAProxy. Absolute times mean little.\n");
        text.Append("Access logs are off; all write X-Forwarded-For, -Proto and -Host, all but YARP also Via. nginx offers TLS 1.3 too, as its later versions do by themselves.\n\n![CPU by request, relative to nginx](results.svg)\n");
        foreach (var scenario in Scenario.All)
        {
            var of = results.Where(result => result.Scenario == scenario.Name).ToList();
            if (of.Count == 0)
                continue;
            var isLoad = scenario is Scenario.Load;
            var took = of.Max(static result => result.Round) + 1;
            text.Append(CultureInfo.InvariantCulture, $"\n## {scenario.Title}{(took == rounds ? "" : FormattableString.Invariant($", {took} rounds"))}\n\n| proxy | {(isLoad ? "CPU µs/request" : "median")} | to nginx | to HAProxy |{(isLoad ? " requests/s | p50 ms | p99 ms | to the better | p99.9 ms | peak MiB |" : "")}\n|---|--:|--:|--:|{(isLoad ? "--:|--:|--:|--:|--:|--:|" : "")}\n");
            foreach (var proxy in of.Select(static result => result.Proxy).Distinct().OrderBy(static name => Contestant.All.ToList().FindIndex(one => one.Name == name)))
            {
                var own = of.Where(result => result.Proxy == proxy).ToList();
                if (own.Exists(static result => result.Errors > 0))
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {proxy} | errors: not reported | | |{(isLoad ? " | | | | | |" : "")}\n");
                    continue;
                }

                text.Append(CultureInfo.InvariantCulture, $"| {proxy} | {Median(own, static r => r.Cost):0.00} | {Ratio(of, proxy, "nginx")} | {Ratio(of, proxy, "haproxy")} |");
                if (isLoad)
                    text.Append(CultureInfo.InvariantCulture, $" {Median(own, static r => r.RequestsPerSecond):0} | {Median(own, static r => r.P50Milliseconds):0.00} | {Median(own, static r => r.P99Milliseconds):0.00} | {TailToTheBetter(of, own)} | {(own[0].P999Milliseconds is null ? "" : Median(own, static r => r.P999Milliseconds ?? 0)):0.00} | {Median(own, static r => r.PeakKiB / 1024.0):0} |");
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The 99th percentile to the lesser one of nginx and HAProxy, round by round.</summary>
    private static string TailToTheBetter(List<Measured> results, List<Measured> own)
    {
        var better = results.Where(static result => result.Proxy is "nginx" or "haproxy" && result.Errors == 0).GroupBy(static result => result.Round).Where(static both => both.Count() == 2)
            .ToDictionary(static both => both.Key, static both => both.Min(static result => result.P99Milliseconds));
        var ratios = own.Where(result => better.ContainsKey(result.Round)).Select(result => result.P99Milliseconds / better[result.Round]).Order().ToList();
        return ratios.Count == 0 ? "" : Middle(ratios).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Ratio(List<Measured> results, string proxy, string to) => RatioOf(results, proxy, to) is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "";

    private static double? RatioOf(List<Measured> results, string proxy, string to)
    {
        var ratios = results.Where(result => result.Proxy == proxy)
            .Join(results.Where(result => result.Proxy == to), static r => r.Round, static r => r.Round, static (own, other) => own.Cost / other.Cost)
            .Where(double.IsFinite).Order().ToList();
        return ratios.Count == 0 || results.Exists(result => result.Errors > 0 && (result.Proxy == proxy || result.Proxy == to)) ? null : Middle(ratios);
    }

    private static double Median(List<Measured> results, Func<Measured, double> value) => Middle([.. results.Select(value).Order()]);

    private static double Middle(List<double> sorted) => sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

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
                if (RatioOf(of, Contestant.All[i].Name, "nginx") is not { } ratio)
                    continue;
                var length = Math.Min(Width, ratio * Width / 4);      // four times nginx fills the width
                text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{length:0}\" height=\"{BarHeight - 2}\" fill=\"{colours[i]}\"/><text x=\"{Left + length + 4:0}\" y=\"{y + 9}\">{Contestant.All[i].Name} {ratio:0.00}</text>\n");
                y += BarHeight;
            }

            y += 10;
        }

        return string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 130}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"8\" y=\"16\" font-size=\"12\">CPU by request, nginx = 1 (less is better)</text>\n{text}</svg>\n");
    }
}
