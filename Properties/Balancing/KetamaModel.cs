using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Properties.Balancing;

/// <summary>nginx's ring as a sorted list and CRC-32 from its polynomial.</summary>
public sealed class KetamaModel : IPolicyModel
{
    private static readonly uint[] Table =
        [.. Enumerable.Range(0, 256).Select(static b => Enumerable.Range(0, 8).Aggregate((uint)b, static (c, _) => (c & 1) != 0 ? c >> 1 ^ 0xEDB88320 : c >> 1))];

    public static PolicySettings Settings => new PolicySettings.Ketama(new KeySource.Uri());

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var key = Crc(given.Key);
        return Ring(given)
            .OrderBy(point => point.Hash < key)                       // what lies before the key comes after the wrap; the order is stable
            .Select(static point => point.Owner)
            .Where(owner => given.Left.Contains(owner))
            .Take(1)
            .ToDictionary(static owner => owner, static _ => 1.0);
    }

    private static IEnumerable<(uint Hash, int Owner)> Ring(PickCase given) => given.Candidates
        .Select(static (candidate, i) => (candidate.Address, Owner: i, Hashes: Points(candidate)))
        .SelectMany(static c => c.Hashes.Select(hash => (Hash: hash, c.Owner, c.Address)))
        .OrderBy(static point => point.Hash).ThenBy(static point => point.Address)
        .DistinctBy(static point => point.Hash)
        .Select(static point => (point.Hash, point.Owner));

    private static IEnumerable<uint> Points(Candidate candidate)
    {
        var text = candidate.Address switch
        {
            BackendAddress.UnixPath path => path.Path + "\0",
            var other => string.Join('\0', [other.ToString()[..other.ToString().LastIndexOf(':')], other.ToString()[(other.ToString().LastIndexOf(':') + 1)..]]),
        };
        var previous = 0u;
        for (var point = 0; point < 160 * candidate.Weight.Value; point++)
            yield return previous = Crc([.. Encoding.UTF8.GetBytes(text), (byte)previous, (byte)(previous >> 8), (byte)(previous >> 16), (byte)(previous >> 24)]);
    }

    private static uint Crc(IEnumerable<byte> bytes) => ~bytes.Aggregate(~0u, static (c, b) => Table[(byte)(c ^ b)] ^ c >> 8);
}
