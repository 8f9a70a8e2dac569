using System;
using System.Collections.Immutable;
using System.IO.Hashing;

namespace Fairlead.Balancing;

/// <summary>
/// Maglev hashing on Envoy's <see cref="MaglevTable"/>: the slot at the key's hash modulo the size owns it. A slot whose candidate is not available or was tried leads to another
/// hash (Envoy's retry), and after a limit on to the slots after the key's own. Shares follow the weights within a slot or two, which a ring's do not, but when one of 100
/// equal candidates leaves, 0.5 % of all keys move between the others. Other availability uses the same table.
/// </summary>
public sealed class Maglev : PlacedPicker
{
    private const int RehashesMax = 20;                               // nginx's; with one in ten left, nine keys in ten are settled by then

    private Maglev(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, ImmutableArray<int> table, ImmutableArray<int> unplaced)
        : base(candidates, available, unplaced) => Table = table;

    /// <summary>The candidate of each slot; empty without candidates.</summary>
    public ImmutableArray<int> Table { get; }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>. A size that is no prime or too small for the candidates is raised to the next prime that does.</summary>
    public static Maglev Of(int tableSize, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        var hosts = ImmutableArray.CreateBuilder<(string, int)>(candidates.Length);
        foreach (var candidate in candidates)
            hosts.Add((EnvoyRing.TextOf(candidate.Address), candidate.Weight.Value));

        var table = MaglevTable.Of(tableSize, hosts.MoveToImmutable());
        return new Maglev(candidates, Availability.Of(candidates, available), table, UnplacedOf(candidates, table.AsSpan()));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var hash = XxHash64.HashToUInt64(input.Key);
        if (Table.Length > 0 && input.Tried.IsEmpty)
        {
            var owner = Table[SlotOf(hash)];
            if (Available[owner])
                return owner;
        }

        var slot = FirstLeft(hash, input, out _);
        return slot == None ? FirstUnplaced(input) : Table[slot];
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var hash = XxHash64.HashToUInt64(input.Key);
        var keyed = new PickStep.Keyed(Convert.ToHexString(input.Key), hash);
        var slot = FirstLeft(hash, input, out var retries);
        return slot == None ? ExplainUnplaced(input, keyed)
            : retries <= RehashesMax ? Explanation.Of(this, input, Table[slot], keyed, new PickStep.TableSlot(slot, Table.Length, retries))
            : Explanation.Of(this, input, Table[slot], keyed, new PickStep.GaveUpHashing(retries), new PickStep.TableSlot(slot, Table.Length, retries));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new Maglev(Candidates, Availability.Of(Candidates, available), Table, Unplaced);

    private int SlotOf(ulong hash) => (int)(hash % (ulong)Table.Length);

    /// <summary>The slot that decides, or <see cref="Picker.None"/>; <paramref name="retries"/> hashes before it led to somebody who is not left.</summary>
    private int FirstLeft(ulong hash, in PickInput input, out int retries)
    {
        retries = 0;
        if (!IsAnyPlacedLeft(input.Tried))
            return None;

        for (; retries <= RehashesMax; retries++)
        {
            var tried = SlotOf(retries == 0 ? hash : hash ^ (ulong.MaxValue - (ulong)retries + 1));
            if (IsLeft(Table[tried], input))
                return tried;
        }

        var slot = SlotOf(hash);
        while (!IsLeft(Table[slot], input))                           // ends: somebody who is left has a slot
            slot = slot + 1 < Table.Length ? slot + 1 : 0;
        return slot;
    }
}
