using System;
using System.Collections.Immutable;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Smooth weighted round robin: tickets 0, 1, 2, … give nginx's sequence over the available candidates, by looking up a stored period
/// (<see cref="SmoothCycle"/>). A request whose ticket leads to a candidate it has tried takes the next one of the period that it has not.
/// The ticket is the caller's, so a rebuilt picker goes on where the old one stood.
/// </summary>
public sealed class SmoothWeightedRoundRobin : Picker
{
    private readonly int[] _cycle;          // candidate indexes
    private readonly Modulus _period;
    private readonly int[] _members;        // available candidate indexes, ascending
    private readonly int[] _steps;          // the steps of the cycle at which each member stands: ascending, member after member
    private readonly int[] _firstStep;      // where member m's part of _steps begins; one more entry than members

    private SmoothWeightedRoundRobin(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
        _members = Availability.IndexesOf(available);
        var weights = new int[_members.Length];
        for (var m = 0; m < weights.Length; m++)
            weights[m] = candidates[_members[m]].Weight.Value;

        _cycle = SmoothCycle.Of(weights);
        (_steps, _firstStep) = StepsOf(_cycle, _members.Length);
        for (var step = 0; step < _cycle.Length; step++)
            _cycle[step] = _members[_cycle[step]];
        _period = new Modulus(_cycle.Length);
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static SmoothWeightedRoundRobin Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new SmoothWeightedRoundRobin(candidates, Availability.Of(candidates, available));
    }

    /// <summary>The available candidates' indexes, ascending.</summary>
    internal ReadOnlySpan<int> Members => _members;

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var step = _period.Of(input.Ticket);
        if (step >= _cycle.Length)
            return None;
        var first = _cycle[step];
        return input.IsTried(first) ? NextUntried(step, input) : first;
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var chosen = Pick(input);
        return chosen == None
            ? Explanation.Of(this, input, None)
            : Explanation.Of(this, input, chosen, new PickStep.Turn(input.Ticket, _period.Of(input.Ticket), _cycle.Length));
    }

    /// <summary>Whose turn it is at that ticket, whoever was tried; <see cref="Picker.None"/> when nobody is available.</summary>
    internal int TurnOf(ulong ticket)
    {
        var step = _period.Of(ticket);
        return step < _cycle.Length ? _cycle[step] : None;
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);

    // Walking the cycle could take as many steps as the weights are large; asking each member for its next step takes n · log(period).
    private int NextUntried(int step, in PickInput input)
    {
        var (chosen, fewest) = (None, int.MaxValue);
        for (var m = 0; m < _members.Length; m++)
        {
            if (input.IsTried(_members[m]))
                continue;
            var steps = _steps.AsSpan(_firstStep[m].._firstStep[m + 1]);
            var next = steps.BinarySearch(step);                      // never found: the member at that step was tried
            next = ~next < steps.Length ? steps[~next] : steps[0] + _cycle.Length;
            if (next - step < fewest)
                (chosen, fewest) = (_members[m], next - step);
        }

        return chosen;
    }

    private static (int[] Steps, int[] FirstStep) StepsOf(ReadOnlySpan<int> cycle, int members)
    {
        var firstStep = new int[members + 1];
        foreach (var member in cycle)
            firstStep[member + 1]++;
        for (var m = 0; m < members; m++)
            firstStep[m + 1] += firstStep[m];

        var steps = new int[cycle.Length];
        var filled = firstStep.AsSpan(0, members).ToArray();
        for (var step = 0; step < cycle.Length; step++)
            steps[filled[cycle[step]]++] = step;
        return (steps, firstStep);
    }
}
