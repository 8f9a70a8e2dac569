using System;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>What happens to the keys when a member leaves: exact, by the lengths of the arcs, so that no sample of keys is needed.</summary>
internal static class RingMoves
{
    /// <summary>Per cent of the circle, to two places, that the member removed owned, and that moved between the others.</summary>
    public static (double Own, double Foreign) Percent(Ring before, Ring after, int removed)
    {
        ulong[] borders = [.. before.Concat(after).Select(static point => point.Hash).Distinct().Order()];   // an owner can change only at a point
        var circle = borders[^1] > uint.MaxValue ? Math.Pow(2, 64) : Math.Pow(2, 32);
        var (own, foreign, previous) = (0.0, 0.0, borders[^1] - circle);
        foreach (var hash in borders)
        {
            var owner = before[before.PositionOf(hash)].Candidate;
            var heir = after[after.PositionOf(hash)].Candidate;
            if (owner == removed)
                own += hash - previous;
            else if (owner != (heir < removed ? heir : heir + 1))
                foreign += hash - previous;
            previous = hash;
        }

        return (Math.Round(own / circle * 100, 2), Math.Round(foreign / circle * 100, 2));
    }
}
