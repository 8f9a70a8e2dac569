using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>nginx's <c>ip_hash</c> by its definition, over any bytes.</summary>
public sealed class NginxIpHashModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.NginxIpHash();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var line = WeightLine.InOrder(given);
        var landings = Enumerable.Range(1, 21)
            .Select(times => Enumerable.Repeat(given.Key, times).SelectMany(static key => key).Aggregate(89, static (hash, value) => (hash * 113 + value) % 6271))
            .Select(hash => line[hash % line.Length]);
        return WeightLine.FirstLeft(given, line.IsEmpty ? [] : landings, RoundRobinModel.Chances);
    }
}
