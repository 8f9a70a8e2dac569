using System.Collections.Immutable;
using System.Diagnostics;

namespace Fairlead.Balancing;

/// <summary>Makes a policy ready for a set of candidates.</summary>
public static class Pickers
{
    /// <summary>
    /// The picker of <paramref name="policy"/>. Any number of candidates, even none; an availability that is missing counts as not available,
    /// and a candidate of weight 0 is never available.
    /// </summary>
    public static Picker Of(PolicySettings policy, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => policy switch
    {
        PolicySettings.RoundRobin => SmoothWeightedRoundRobin.Of(candidates, available),
        PolicySettings.Random => WeightedRandom.Of(candidates, available),
        PolicySettings.SourceIpHash => SourceIpHash.Of(candidates, available),
        PolicySettings.Ketama => Ketama.Of(candidates, available),
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };
}
