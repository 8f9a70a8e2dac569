using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// Policies that give each candidate places, points of a ring or slots of a table, on which a key's hash falls. The places are made once, of all candidates with a weight;
/// availability decides only who is passed over. Who has a weight and no place comes last, in canonical order, so that a pick always succeeds while somebody is left.
/// </summary>
public abstract class PlacedPicker : Picker
{
    private readonly ulong[] _placed;                                 // bit set: available and with a place

    private protected PlacedPicker(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, ImmutableArray<int> unplaced)
        : base(candidates, available)
    {
        Unplaced = unplaced;
        _placed = new ulong[(candidates.Length + 63) / 64];
        for (var i = 0; i < candidates.Length; i++)
            _placed[i >> 6] |= (available[i] ? 1UL : 0) << (i & 63);
        foreach (var i in unplaced)
            _placed[i >> 6] &= ~(1UL << (i & 63));
    }

    /// <summary>Who has a weight and no place, in canonical order: a tiny share, or an address listed twice.</summary>
    private protected ImmutableArray<int> Unplaced { get; }

    /// <summary>True when a candidate with a place is left: a walk over all places ends.</summary>
    private protected bool IsAnyPlacedLeft(ReadOnlySpan<ulong> tried)
    {
        for (var word = 0; word < _placed.Length; word++)
        {
            if ((word < tried.Length ? _placed[word] & ~tried[word] : _placed[word]) != 0)
                return true;
        }

        return false;
    }

    /// <summary>True when that candidate may be picked.</summary>
    private protected bool IsLeft(int candidate, in PickInput input) => Available[candidate] && !input.IsTried(candidate);

    /// <summary>The first candidate left of those without a place, or <see cref="Picker.None"/>.</summary>
    private protected int FirstUnplaced(in PickInput input)
    {
        foreach (var candidate in Unplaced)
        {
            if (IsLeft(candidate, input))
                return candidate;
        }

        return None;
    }

    /// <summary>The pick of <see cref="FirstUnplaced"/>, told.</summary>
    private protected Explanation ExplainUnplaced(in PickInput input, PickStep keyed)
    {
        var chosen = FirstUnplaced(input);
        return chosen == None ? Explanation.Of(this, input, None) : Explanation.Of(this, input, chosen, keyed, new PickStep.FirstInOrder());
    }

    /// <summary><see cref="Unplaced"/> for places with those owners.</summary>
    private protected static ImmutableArray<int> UnplacedOf(ImmutableArray<Candidate> candidates, ReadOnlySpan<int> owners)
    {
        var hasPlace = new bool[candidates.Length];
        foreach (var owner in owners)
            hasPlace[owner] = true;

        var unplaced = ImmutableArray.CreateBuilder<int>();
        foreach (var index in Availability.CanonicalOrder(candidates))
        {
            if (!hasPlace[index] && !candidates[index].Weight.Drains)
                unplaced.Add(index);
        }

        return unplaced.ToImmutable();
    }
}
