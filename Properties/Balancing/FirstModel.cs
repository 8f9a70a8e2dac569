using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>The first of those left.</summary>
public sealed class FirstModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.First();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given) => given.Left.Take(1).ToDictionary(static i => i, static _ => 1.0);
}
