using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>What one more request to a candidate costs, before its weight counts.</summary>
internal interface ICost
{
    /// <summary>A finite number, not negative, of at most 36 significant bits: times a weight it is exact, so equal costs are equal whatever the order of comparison.</summary>
    double Of(in Candidate candidate, in PickInput input);
}

/// <summary>
/// The scan for the least cost by weight. The tied are decided by the ticket: the one whose turn it is in the smooth cycle, if it is among them; otherwise one of them drawn by
/// weight. So the shares of the tied follow their weights, whoever is busy. Giving the turn of a busy one to its successor would let that one have two shares.
/// </summary>
internal readonly record struct LeastCost(int Chosen, double Cost, int Weight, int Tied)
{
    /// <summary>The least of the members of <paramref name="turns"/> that are not tried; <see cref="Picker.None"/> when none is left.</summary>
    public static LeastCost Among<TCost>(SmoothWeightedRoundRobin turns, in PickInput input, TCost cost)
        where TCost : struct, ICost
    {
        var candidates = turns.Candidates.AsSpan();
        var turn = turns.TurnOf(input.Ticket);
        var (chosen, least, weight, tied) = (Picker.None, double.PositiveInfinity, 1, 0);
        var tiedWeight = 0L;
        var draws = new Entropy(input.Ticket);
        if (turn != Picker.None && !input.IsTried(turn))
            (chosen, least, weight, tied) = (turn, cost.Of(candidates[turn], input), candidates[turn].Weight.Value, 1);

        foreach (var member in turns.Members)
        {
            if (member == turn || input.IsTried(member))
                continue;
            ref readonly var candidate = ref candidates[member];
            var (its, itsWeight) = (cost.Of(candidate, input), candidate.Weight.Value);
            var (left, right) = (its * weight, least * itsWeight);
            if (left < right)
            {
                (chosen, least, weight, tied) = (member, its, itsWeight, 1);
                tiedWeight = itsWeight;
            }
            else if (left == right)
            {
                tied++;
                if (chosen == turn)
                    continue;
                tiedWeight += itsWeight;                              // each newcomer replaces the one before by its share: a draw by weight in one pass
                (var draw, draws) = draws.Draw();
                if (Entropy.Below(draw, (ulong)tiedWeight) < (ulong)itsWeight)
                    chosen = member;
            }
        }

        return new LeastCost(chosen, least, weight, tied);
    }
}
