using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>Maglev.</summary>
public sealed class Maglev : Picker
{
    private Maglev(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static Maglev Of(int tableSize, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => new Maglev(candidates, available);

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => throw new NotImplementedException();
}
