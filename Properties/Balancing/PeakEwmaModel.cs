using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>The least average · (requests + 1) / weight, averages rounded down to steps; ties as for the fewest requests.</summary>
public sealed class PeakEwmaModel : IPolicyModel
{
    public static TimeSpan Decay { get; } = TimeSpan.FromSeconds(10);

    public static PolicySettings Settings => new PolicySettings.PeakEwma(Decay);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var costs = given.Left.ToDictionary(static i => i, i => CostOf(given, i));
        return LeastRequestsModel.Tied(given, [.. given.Left.Where(i => costs.Values.All(cost => costs[i] <= cost))]);
    }

    /// <summary>In parts so small that no weight generated makes a fraction.</summary>
    private static Int128 CostOf(PickCase given, int index)
    {
        var (latency, pending) = (index < given.Latencies.Length ? given.Latencies[index] : default, given.InFlightOf(index));
        var average = Math.Max(1_024, latency.MicrosecondsAt(given.Now, Decay));
        var step = Enumerable.Range(7, 60).Select(static power => 1L << power).First(step => average < 16.0 * step);
        Int128 estimate = latency.HasHistory ? (long)(average / step) * step
            : pending == 0 ? 0
            : (Int128)1 << 60;
        return estimate * (pending + 1) * LeastMultiple / given.Candidates[index].Weight.Value;
    }

    private const long LeastMultiple = 232_792_560;                   // of 1 to 20
}
