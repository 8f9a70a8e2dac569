using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>The fewest requests by weight; of the tied the one whose turn it is in nginx's cycle, or if that one is not tied any of them by weight.</summary>
public sealed class LeastRequestsModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.LeastRequests();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given) =>
        Tied(given, [.. given.Left.Where(i => given.Left.All(other => (long)given.InFlightOf(i) * WeightOf(given, other) <= (long)given.InFlightOf(other) * WeightOf(given, i)))]);

    /// <summary>Who of the tied may be picked, with the chance of each over all tickets that stand at the same step.</summary>
    public static IReadOnlyDictionary<int, double> Tied(PickCase given, IReadOnlyList<int> tied)
    {
        var turn = RoundRobinModel.Chances(given with { Tried = [] }).Keys.Intersect(tied).ToList();
        var (left, total) = (turn.Count > 0 ? turn : tied, (double)(turn.Count > 0 ? turn : tied).Sum(i => WeightOf(given, i)));
        return left.ToDictionary(static i => i, i => WeightOf(given, i) / total);
    }

    private static int WeightOf(PickCase given, int index) => given.Candidates[index].Weight.Value;
}
