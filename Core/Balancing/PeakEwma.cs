using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>PeakEwma.</summary>
public sealed class PeakEwma : Picker
{
    private PeakEwma(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static PeakEwma Of(TimeSpan decay, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => new PeakEwma(candidates, available);

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => throw new NotImplementedException();
}
