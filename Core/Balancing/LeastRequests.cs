using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// The fewest requests in flight by weight of all (nginx's <c>least_conn</c>). Ties are decided by the ticket, see <see cref="LeastCost"/>: with all loads equal, tickets in turn
/// give the sequence of <see cref="SmoothWeightedRoundRobin"/>.
/// </summary>
public sealed class LeastRequests : Picker
{
    private readonly record struct InFlight : ICost
    {
        public double Of(in Candidate candidate, in PickInput input) => input.InFlightOf(candidate);
    }

    private readonly SmoothWeightedRoundRobin _turns;

    private LeastRequests(SmoothWeightedRoundRobin turns)
        : base(turns.Candidates, turns.Available) => _turns = turns;

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static LeastRequests Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) =>
        new(SmoothWeightedRoundRobin.Of(candidates, available));

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => LeastCost.Among(_turns, input, default(InFlight)).Chosen;

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var least = LeastCost.Among(_turns, input, default(InFlight));
        return least.Chosen == None
            ? Explanation.Of(this, input, None)
            : Explanation.Of(this, input, least.Chosen, new PickStep.LeastLoaded(input.InFlightOf(Candidates[least.Chosen]), least.Tied, input.Ticket));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);
}
