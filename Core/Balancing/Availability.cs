using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>Which candidates may be picked, in the forms the policies want.</summary>
internal static class Availability
{
    /// <summary>The candidates, empty for <c>default</c>.</summary>
    public static ImmutableArray<Candidate> OrEmpty(ImmutableArray<Candidate> candidates) => candidates.IsDefault ? [] : candidates;

    /// <summary><paramref name="available"/> with one entry a candidate: missing entries and weight 0 are not available.</summary>
    public static ImmutableArray<bool> Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        var usable = ImmutableArray.CreateBuilder<bool>(candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
            usable.Add(!available.IsDefault && i < available.Length && available[i] && !candidates[i].Weight.Drains);
        return usable.MoveToImmutable();
    }

    /// <summary>The indexes that are available, ascending.</summary>
    public static int[] IndexesOf(ImmutableArray<bool> available)
    {
        var count = 0;
        foreach (var isAvailable in available)
            count += isAvailable ? 1 : 0;

        var indexes = new int[count];
        var next = 0;
        for (var i = 0; i < available.Length; i++)
        {
            if (available[i])
                indexes[next++] = i;
        }

        return indexes;
    }

    /// <summary>All indexes in the canonical order of their addresses; candidates of one address stay in the order given.</summary>
    public static int[] CanonicalOrder(ImmutableArray<Candidate> candidates)
    {
        var order = new int[candidates.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (left, right) =>
        {
            var byAddress = candidates[left].Address.CompareTo(candidates[right].Address);
            return byAddress != 0 ? byAddress : left.CompareTo(right);
        });
        return order;
    }
}
