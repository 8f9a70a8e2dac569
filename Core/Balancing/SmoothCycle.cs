using System;

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

    /// <summary>The positions 0 … n−1 of the weights (all ≥ 1) in the order of one period. Takes time of period × members, but for equal weights.</summary>
    public static int[] Of(ReadOnlySpan<int> weights)
    {
        var shares = Reduced(weights);
        long total = 0;
        foreach (var share in shares)
            total += share;

        var cycle = new int[total];
        if (total == shares.Length)                                   // equal weights: the members in turn
        {
            for (var i = 0; i < cycle.Length; i++)
                cycle[i] = i;
            return cycle;
        }

        var credits = new long[shares.Length];
        for (var step = 0; step < cycle.Length; step++)
            cycle[step] = Step(credits, shares, total);
        return cycle;
    }

    private static int Step(Span<long> credits, ReadOnlySpan<long> shares, long total)
    {
        var best = 0;
        var most = long.MinValue;
        for (var i = 0; i < shares.Length; i++)
        {
            var credit = credits[i] + shares[i];
            credits[i] = credit;
            if (credit > most)
            {
                most = credit;
                best = i;
            }
        }

        credits[best] -= total;
        return best;
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
