using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>The key's xxHash3 and twenty draws of SplitMix64 from it, each modulo the list of indexes repeated by weight; then rendezvous.</summary>
public sealed class ModuloHashModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Hash(new KeySource.Uri());

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var line = WeightLine.ByAddress(given);
        var landings = Draws(given).Select(draw => line[(int)(draw % (ulong)line.Length)]);
        return WeightLine.FirstLeft(given, line.IsEmpty ? [] : landings, RendezvousModel.Chances);
    }

    /// <summary>What a key is hashed to, time after time.</summary>
    public static IEnumerable<ulong> Draws(PickCase given)
    {
        var first = XxHash3.HashToUInt64(given.Key.AsSpan());
        return Enumerable.Range(0, 21).Select(attempt => attempt == 0 ? first : SplitMix(unchecked(first + (ulong)attempt * 0x9E3779B97F4A7C15)));
    }

    private static ulong SplitMix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
