using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Properties.Balancing;

/// <summary>Envoy's ring as its loops build it, and a sorted list.</summary>
public sealed class EnvoyRingModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.Envoy);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var key = XxHash64.HashToUInt64(given.Key.AsSpan());
        return Ring(given)
            .OrderBy(static point => point.Hash)
            .OrderBy(point => point.Hash < key)                       // what lies before the key comes after the wrap; the order is stable
            .Select(static point => point.Owner)
            .Where(owner => given.Left.Contains(owner))
            .Take(1)
            .ToDictionary(static owner => owner, static _ => 1.0);
    }

    /// <summary>How Envoy names a host.</summary>
    public static string NameOf(BackendAddress address) => address is BackendAddress.UnixPath unix ? unix.Path : address.ToString();

    private static IEnumerable<(ulong Hash, int Owner)> Ring(PickCase given)
    {
        var hosts = given.Candidates.Select(static (c, i) => (c.Address, Weight: (double)c.Weight.Value, Owner: i)).Where(static h => h.Weight > 0).OrderBy(static h => h.Address).ToList();
        if (hosts.Count == 0)
            yield break;
        var sum = hosts.Sum(static h => h.Weight);
        var least = hosts.Min(h => h.Weight / sum);
        var scale = Math.Ceiling(least * 1024) / least;
        var (current, target) = (0.0, 0.0);
        foreach (var host in hosts)
        {
            target += scale * (host.Weight / sum);
            for (var i = 0; current < target; i++, current++)
                yield return (XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{NameOf(host.Address)}_{i}")), host.Owner);
        }
    }
}
