using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Cache::Memcached's hash by its definition, the CRC-32 bit by bit.</summary>
public sealed class NginxHashModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Nginx);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var line = WeightLine.InOrder(given);
        var landings = Sums(given).Select(sum => line[sum % line.Length]);
        return WeightLine.FirstLeft(given, line.IsEmpty || given.Key.IsEmpty ? [] : landings, RoundRobinModel.Chances);
    }

    private static IEnumerable<int> Sums(PickCase given)
    {
        var sum = 0;
        for (var retry = 0; retry <= 20; retry++)
            yield return sum += (int)(Crc((retry == 0 ? [] : Encoding.ASCII.GetBytes(retry.ToString(CultureInfo.InvariantCulture))).Concat(given.Key)) >> 16 & 0x7fff);
    }

    private static uint Crc(IEnumerable<byte> bytes) => ~bytes.Aggregate(
        ~0u, static (crc, b) => Enumerable.Range(0, 8).Aggregate(crc ^ b, static (c, _) => (c & 1) != 0 ? c >> 1 ^ 0xEDB88320 : c >> 1));
}
