using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>ModuloHash.</summary>
public sealed class ModuloHash : Picker
{
    private ModuloHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static ModuloHash Of(ModuloVariant variant, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => new ModuloHash(candidates, available);

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => throw new NotImplementedException();
}
