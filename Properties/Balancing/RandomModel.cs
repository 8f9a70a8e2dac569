using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Weighted random: each candidate that is left, in proportion to its weight.</summary>
public sealed class RandomModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Random();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var total = (double)given.Left.Sum(i => given.Candidates[i].Weight.Value);
        return given.Left.ToDictionary(static i => i, i => given.Candidates[i].Weight.Value / total);
    }
}
