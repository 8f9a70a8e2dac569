using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>So many keys that went to candidate <paramref name="From"/> and now go to candidate <paramref name="To"/>, each an index of its own selector or <see cref="Picker.None"/>.</summary>
public readonly record struct KeyFlow(int From, int To, long Keys);

/// <summary>A backend's keys before and after, and how many it was due by weight among those of its tier that may be used; 0 where it is no member.</summary>
public sealed record BackendKeys(BackendAddress Address, long Before, double ExpectedBefore, long After, double ExpectedAfter);

/// <summary>
/// What a change of configuration does to keys. A backend is the same one when its address is. <see cref="Smallest"/> is a bound that no policy can beat for the keys counted:
/// half the sum of |before − after| over all backends, with those keys that have none as one more.
/// </summary>
public sealed class KeyMovement
{
    private KeyMovement(long keys, long moved, long smallest, ImmutableArray<BackendKeys> backends) => (Keys, Moved, Smallest, Backends) = (keys, moved, smallest, backends);

    /// <summary>Keys counted.</summary>
    public long Keys { get; }

    /// <summary>Keys that go to another address than before (or to one after none, or to none after one).</summary>
    public long Moved { get; }

    /// <summary>
    /// The fewest moves by which every backend comes to have as many keys as it has after: what each has lost, in sum. All keys of a backend that is gone are in it. It is at most
    /// <see cref="Moved"/>, and equal to it when keys moved only away from backends that lost, to backends that gained.
    /// </summary>
    public long Smallest { get; }

    /// <summary>The same sum of exact shares instead of counts: what an exactly even policy would move. Chance can make <see cref="Moved"/> a little smaller.</summary>
    public double SmallestByWeight => Backends.Sum(static backend => Math.Max(0, backend.ExpectedBefore - backend.ExpectedAfter));

    /// <summary>Every backend of either configuration, those of the old one first, each in the order given.</summary>
    public ImmutableArray<BackendKeys> Backends { get; }

    /// <summary>Counts <paramref name="flows"/> between the candidates of two selectors; an index of no candidate counts as none.</summary>
    public static KeyMovement Of(Selector before, Selector after, IEnumerable<KeyFlow> flows)
    {
        var (lost, gained) = (new Dictionary<BackendAddress, long>(), new Dictionary<BackendAddress, long>());
        var (keys, moved, lostByNone, gainedByNone) = (0L, 0L, 0L, 0L);
        foreach (var flow in flows)
        {
            var (from, to) = (AddressOf(before, flow.From), AddressOf(after, flow.To));
            keys += flow.Keys;
            moved += Equals(from, to) ? 0 : flow.Keys;
            if (from is null)
                lostByNone += flow.Keys;
            else
                lost[from] = lost.GetValueOrDefault(from) + flow.Keys;
            if (to is null)
                gainedByNone += flow.Keys;
            else
                gained[to] = gained.GetValueOrDefault(to) + flow.Keys;
        }

        var (dueBefore, dueAfter) = (Shares(before), Shares(after));
        var backends = before.Candidates.Concat(after.Candidates).Select(static candidate => candidate.Address).Distinct()
            .Select(address => new BackendKeys(
                address,
                lost.GetValueOrDefault(address), keys * dueBefore.GetValueOrDefault(address),
                gained.GetValueOrDefault(address), keys * dueAfter.GetValueOrDefault(address)))
            .ToImmutableArray();
        var smallest = Math.Max(0, lostByNone - gainedByNone) + backends.Sum(static backend => Math.Max(0, backend.Before - backend.After));
        return new KeyMovement(keys, moved, smallest, backends);
    }

    private static BackendAddress? AddressOf(Selector selector, int index) =>
        (uint)index < (uint)selector.Candidates.Length ? selector.Candidates[index].Address : null;

    /// <summary>The share of the requests each address is due: its tier's, by weight among those of the tier that may be used.</summary>
    private static Dictionary<BackendAddress, double> Shares(Selector selector)
    {
        var shares = new Dictionary<BackendAddress, double>();
        foreach (var tier in selector.Tiers.Tiers)
        {
            var usable = selector.Candidates
                .Where((candidate, i) => candidate.Tier == tier.Tier && selector.Tiers.IsUsable(candidate, selector.Standings[i]))
                .ToArray();
            var weights = usable.Sum(static candidate => (long)candidate.Weight.Value);
            foreach (var candidate in usable)
                shares[candidate.Address] = shares.GetValueOrDefault(candidate.Address) + (tier.Percent / 100.0 * candidate.Weight.Value / weights);
        }

        return shares;
    }
}
