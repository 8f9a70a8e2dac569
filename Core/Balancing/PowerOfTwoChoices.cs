using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>PowerOfTwoChoices.</summary>
public sealed class PowerOfTwoChoices : Picker
{
    private PowerOfTwoChoices(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static PowerOfTwoChoices Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new PowerOfTwoChoices(candidates, Availability.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);
}
