using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>HAProxy's tree: of the nodes of servers left the nearest around the circle, the one before of two as near.</summary>
public sealed class HAProxyRingModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.HAProxy);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var key = Avalanche(given.Key.Aggregate(0u, static (hash, b) => b + (hash << 6) + (hash << 16) - hash));
        return given.Left
            .SelectMany(i => Enumerable.Range(0, Math.Min(4096, 16 * given.Candidates[i].Weight.Value)).Select(node => (Hash: Avalanche((uint)(4096 * (i + 1) + node)), Owner: i)))
            .OrderBy(node => Math.Min(key - node.Hash, node.Hash - key))
            .ThenBy(node => key - node.Hash)
            .Select(static node => node.Owner)
            .Take(1)
            .ToDictionary(static owner => owner, static _ => 1.0);
    }

    private static uint Avalanche(uint a)
    {
        a = unchecked(a + 0x7ed55d16 + (a << 12));
        a = a ^ 0xc761c23c ^ (a >> 19);
        a = unchecked(a + 0x165667b1 + (a << 5));
        a = unchecked(a + 0xd3a2646c) ^ (a << 9);
        a = unchecked(a + 0xfd7046c5 + (a << 3));
        return a ^ 0xb55a4f09 ^ (a >> 16);
    }
}
