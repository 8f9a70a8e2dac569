using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>nginx's smooth weighted round robin, step by step, with state.</summary>
public sealed class RoundRobinModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.RoundRobin();

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var total = given.Eligible.Sum(i => given.Candidates[i].Weight.Value);
        return Sequence(given)
            .Skip(total == 0 ? 0 : (int)(given.Ticket % (ulong)total))
            .Take(total)
            .Where(i => !given.Tried.Contains(i))
            .Take(1)
            .ToDictionary(static i => i, static _ => 1.0);
    }

    /// <summary>The picks from ticket 0 on, for ever; nothing when nobody is eligible.</summary>
    public static IEnumerable<int> Sequence(PickCase given)
    {
        var peers = given.Eligible.Select(i => (Index: i, Weight: given.Candidates[i].Weight.Value, Current: 0)).ToList();
        var total = peers.Sum(static p => p.Weight);
        while (total > 0)
        {
            peers = peers.ConvertAll(static p => p with { Current = p.Current + p.Weight });
            var best = peers.MaxBy(static p => p.Current);            // the first of equals
            peers = peers.ConvertAll(p => p.Index == best.Index ? p with { Current = p.Current - total } : p);
            yield return best.Index;
        }
    }
}
