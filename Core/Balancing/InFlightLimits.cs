using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>Concurrency limits: a candidate with <see cref="Candidate.InFlightMax"/> requests is passed over (nginx's <c>max_conns</c>); none when all that are left are full.</summary>
internal sealed class InFlightLimits(Picker inner) : SecondChoice(inner)
{
    private protected override Picker Second => Inner;

    private protected override bool FirstStands => false;

    /// <summary>True when <paramref name="candidate"/> has as many requests as it may have.</summary>
    public static bool IsFull(in Candidate candidate, in PickInput input) => candidate.InFlightMax > 0 && input.InFlightOf(candidate) >= candidate.InFlightMax;

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new InFlightLimits(Inner.WithAvailable(available));

    private protected override bool Accepts(int first, in PickInput input) => !IsFull(Candidates.ItemRef(first), input);

    private protected override void AddRefused(in PickInput input, Span<ulong> tried)
    {
        for (var i = 0; i < Candidates.Length; i++)
        {
            if (Available[i] && IsFull(Candidates.ItemRef(i), input))
                tried[i >> 6] |= 1UL << (i & 63);
        }
    }

    private protected override Exclusion?[] Refusals(in PickInput input)
    {
        var refusals = new Exclusion?[Candidates.Length];
        for (var i = 0; i < refusals.Length; i++)
            refusals[i] = IsFull(Candidates[i], input) ? FullOf(Candidates[i], input) : null;
        return refusals;
    }

    private protected override PickStep StepOf(int first, in PickInput input) => new PickStep.Limited(first, input.InFlightOf(Candidates[first]), Candidates[first].InFlightMax);

    /// <summary>That it is full, told.</summary>
    public static Exclusion FullOf(in Candidate candidate, in PickInput input) => new Exclusion.Full(input.InFlightOf(candidate), candidate.InFlightMax);
}
