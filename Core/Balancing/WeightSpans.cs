using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>The weights of candidates laid end to end: each owns as many numbers of [0, <see cref="Total"/>) as its weight, in the order given; weight 0 owns none.</summary>
internal sealed class WeightSpans
{
    /// <summary>
    /// Largest total, so that numbers fit 32 bits (jump hash counts its buckets so): 32,768 candidates of the largest weight. When the weights ask for more, all are halved
    /// until they fit, one being the least.
    /// </summary>
    public const int TotalMax = int.MaxValue;

    private readonly int[] _members;        // candidate indexes
    private readonly int[] _ends;           // the first number after each one's own

    private WeightSpans(int[] members, int[] ends) => (_members, _ends) = (members, ends);

    /// <summary>The sum of the weights.</summary>
    public int Total => _ends.Length == 0 ? 0 : _ends[^1];

    /// <summary>How many candidates have a weight, each counted once.</summary>
    public int Count => _members.Length;

    /// <summary>The spans of <paramref name="candidates"/> in that order of their indexes.</summary>
    public static WeightSpans Of(ImmutableArray<Candidate> candidates, ReadOnlySpan<int> order)
    {
        var members = new int[order.Length];
        var count = 0;
        foreach (var index in order)
        {
            if (!candidates[index].Weight.Drains)
                members[count++] = index;
        }

        var ends = new int[count];
        for (var halvings = 0; !TryLay(candidates, members.AsSpan(0, count), ends, halvings);)
            halvings++;
        return new WeightSpans(members.AsSpan(0, count).ToArray(), ends);
    }

    /// <summary>The spans in the order in which the candidates are given.</summary>
    public static WeightSpans Of(ImmutableArray<Candidate> candidates)
    {
        var order = new int[candidates.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        return Of(candidates, order);
    }

    /// <summary>The candidate that owns <paramref name="number"/>, which is in [0, <see cref="Total"/>).</summary>
    public int OwnerOf(int number)
    {
        var (from, count) = (0, _ends.Length);
        while (count > 1)                                             // it is one of `count` from `from` on
        {
            var half = count >> 1;
            from += _ends[from + half - 1] <= number ? half : 0;
            count -= half;
        }

        return _members[from];
    }

    /// <summary>The candidate that comes at that place among the <see cref="Count"/> that have a weight.</summary>
    public int MemberAt(int place) => _members[place];

    private static bool TryLay(ImmutableArray<Candidate> candidates, ReadOnlySpan<int> members, Span<int> ends, int halvings)
    {
        long total = 0;
        for (var i = 0; i < members.Length; i++)
        {
            total += Math.Max(1, candidates[members[i]].Weight.Value >> halvings);
            if (total > TotalMax)
                return false;
            ends[i] = (int)total;
        }

        return true;
    }
}
