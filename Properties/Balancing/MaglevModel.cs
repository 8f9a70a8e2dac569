using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Envoy's table, round by round, of few slots, so that retries fail often enough to matter.</summary>
public sealed class MaglevModel : IPolicyModel
{
    private const int Size = 251;

    public static PolicySettings Settings => new PolicySettings.Maglev(new KeySource.Uri(), Size);

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var table = Table(given);
        var key = XxHash64.HashToUInt64(given.Key.AsSpan());
        return Enumerable.Range(0, 21).Select(k => k == 0 ? key : key ^ unchecked(~0UL - (ulong)k + 1)).Select(static hash => (int)(hash % Size))
            .Concat(Enumerable.Range(0, Size).Select(step => (int)((key % Size + (ulong)step) % Size)))
            .Where(_ => table.Length > 0)
            .Select(slot => table[slot])
            .Where(owner => given.Left.Contains(owner))
            .Take(1)
            .ToDictionary(static owner => owner, static _ => 1.0);
    }

    /// <summary>Who owns each slot.</summary>
    public static int[] Table(PickCase given)
    {
        var hosts = given.Candidates
            .Select(static (c, i) => (Name: Encoding.UTF8.GetBytes(EnvoyRingModel.NameOf(c.Address)), Weight: c.Weight.Value, Index: i))
            .Where(static host => host.Weight > 0)
            .OrderBy(static host => Convert.ToHexString(host.Name), StringComparer.Ordinal)
            .Select(static host => (host.Index, host.Weight, Slots: new Queue<int>(Slots(host.Name))))
            .ToList();
        var table = Enumerable.Repeat(-1, hosts.Count == 0 ? 0 : Size).ToArray();
        var targets = new int[hosts.Count];
        for (var round = 1; table.Contains(-1); round++)
        {
            foreach (var h in Enumerable.Range(0, hosts.Count).Where(h => round * hosts[h].Weight >= targets[h] && table.Contains(-1)))
            {
                targets[h] += hosts.Max(static host => host.Weight);
                while (table[hosts[h].Slots.Peek()] >= 0)
                    hosts[h].Slots.Dequeue();
                table[hosts[h].Slots.Dequeue()] = hosts[h].Index;
            }
        }

        return table;
    }

    private static IEnumerable<int> Slots(byte[] name) => Enumerable.Range(0, Size)
        .Select(j => (int)((XxHash64.HashToUInt64(name) % Size + (ulong)j * (XxHash64.HashToUInt64(name, 1) % (Size - 1) + 1)) % Size));
}
