using System;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Power of two choices (Mitzenmacher 2001): of two different candidates, every pair equally likely, the one with fewer requests in flight by weight. Equal ones are decided
/// by a coin weighted as they are. One draw of entropy serves all three; a request that has tried some draws from the others.
/// </summary>
public sealed class PowerOfTwoChoices : Picker
{
    private readonly record struct Member(int Index, int Slot, int Weight);

    private readonly Member[] _members;     // the available ones, ascending, side by side: a pick reads two of them and their loads

    private PowerOfTwoChoices(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available) =>
        _members = [.. Availability.IndexesOf(available).Select(index => new Member(index, candidates[index].Slot.Value, candidates[index].Weight.Value))];

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
        return second == None ? (first == None ? None : _members[first].Index) : Better(_members[first], _members[second], rest, input);
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var (first, second, rest) = Draw(input);
        if (first == None)
            return Explanation.Of(this, input, None);

        var one = _members[first];
        if (second == None)
            return Explanation.Of(this, input, one.Index, new PickStep.TwoDrawn(one.Index, InFlightOf(one, input), None, 0));

        var other = _members[second];
        return Explanation.Of(this, input, Better(one, other, rest, input), new PickStep.TwoDrawn(one.Index, InFlightOf(one, input), other.Index, InFlightOf(other, input)));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);

    private static int Better(in Member left, in Member right, ulong rest, in PickInput input)
    {
        // Without a branch: which of two random candidates is better is what no processor can predict.
        var difference = ((long)InFlightOf(left, input) * right.Weight) - ((long)InFlightOf(right, input) * left.Weight);
        var coin = (long)Entropy.Below(rest, (ulong)(left.Weight + right.Weight)) - left.Weight;   // negative for the left one
        var rank = (2 * difference) + (long)(~(ulong)coin >> 63);     // at most 0 for the left one: it has less, or as much and the coin
        return right.Index ^ ((left.Index ^ right.Index) & (int)((rank - 1) >> 63));
    }

    private static int InFlightOf(in Member member, in PickInput input) =>
        (uint)member.Slot < (uint)input.InFlight.Length ? Math.Max(0, input.InFlight[member.Slot]) : 0;

    /// <summary>Two different members, or one and <see cref="Picker.None"/>, or none; and what is left of the entropy.</summary>
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
        return (first, count == 1 ? None : second, rest);
    }

    private int CountUntried(in PickInput input)
    {
        var count = 0;
        foreach (ref readonly var member in _members.AsSpan())
            count += input.IsTried(member.Index) ? 0 : 1;
        return count;
    }

    private int UntriedAt(int rank, in PickInput input)
    {
        for (var m = 0; m < _members.Length; m++)
        {
            if (!input.IsTried(_members[m].Index) && rank-- == 0)
                return m;
        }

        return None;
    }
}
