using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Envoy's priority levels from their formula, in decimals. A tier is (number, ready, failed).</summary>
public static class TierModel
{
    public static IReadOnlyList<TierShare> Of(IReadOnlyList<(int Tier, int Ready, int Failed)> tiers, TierSettings settings)
    {
        var share = tiers.Select(static t => t.Ready + t.Failed == 0 ? 1m : (decimal)t.Ready / (t.Ready + t.Failed)).ToArray();
        var health = tiers.Select(t => t.Ready == 0 ? 0m : Math.Max(1, Math.Min(100, Math.Floor((decimal)settings.SpillPercent.IfNone(100) * t.Ready / (t.Ready + t.Failed))))).ToArray();
        var isBelow = share.Select(s => s * 100 < Math.Clamp(settings.PanicPercent, 0, 100)).ToArray();
        var isEnough = settings.SpillPercent.IsSome ? health.Sum() >= 100 : tiers.Where((t, i) => t.Ready > 0 && !isBelow[i]).Any();
        var panics = isBelow.Select(below => below && !isEnough).ToArray();
        var inUse = tiers.Select(static t => t.Ready + t.Failed > 0).ToArray();
        var areAll = inUse.Contains(true) && !inUse.Where((used, i) => used && !panics[i]).Any();

        var loads = settings.SpillPercent.IsNone ? First(tiers, isBelow, panics)
            : areAll ? Apportioned(tiers.Select(static t => (decimal)(t.Ready + t.Failed)).ToArray(), tiers.Sum(static t => t.Ready + t.Failed))
            : Apportioned(health, Math.Min(100, health.Sum()));
        return [.. tiers.Select((t, i) => new TierShare(t.Tier, t.Ready, t.Ready + t.Failed, loads[i], panics[i]))];
    }

    private static int[] First(IReadOnlyList<(int Tier, int Ready, int Failed)> tiers, bool[] isBelow, bool[] panics)
    {
        var best = Enumerable.Range(0, tiers.Count)
            .Select(i => (Index: i, Rank: tiers[i].Ready > 0 && !isBelow[i] ? 0 : tiers[i].Ready > 0 ? 1 : panics[i] ? 2 : 3))
            .Where(static x => x.Rank < 3).OrderBy(static x => x.Rank).Select(static x => x.Index).FirstOrDefault(-1);
        return [.. tiers.Select((_, i) => i == best ? 100 : 0)];
    }

    private static int[] Apportioned(decimal[] parts, decimal sum)
    {
        var loads = new int[parts.Length];
        for (var i = 0; i < parts.Length && sum > 0; i++)
            loads[i] = (int)Math.Min(100 - loads.Sum(), Math.Round(100 * parts[i] / sum, MidpointRounding.AwayFromZero));
        if (sum > 0)
            loads[Array.FindIndex(parts, static part => part > 0)] += 100 - loads.Sum();
        return loads;
    }
}
