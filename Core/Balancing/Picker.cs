using System;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// What a pick needs from the world; a policy reads only what it uses. <see cref="Ticket"/> counts requests of the upstream (round robin),
/// <see cref="Entropy"/> is a fresh 64-bit draw (random policies), <see cref="Key"/> the bytes to hash (hash policies).
/// <see cref="Tried"/> is a bit set over candidate indexes already tried by this request (bit i of word i / 64); empty means none.
/// </summary>
public readonly ref struct PickInput
{
    /// <summary>The number of this request within its upstream; wraps.</summary>
    public ulong Ticket { get; init; }

    /// <summary>A uniform 64-bit draw.</summary>
    public ulong Entropy { get; init; }

    /// <summary>The bytes a hash policy hashes.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Candidates this request has tried already; shorter than needed counts as not tried.</summary>
    public ReadOnlySpan<ulong> Tried { get; init; }

    /// <summary>True when candidate <paramref name="index"/> is in <see cref="Tried"/>.</summary>
    public bool IsTried(int index) => (uint)(index >> 6) < (uint)Tried.Length && (Tried[index >> 6] >> (index & 63) & 1) != 0;
}

/// <summary>
/// A policy made ready for one set of candidates: immutable, shared by all threads, no allocation per pick. A pick is a pure function of its input.
/// </summary>
public abstract class Picker
{
    /// <summary>What <see cref="Pick"/> answers when no candidate is left.</summary>
    public const int None = -1;

    /// <summary>Sets the members and which of them may be picked (same length; a candidate of weight 0 is never available).</summary>
    protected Picker(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
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

    /// <summary>The same policy over the same members with other ones available; shares what it can (a ring is not built again).</summary>
    public abstract Picker WithAvailable(ImmutableArray<bool> available);
}
