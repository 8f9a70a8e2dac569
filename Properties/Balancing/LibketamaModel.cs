using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>libketama's continuum as a sorted list.</summary>
public sealed class LibketamaModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.Libketama);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var key = LittleEndian(MD5.HashData(given.Key.AsSpan())[..4]);
        return Ring(given)
            .OrderBy(point => point.Hash < key)                       // what lies before the key comes after the wrap; the order is stable
            .Select(static point => point.Owner)
            .Concat(given.Left.OrderBy(i => given.Candidates[i].Address))   // who has no point comes last
            .Where(owner => given.Left.Contains(owner))
            .Take(1)
            .ToDictionary(static owner => owner, static _ => 1.0);
    }

    private static IEnumerable<(uint Hash, int Owner)> Ring(PickCase given)
    {
        var servers = given.Candidates.Select(static (candidate, i) => (Candidate: candidate, Owner: i)).Where(static s => !s.Candidate.Weight.Drains).ToList();
        var memory = servers.Sum(static s => (long)s.Candidate.Weight.Value);
        return servers
            .OrderBy(static s => s.Candidate.Address)
            .SelectMany(s => Enumerable.Range(0, (int)MathF.Floor((float)((float)s.Candidate.Weight.Value / (float)memory * 40.0 * servers.Count)))
                .SelectMany(k => MD5.HashData(Encoding.UTF8.GetBytes($"{s.Candidate.Address}-{k}")).Chunk(4).Select(LittleEndian))
                .Select(hash => (Hash: hash, s.Owner)))
            .OrderBy(static point => point.Hash)
            .DistinctBy(static point => point.Hash);
    }

    private static uint LittleEndian(byte[] digits) => digits.Reverse().Aggregate(0u, static (number, digit) => number << 8 | digit);
}
