using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Two choices: every pair of those left is as likely, and of a pair the one with fewer requests by weight wins; equal ones win by weight.</summary>
public sealed class PowerOfTwoChoicesModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.PowerOfTwoChoices();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var left = given.Left;
        if (left.Length == 1)
            return new Dictionary<int, double> { [left[0]] = 1 };
        var pairs = left.Length * (left.Length - 1) / 2.0;
        return left
            .ToDictionary(static i => i, i => left.Where(other => other != i).Sum(other => ChanceOf(given, i, other)) / pairs)
            .Where(static chance => chance.Value > 0)
            .ToDictionary();
    }

    /// <summary>The chance of <paramref name="index"/> against <paramref name="other"/>.</summary>
    public static double ChanceOf(PickCase given, int index, int other)
    {
        var (mine, its) = (given.Candidates[index].Weight.Value, given.Candidates[other].Weight.Value);
        return ((long)given.InFlightOf(index) * its).CompareTo((long)given.InFlightOf(other) * mine) switch
        {
            < 0 => 1,
            > 0 => 0,
            0 => mine / (double)(mine + its),
        };
    }
}
