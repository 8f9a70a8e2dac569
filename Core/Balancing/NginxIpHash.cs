using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>NginxIpHash.</summary>
public sealed class NginxIpHash : Picker
{
    private NginxIpHash(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static NginxIpHash Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available) => new NginxIpHash(candidates, available);

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => throw new NotImplementedException();
}
