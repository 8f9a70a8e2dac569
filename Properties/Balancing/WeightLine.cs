using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Fairlead.Properties.Balancing;

/// <summary>What the models of the policies that hash again and again have in common.</summary>
public static class WeightLine
{
    /// <summary>Each candidate's index as often as its weight says, in the order given.</summary>
    public static ImmutableArray<int> InOrder(PickCase given) =>
        [.. Enumerable.Range(0, given.Candidates.Length).SelectMany(i => Enumerable.Repeat(i, given.Candidates[i].Weight.Value))];

    /// <summary>The same in the order of the addresses.</summary>
    public static ImmutableArray<int> ByAddress(PickCase given) =>
        [.. Enumerable.Range(0, given.Candidates.Length).OrderBy(i => given.Candidates[i].Address).SelectMany(i => Enumerable.Repeat(i, given.Candidates[i].Weight.Value))];

    /// <summary>The first of <paramref name="landings"/> that may be picked, or what <paramref name="last"/> says.</summary>
    public static IReadOnlyDictionary<int, double> FirstLeft(PickCase given, IEnumerable<int> landings, Func<PickCase, IReadOnlyDictionary<int, double>> last) =>
        landings.Where(index => given.Left.Contains(index)).Take(1).ToDictionary(static index => index, static _ => 1.0) is { Count: 1 } found ? found : last(given);
}
