using System;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// What a pick needs from the world; a policy reads only what it uses. <see cref="Ticket"/> counts requests of the upstream (round robin, ties),
/// <see cref="Entropy"/> is a fresh 64-bit draw (random policies, tiers), <see cref="Key"/> the bytes to hash (hash policies).
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

    /// <summary>Requests in flight at each backend, by slot; shorter than needed counts as none.</summary>
    public ReadOnlySpan<int> InFlight { get; init; }

    /// <summary>How slow each backend has been, by slot (peak EWMA); shorter than needed counts as no history.</summary>
    public ReadOnlySpan<PeakLatency> Latencies { get; init; }

    /// <summary>The present moment (peak EWMA).</summary>
    public Instant Now { get; init; }

    /// <summary>True when candidate <paramref name="index"/> is in <see cref="Tried"/>.</summary>
    public bool IsTried(int index) => (uint)(index >> 6) < (uint)Tried.Length && (Tried[index >> 6] >> (index & 63) & 1) != 0;

    /// <summary>Requests in flight at <paramref name="candidate"/>; never negative.</summary>
    public int InFlightOf(in Candidate candidate)
    {
        var slot = (uint)candidate.Slot.Value;
        return slot < (uint)InFlight.Length ? Math.Max(0, InFlight[(int)slot]) : 0;
    }

    /// <summary>The latency known of <paramref name="candidate"/>.</summary>
    public PeakLatency LatencyOf(in Candidate candidate)
    {
        var slot = (uint)candidate.Slot.Value;
        return slot < (uint)Latencies.Length ? Latencies[(int)slot] : default;
    }

    /// <summary>The same input with other candidates tried.</summary>
    public PickInput WithTried(ReadOnlySpan<ulong> tried) => new()
    {
        Ticket = Ticket,
        Entropy = Entropy,
        Key = Key,
        Tried = tried,
        InFlight = InFlight,
        Latencies = Latencies,
        Now = Now,
    };
}
