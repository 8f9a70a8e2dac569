using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// The first in the order given that is available and not tried (HAProxy's and Caddy's <c>first</c>). With limits on requests in flight the backends fill up one after
/// another, so that idle machines at the end can be switched off.
/// </summary>
public sealed class First : Picker
{
    private readonly int[] _members;        // available candidate indexes, ascending

    private First(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
        _members = Availability.IndexesOf(available);
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static First Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new First(candidates, Availability.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        foreach (var member in _members)
        {
            if (!input.IsTried(member))
                return member;
        }

        return None;
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var chosen = Pick(input);
        return chosen == None
            ? Explanation.Of(this, input, None)
            : Explanation.Of(this, input, chosen, new PickStep.FirstInOrder());
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);
}
