using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Pingora's weighted selection: the list repeated by weight at first, then the plain list, FNV-1a of FNV-1a.</summary>
public sealed class PingoraHashModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Pingora);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var line = WeightLine.ByAddress(given);
        var plain = line.Distinct().ToArray();
        var landings = Hashes(given).Select((hash, attempt) => attempt == 0 ? line[(int)(hash % (ulong)line.Length)] : plain[(int)(hash % (ulong)plain.Length)]);
        return WeightLine.FirstLeft(given, line.IsEmpty ? [] : landings, RendezvousModel.Chances);
    }

    private static IEnumerable<ulong> Hashes(PickCase given)
    {
        var hash = Fnv(given.Key);
        for (var attempt = 0; attempt < 256; attempt++)
        {
            yield return hash;
            hash = Fnv(Enumerable.Range(0, 8).Select(i => (byte)(hash >> (8 * i))).ToArray());
        }
    }

    private static ulong Fnv(IEnumerable<byte> bytes) => bytes.Aggregate(14_695_981_039_346_656_037, static (hash, b) => unchecked((hash ^ b) * 1_099_511_628_211));
}
