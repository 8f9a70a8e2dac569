using System;
using System.Collections.Immutable;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Power of two choices (Mitzenmacher 2001): of two different candidates, every pair equally likely, the one with fewer requests in flight by weight. Equal ones are decided
/// by a coin weighted as they are. One draw of entropy serves all three; a request that has tried some draws from the others.
/// </summary>
public sealed class PowerOfTwoChoices : Picker
{
    private readonly int[] _members;        // available candidate indexes, ascending

    private PowerOfTwoChoices(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
        _members = Availability.IndexesOf(available);
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static PowerOfTwoChoices Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new PowerOfTwoChoices(candidates, Availability.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var (first, second, rest) = Draw(input);
        return second == None ? first : Better(first, second, rest, input);
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var (first, second, rest) = Draw(input);
        if (first == None)
            return Explanation.Of(this, input, None);

        var chosen = second == None ? first : Better(first, second, rest, input);
        return Explanation.Of(this, input, chosen, new PickStep.TwoDrawn(
            first, input.InFlightOf(Candidates.ItemRef(first)), second, second == None ? 0 : input.InFlightOf(Candidates.ItemRef(second))));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);

    private int Better(int first, int second, ulong rest, in PickInput input)
    {
        ref readonly var left = ref Candidates.ItemRef(first);
        ref readonly var right = ref Candidates.ItemRef(second);
        var (leftWeight, rightWeight) = (left.Weight.Value, right.Weight.Value);
        var difference = ((long)input.InFlightOf(left) * rightWeight) - ((long)input.InFlightOf(right) * leftWeight);
        if (difference == 0)
            return Entropy.Below(rest, (ulong)(leftWeight + rightWeight)) < (ulong)leftWeight ? first : second;
        return difference < 0 ? first : second;
    }

    /// <summary>Two different candidates, or one and <see cref="Picker.None"/>, or none; and what is left of the entropy.</summary>
    private (int First, int Second, ulong Left) Draw(in PickInput input)
    {
        var hasTried = !input.Tried.IsEmpty && input.Tried.ContainsAnyExcept(0UL);
        var count = hasTried ? CountUntried(input) : _members.Length;
        if (count == 0)
            return (None, None, 0);

        var first = (int)Math.BigMul(input.Entropy, (ulong)count, out var rest);
        var second = (int)Math.BigMul(rest, (ulong)count - 1, out rest);
        second += second >= first ? 1 : 0;                            // the others, without drawing again
        if (hasTried)
            return (UntriedAt(first, input), count == 1 ? None : UntriedAt(second, input), rest);
        return (_members[first], count == 1 ? None : _members[second], rest);
    }

    private int CountUntried(in PickInput input)
    {
        var count = 0;
        foreach (var member in _members)
            count += input.IsTried(member) ? 0 : 1;
        return count;
    }

    private int UntriedAt(int rank, in PickInput input)
    {
        foreach (var member in _members)
        {
            if (!input.IsTried(member) && rank-- == 0)
                return member;
        }

        return None;
    }
}
