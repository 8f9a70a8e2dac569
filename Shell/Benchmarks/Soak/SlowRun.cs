using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Benchmarks.Soak;

/// <summary>What came of a crowd of slow clients.</summary>
internal sealed record SlowResult(IReadOnlyList<SlowClient> Clients, TimeSpan Deadline, int BackendConnections, int BackendConnectionsHeld, IReadOnlyList<double> Ratios, TimeSpan LongestWait, IReadOnlyList<string> Logged);

/// <summary>
/// Two thousand slow clients at one of two proxies, and a fast client that asks the two in turn, a block of requests each, while the slow ones are there: so the cost of being slow to
/// the machine is in both.
/// </summary>
internal static class SlowRun
{
    public const int Count = 2000;

    /// <summary>The slow clients may not cost a fast one more than a tenth.</summary>
    private const double RatioMax = 1.1;

    /// <summary>Deadlines are looked at each 100 ms, rates each look after that, and the crowd looks once a second.</summary>
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(3);

    /// <summary>A client that takes a byte a second stalls only when the kernel is full of its answer, which is more than a gigabyte to move for all of them.</summary>
    private static readonly TimeSpan FillMax = TimeSpan.FromSeconds(8);

    /// <summary>Whoever is there then is told as one who stayed.</summary>
    private static readonly TimeSpan StayMax = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(250);

