using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Balancing;

/// <summary>A host in Maglev's terms: where its own order of the slots begins, the step from one to the next, and its weight.</summary>
public readonly record struct MaglevHost(int Offset, int Skip, int Weight);

/// <summary>
/// Maglev's table (Eisenbud et al., NSDI 2016, listing 1): hosts take turns claiming the next free slot in their own order. By weight as Envoy has it: in round t, from 1, a host
/// has a turn only if <c>t · w</c> has reached its target, which then grows by the largest weight. So equal weights differ by a slot at most.
/// </summary>
public static class MaglevTable
{
    /// <summary>Most slots (Envoy's limit, a prime): 20 MB.</summary>
    public const int SizeMax = 5_000_011;

    /// <summary>The size used when <paramref name="wanted"/> is asked for: the first prime that is not less and has a slot for each host, at most <see cref="SizeMax"/>.</summary>
    public static int SizeOf(int wanted, int hosts)
    {
        var size = Math.Clamp(Math.Max(wanted, hosts), 2, SizeMax);
        while (!IsPrime(size))
            size++;
        return size;
    }

    /// <summary>
    /// Which of <paramref name="hosts"/> each slot belongs to, they taking turns in the order of their keys' bytes; offset and skip are Envoy's, xxHash64 of the key with seeds 0
    /// and 1. Weight 0 has no slot; the size is <see cref="SizeOf"/>.
    /// </summary>
    public static ImmutableArray<int> Of(int size, ImmutableArray<(string Key, int Weight)> hosts)
    {
        var texts = new List<(byte[] Key, int Index)>();
        for (var i = 0; !hosts.IsDefault && i < hosts.Length; i++)
        {
            if (hosts[i].Weight > 0)
                texts.Add((Encoding.UTF8.GetBytes(hosts[i].Key), i));
        }

        texts.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key) is var byKey and not 0 ? byKey : left.Index.CompareTo(right.Index));
        size = SizeOf(size, texts.Count);
        var sorted = new MaglevHost[texts.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            var (key, index) = texts[i];
            sorted[i] = new MaglevHost((int)(XxHash64.HashToUInt64(key) % (ulong)size), (int)(XxHash64.HashToUInt64(key, 1) % (ulong)(size - 1)) + 1, hosts[index].Weight);
        }

        var table = Fill(size, sorted);
        foreach (ref var slot in table.AsSpan())
            slot = texts[slot].Index;
        return ImmutableCollectionsMarshal.AsImmutableArray(table);
    }

    /// <summary>Which host each slot belongs to; empty without hosts. The size is <see cref="SizeOf"/>; a weight below 1 counts as 1, offset and skip modulo what they may be.</summary>
    public static int[] Fill(int size, ReadOnlySpan<MaglevHost> hosts)
    {
        if (hosts.IsEmpty)
            return [];

        size = SizeOf(size, hosts.Length);
        var heaviest = 1L;
        var turns = new PriorityQueue<int, long>(hosts.Length);       // by round, then by order: a host of little weight costs nothing in rounds that are not its own
        var claims = new Claims[hosts.Length];
        for (var i = 0; i < claims.Length; i++)
        {
            claims[i] = Claims.Of(size, hosts[i]);
            heaviest = Math.Max(heaviest, hosts[i].Weight);
            turns.Enqueue(i, TurnOf(1, i));
        }

        var table = new int[size];
        Array.Fill(table, -1);
        for (var filled = 0; filled < size; filled++)
        {
            var host = turns.Peek();
            var (slot, skip, weight, taken, round) = claims[host];
            while (table[slot] >= 0)                                  // ends: the size is a prime, so the steps reach every slot
                slot = After(slot, skip, size);
            table[slot] = host;

            taken++;
            round = Math.Max(round + 1, (taken * heaviest + weight - 1) / weight);
            claims[host] = new Claims(After(slot, skip, size), skip, weight, taken, round);
            turns.DequeueEnqueue(host, TurnOf(round, host));
        }

        return table;

        static long TurnOf(long round, int host) => round << 24 | (uint)host;
    }

    /// <summary>All slots in the order in which a host wants them (the paper's <c>permutation</c>).</summary>
    public static int[] OrderOf(int size, MaglevHost host)
    {
        size = SizeOf(size, 1);
        var claims = Claims.Of(size, host);
        var order = new int[size];
        var slot = claims.Next;
        foreach (ref var wanted in order.AsSpan())
            (wanted, slot) = (slot, After(slot, claims.Skip, size));
        return order;
    }

    private static int After(int slot, int skip, int size) => slot + skip < size ? slot + skip : slot + skip - size;

    private readonly record struct Claims(int Next, int Skip, long Weight, long Taken, long Round)
    {
        public static Claims Of(int size, MaglevHost host) =>
            new((int)((uint)host.Offset % (uint)size), (int)((uint)(host.Skip - 1) % (uint)(size - 1)) + 1, Math.Max(1, host.Weight), 0, 1);
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return true;
    }
}
