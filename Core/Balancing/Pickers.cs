using System.Collections.Immutable;
using System.Diagnostics;

namespace Fairlead.Balancing;

/// <summary>Makes a policy ready for a set of candidates.</summary>
public static class Pickers
{
    /// <summary>
    /// The picker of <paramref name="policy"/>. Any number of candidates, even none; an availability that is missing counts as not available,
    /// and a candidate of weight 0 is never available. Tiers and limits of the candidates are not looked at: <see cref="Selector"/> does that.
    /// </summary>
    public static Picker Of(PolicySettings policy, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => policy switch
    {
        PolicySettings.RoundRobin => SmoothWeightedRoundRobin.Of(candidates, available),
        PolicySettings.Random => WeightedRandom.Of(candidates, available),
        PolicySettings.PowerOfTwoChoices => PowerOfTwoChoices.Of(candidates, available),
        PolicySettings.LeastRequests => LeastRequests.Of(candidates, available),
        PolicySettings.PeakEwma ewma => PeakEwma.Of(ewma.Decay, candidates, available),
        PolicySettings.First => First.Of(candidates, available),
        PolicySettings.SourceIpHash => Rendezvous.Of(candidates, available),
        PolicySettings.NginxIpHash => NginxIpHash.Of(candidates, available),
        PolicySettings.Hash hash => ModuloHash.Of(hash.Variant, candidates, available),
        PolicySettings.Ketama ketama => Ketama.Of(ketama.Variant, candidates, available),
        PolicySettings.Rendezvous => Rendezvous.Of(candidates, available),
        PolicySettings.Maglev maglev => Maglev.Of(maglev.TableSize, candidates, available),
        PolicySettings.JumpHash => JumpHash.Of(candidates, available),
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };
}