    public static int Run()
    {
        var result = MeasureAsync(TimeSpan.FromSeconds(40)).GetAwaiter().GetResult();
        foreach (var kind in Enum.GetValues<SlowKind>())
        {
            var of = result.Clients.Where(client => client.Kind == kind).ToList();
            var gone = of.Where(static client => client.Gone is not null).Select(static client => (client.Gone!.Value - client.Began).TotalSeconds).Order().ToList();
            System.Console.WriteLine(FormattableString.Invariant(
                $"{kind,-9}{of.Count,6} clients, {gone.Count} gone, after {gone.FirstOrDefault():0.0} to {gone.LastOrDefault():0.0} s; {of.Count(static client => client.Told.StartsWith("HTTP/1.1 408", StringComparison.Ordinal))} were told 408"));
        }

        var ratio = result.Ratios.Order().ElementAt(result.Ratios.Count / 2);
        System.Console.WriteLine(FormattableString.Invariant($"fast client: {ratio:0.000} times the time beside {Count} slow ones (median of {result.Ratios.Count} pairs of blocks), longest wait {result.LongestWait.TotalMilliseconds:0.0} ms"));
        var faults = Faults(result, LateMax, FillMax).ToList();
        if (ratio > RatioMax)
            faults.Add("the fast client was slowed");
        foreach (var fault in faults)
            System.Console.WriteLine("FAULT " + fault);
        System.Console.WriteLine(faults.Count == 0 ? "verdict: not slowed, and gone in time" : "verdict: not as it should be");
        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>What is wrong with that; a client may go so much later than its deadline, and one that takes a response so much.</summary>
    public static IEnumerable<string> Faults(SlowResult result, TimeSpan lateMax, TimeSpan fillMax)
    {
        foreach (var kind in result.Clients.GroupBy(static client => client.Kind))
        {
            var stayed = kind.Count(static client => client.Gone is null);
            if (stayed > 0)
                yield return FormattableString.Invariant($"{kind.Key}: {stayed} are still there");
            var early = kind.Count(client => client.Gone - client.Began < result.Deadline - TimeSpan.FromSeconds(1));
            if (early > 0)
                yield return FormattableString.Invariant($"{kind.Key}: {early} went before their deadline");
            var late = kind.Count(client => client.Gone - client.Began > result.Deadline + (client.Kind == SlowKind.Response ? fillMax : lateMax));
            if (late > 0)
                yield return FormattableString.Invariant($"{kind.Key}: {late} went too late");
            var untold = kind.Count(static client => client.Kind != SlowKind.Response && !client.Told.StartsWith("HTTP/1.1 408", StringComparison.Ordinal));
            if (untold > 0)
                yield return FormattableString.Invariant($"{kind.Key}: {untold} were not told 408");
        }

        var wanted = result.Clients.Count(static client => client.Kind != SlowKind.Head);
        if (result.BackendConnections != wanted)
            yield return FormattableString.Invariant($"backends: {result.BackendConnections} connections for {wanted} requests; a head that drips must not take one");
        if (result.BackendConnectionsHeld > 0)
            yield return FormattableString.Invariant($"backends: {result.BackendConnectionsHeld} connections are held when their clients are gone");
        foreach (var line in result.Logged)
            yield return "its log says: " + line;
    }

    public static async Task<SlowResult> MeasureAsync(TimeSpan deadline)
    {
        await using var fast = TestOrigin.Start();
        fast.KeepsRequests = false;
        var big = new byte[16 * 1024 * 1024];
        await using var slow = TestOrigin.Start(async exchange =>
        {
            if (exchange.Request.Method == "POST")
                return;
            await exchange.SendAsync(FormattableString.Invariant($"HTTP/1.1 200 OK\r\nContent-Length: {big.Length}\r\n\r\n"));
            await exchange.SendAsync(big);
        });
        slow.KeepsRequests = false;
        var yaml = FormattableString.Invariant($$"""
            listeners: [ { bind: "127.0.0.1:0" } ]
            client-timeouts: { request-head: {{deadline.TotalSeconds}}s, rate-grace: {{deadline.TotalSeconds}}s, write-stall: {{deadline.TotalSeconds}}s }
            upstreams:
              fast: { backends: [ "{{fast.Address}}" ] }
              slow: { backends: [ "{{slow.Address}}" ] }
            routes:
              - { to: fast }
              - { to: slow, host: slow.test }
            """);
        await using var quiet = await ProxyProcess.RunAsync(yaml);
        await using var beset = await ProxyProcess.RunAsync(yaml);
        await using var toQuiet = await TestClient.ConnectAsync(quiet.Ports[0]);
        await using var toBeset = await TestClient.ConnectAsync(beset.Ports[0]);
        for (var i = 0; i < 2; i++)                                  // compiled before it is timed
        {
            await BlockAsync(toQuiet);
            await BlockAsync(toBeset);
        }

        await using var crowd = await SlowCrowd.ConnectAsync(beset.Ports[0], Count);
        var last = crowd.Clients.Max(static client => client.Began);
        var (ratios, longest) = (new List<double>(), TimeSpan.Zero);
        while (crowd.Here == Count && crowd.Elapsed < last + deadline - TimeSpan.FromSeconds(2))
        {
            var alone = await BlockAsync(toQuiet);
            var beside = await BlockAsync(toBeset);
            ratios.Add(beside.Median / alone.Median);
            longest = beside.Longest > longest ? beside.Longest : longest;
        }

        await WaitAsync(() => crowd.Here == 0, last + deadline + StayMax - crowd.Elapsed);
        await WaitAsync(() => slow.OpenConnections == 0, TimeSpan.FromSeconds(10));
        return new SlowResult(crowd.Clients, deadline, slow.Connections, slow.OpenConnections, ratios, longest, [.. quiet.Faults, .. beset.Faults]);
    }

    /// <summary>One request after the other for a moment: the median time of one, in milliseconds, and the longest.</summary>
    private static async Task<(double Median, TimeSpan Longest)> BlockAsync(TestClient client)
    {
        var times = new List<double>();
        var block = Stopwatch.StartNew();
        while (block.Elapsed < Block)
        {
            var began = Stopwatch.GetTimestamp();
            if ((await client.GetAsync()).Status != 200)
                throw new InvalidDataException("the fast client was refused");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], TimeSpan.FromMilliseconds(times[^1]));
    }

    /// <summary>Whoever asked tells whether it came to be.</summary>
    private static async Task WaitAsync(Func<bool> condition, TimeSpan max)
    {
        try
        {
            await Eventually.True(condition, "it", max);
        }
        catch (TimeoutException)
        {
            // The result says what is left.
        }
    }
}
