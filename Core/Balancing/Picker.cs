using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// A policy made ready for one set of candidates: immutable, shared by all threads, no allocation per pick. A pick is a pure function of its input.
/// </summary>
public abstract class Picker
{
    /// <summary>What <see cref="Pick"/> answers when no candidate is left.</summary>
    public const int None = -1;

    /// <summary>Sets the members and which of them may be picked (same length; a candidate of weight 0 is never available).</summary>
    private protected Picker(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        Candidates = candidates;
        Available = available;
    }

    /// <summary>All members, available or not, in the caller's order: indexes refer to it.</summary>
    public ImmutableArray<Candidate> Candidates { get; }

    /// <summary>Which members may be picked.</summary>
    public ImmutableArray<bool> Available { get; }

    /// <summary>Index in <see cref="Candidates"/> of the first choice that is available and not tried, or <see cref="None"/>. Ends after each distinct candidate was looked at once.</summary>
    public abstract int Pick(in PickInput input);

    /// <summary>The same decision as <see cref="Pick"/>, told; it may allocate.</summary>
    public abstract Explanation Explain(in PickInput input);

    /// <summary>The same policy over the same members with other ones available; shares what it can (a ring is not built again).</summary>
    public abstract Picker WithAvailable(ImmutableArray<bool> available);
}
