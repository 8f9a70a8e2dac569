using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Weighted rendezvous by its definition: the least −ln(u) / weight, the lower address of equals.</summary>
public sealed class RendezvousModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Rendezvous(new KeySource.Uri());

    public static IReadOnlyDictionary<int, double> Chances(PickCase given) => given.Left
        .OrderBy(i => Arrival(given.Candidates[i], given.Key.AsSpan()))
        .ThenBy(i => given.Candidates[i].Address)
        .Take(1)
        .ToDictionary(static i => i, static _ => 1.0);

    private static double Arrival(Candidate candidate, ReadOnlySpan<byte> key)
    {
        var node = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(candidate.Address.ToString()));
        var bits = SplitMix(XxHash3.HashToUInt64(key) ^ node) / 4096;
        return -Math.Log((bits + 0.5) / Math.Pow(2, 52)) * (1.0 / candidate.Weight.Value);
    }

    private static ulong SplitMix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
