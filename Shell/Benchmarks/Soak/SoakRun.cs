using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Benchmarks.Soak;

/// <summary>
/// Mixed traffic through one proxy for so long, with reloads and a backend whose health wavers; then everything ends, idle connections time out, and the proxy must hold what it
/// held before.
/// </summary>
internal static class SoakRun
{
    private const string Header = "    time   RSS MiB   managed MiB   fds   threads   requests   unexpected";

    /// <summary>Between two looks at the health of the wavering backend, and two reloads.</summary>
    private static readonly TimeSpan WaverEvery = TimeSpan.FromSeconds(1.3);

    private static readonly TimeSpan ReloadEvery = TimeSpan.FromSeconds(3);

    /// <summary>For deadlines on a busy machine, beyond the idle time itself.</summary>
    private static readonly TimeSpan SettleMax = Backends.Idle + TimeSpan.FromSeconds(20);

    /// <summary>The command: five minutes of every kind of traffic unless told otherwise, which is how what grows is traced to its kind.</summary>
    public static int Run(string[] args)
    {
        var (minutes, only) = (5.0, Array.Empty<string>());
        for (var rest = args.AsSpan(); rest is not []; rest = rest[2..])
        {
            if (rest is ["--minutes", var number, ..])
                minutes = double.Parse(number, CultureInfo.InvariantCulture);
            else if (rest is ["--kinds", var names, ..])
                only = names.Split(',');
            else
                throw new ArgumentException($"Unknown option {rest[0]}: there are '--minutes 5' and '--kinds kept,new'.");
        }

        var duration = TimeSpan.FromMinutes(minutes);
        var faults = FaultsAsync(duration, TimeSpan.FromSeconds(Math.Clamp(duration.TotalSeconds / 30, 1, 10)), new SoakRules(), System.Console.Out, only).GetAwaiter().GetResult();
        foreach (var fault in faults)
            System.Console.WriteLine("FAULT " + fault);
        System.Console.WriteLine(faults.Count == 0 ? "verdict: flat" : "verdict: not as it should be");
        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>What was wrong, each fault in a line; of all kinds of traffic when none is named.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(TimeSpan duration, TimeSpan interval, SoakRules rules, TextWriter table, params string[] only)
    {
        await using var backends = new Backends();
        await using var proxy = await ProxyProcess.RunAsync(backends.Yaml(0));
        var kinds = new Kinds(proxy.Ports[0], proxy.Ports[1], backends.Certificates).All.Where(kind => only is [] || only.Contains(kind.Name)).ToList();
        await using var traffic = new Traffic(kinds);
        await traffic.EachOnceAsync();
        var baseline = await SettledAsync(proxy, descriptorsMax: 0, Backends.Idle + Backends.Silence + TimeSpan.FromMilliseconds(500));

        await table.WriteLineAsync(Header);
        var samples = new List<Sample>();
        var reloads = await UnderTrafficAsync(proxy, backends, traffic, duration, interval, sample =>
        {
            samples.Add(sample);
            table.WriteLine(Row(sample));
        });

        await traffic.EndAsync();
        var ended = await SettledAsync(proxy, baseline.Descriptors + rules.DescriptorsSlack, SettleMax);
        await table.WriteLineAsync(Row(new Sample(duration, ended, traffic.Requests, traffic.UnexpectedCount)) + "   ended");
        await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{proxy.Reloads} reloads; descriptors before the traffic {baseline.Descriptors}; {string.Join(", ", traffic.Done.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key} {one.Value}"))}"));

        var faults = SoakVerdict.Faults(samples, baseline, ended, rules).ToList();
        faults.AddRange(traffic.Unexpected);
        faults.AddRange(kinds.Where(kind => !traffic.Done.ContainsKey(kind.Name)).Select(static kind => $"no {kind.Name} came to its end"));
        if (proxy.Reloads < reloads)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{proxy.Reloads} of {reloads} reloads"));
        var code = await proxy.StopAsync();
        if (code != 0)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"exit code {code}"));
        faults.AddRange(proxy.Faults.Select(static line => "its log says: " + line));
        return faults;
    }

    /// <summary>Runs the traffic for so long and gives the number of reloads.</summary>
    private static async Task<int> UnderTrafficAsync(ProxyProcess proxy, Backends backends, Traffic traffic, TimeSpan duration, TimeSpan interval, Action<Sample> sampled)
    {
        var (version, wavered, sampledAt) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var clock = Stopwatch.StartNew();
        traffic.Begin();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (clock.Elapsed < duration)
        {
            await pace.WaitForNextTickAsync();
            if (clock.Elapsed - wavered >= WaverEvery)
            {
                wavered = clock.Elapsed;
                backends.Waver();
            }

            if (clock.Elapsed >= (version + 1) * ReloadEvery)
                proxy.Reload(backends.Yaml(++version));
            if (clock.Elapsed - sampledAt < interval)
                continue;
            sampledAt = clock.Elapsed;
            sampled(new Sample(sampledAt, await proxy.MeasureAsync(), traffic.Requests, traffic.UnexpectedCount));
        }

        return version;
    }

    /// <summary>What it holds once its descriptors are few enough, or when that is not so in time.</summary>
    private static async Task<Holding> SettledAsync(ProxyProcess proxy, int descriptorsMax, TimeSpan max)
    {
        var clock = Stopwatch.StartNew();
        var fewest = int.MaxValue;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (clock.Elapsed < max && fewest > descriptorsMax)
        {
            await pace.WaitForNextTickAsync();
            fewest = Math.Min(fewest, proxy.Descriptors);
        }

        return await proxy.MeasureAsync() with { Descriptors = fewest };
    }

    private static string Row(Sample sample) => string.Create(CultureInfo.InvariantCulture,
        $"{sample.At.TotalSeconds,6:0} s{sample.Held.ResidentBytes / 1048576.0,10:0.0}{sample.Held.ManagedBytes / 1048576.0,14:0.00}{sample.Held.Descriptors,6}{sample.Held.Threads,10}{sample.Requests,11}{sample.Unexpected,13}");
}
