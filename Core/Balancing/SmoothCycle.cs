using System;
using System.Collections.Generic;

namespace Fairlead.Balancing;

/// <summary>
/// One whole period of nginx's smooth weighted round robin: each step adds every weight to its owner's credit, the largest credit is chosen (the first
/// declared wins ties) and pays the sum of the weights. After as many steps as that sum all credits are 0 again, so the period can be stored.
/// </summary>
internal static class SmoothCycle
{
    /// <summary>
    /// Longest period kept exactly (HAProxy stops being exact at 4095 servers; this is 256 KiB of memory). Larger sets may have
    /// <see cref="StepsPerMemberMax"/> steps a member. Longer periods are scaled down: every share is then off by less than 1/1000 of the whole.
    /// </summary>
    public const int StepsMax = 65_536;

    /// <summary>Keeps the error of scaling below 1/1000 in sets so large that every member's one guaranteed step matters.</summary>
    public const int StepsPerMemberMax = 512;

    /// <summary>The positions 0 … n−1 of the weights (all ≥ 1) in the order of one period. Takes time of period × different weights.</summary>
    public static int[] Of(ReadOnlySpan<int> weights)
    {
        var shares = Reduced(weights);
        long total = 0;
        foreach (var share in shares)
            total += share;

        var (members, groups) = GroupsOf(shares);
        var next = groups.AsSpan(0, groups.Length - 1).ToArray();     // of each group: where in `members` the one stands whose turn it is
        var credits = new long[next.Length];                          // its credit, and by what that grows
        var growth = new long[next.Length];
        for (var group = 0; group < growth.Length; group++)
            growth[group] = shares[members[next[group]]];

        var cycle = new int[total];
        for (var step = 0; step < cycle.Length; step++)
        {
            var best = 0;
            var most = long.MinValue;
            for (var group = 0; group < credits.Length; group++)
            {
                var credit = credits[group] += growth[group];
                if (credit > most || (credit == most && members[next[group]] < members[next[best]]))
                    (best, most) = (group, credit);
            }

            cycle[step] = members[next[best]++];
            if (next[best] == groups[best + 1])
            {
                next[best] = groups[best];
                credits[best] -= total;
            }
        }

        return cycle;
    }

    // Members of one share take turns as declared: who has paid less often has more credit, and among those who have paid as often the first is chosen. So a group needs to
    // know one credit, that of the member whose turn it is; it falls when all have had their turn.
    private static (int[] Members, int[] FirstOfGroup) GroupsOf(ReadOnlySpan<long> shares)
    {
        var keys = new long[shares.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (shares[i] << 32) | (uint)i;
        Array.Sort(keys);

        var members = new int[keys.Length];
        var firstOfGroup = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            members[i] = (int)keys[i];
            if (i == 0 || keys[i] >> 32 != keys[i - 1] >> 32)
                firstOfGroup.Add(i);
        }

        firstOfGroup.Add(keys.Length);
        return (members, [.. firstOfGroup]);
    }

    /// <summary>The weights divided by what they have in common and, if their sum is still too long a period, scaled to it; none becomes 0.</summary>
    private static long[] Reduced(ReadOnlySpan<int> weights)
    {
        var common = 0;
        foreach (var weight in weights)
            common = Gcd(common, weight);

        var shares = new long[weights.Length];
        long total = 0;
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = weights[i] / common;
            total += shares[i];
        }

        var most = Math.Max(StepsMax, (long)StepsPerMemberMax * weights.Length);
        if (total <= most)
            return shares;

        long before = 0;
        for (var i = 0; i < shares.Length; i++)                       // rounding the running sum: each is off by less than one step, the sum by none
        {
            var after = before + shares[i];
            shares[i] = Math.Max(1, (after * most / total) - (before * most / total));
            before = after;
        }

        return shares;
    }

    private static int Gcd(int left, int right)
    {
        while (right != 0)
            (left, right) = (right, left % right);
        return left;
    }
}
