using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Properties.Balancing;

/// <summary>A set of candidates of distinct addresses, which of them are available, and everything a pick may ask for.</summary>
public sealed record PickCase(
    ImmutableArray<Candidate> Candidates, ImmutableArray<bool> Available, ImmutableArray<int> Tried, ulong Ticket, ulong Entropy, ImmutableArray<byte> Key)
{
    /// <summary>Requests in flight, by candidate.</summary>
    public ImmutableArray<int> InFlight { get; init; } = [];

    /// <summary>Latencies known, by candidate.</summary>
    public ImmutableArray<PeakLatency> Latencies { get; init; } = [];

    public Instant Now { get; init; }

    /// <summary>Indexes that may be picked at all: available and not of weight 0.</summary>
    public ImmutableArray<int> Eligible => [.. Enumerable.Range(0, Candidates.Length).Where(i => Available[i] && !Candidates[i].Weight.Drains)];

    /// <summary>Indexes this pick may answer.</summary>
    public ImmutableArray<int> Left => [.. Eligible.Except(Tried)];

    public PickInput Input => new()
    {
        Ticket = Ticket,
        Entropy = Entropy,
        Key = Key.AsSpan(),
        Tried = BitsOf(Tried),
        InFlight = BySlot(InFlight),
        Latencies = BySlot(Latencies),
        Now = Now,
    };

    /// <summary>What is known of candidate <paramref name="index"/>.</summary>
    public int InFlightOf(int index) => index < InFlight.Length ? InFlight[index] : 0;

    public static ulong[] BitsOf(ImmutableArray<int> indexes)
    {
        var words = new ulong[indexes.IsEmpty ? 0 : indexes.Max() / 64 + 1];
        foreach (var index in indexes)
            words[index >> 6] |= 1UL << (index & 63);
        return words;
    }

    private T[] BySlot<T>(ImmutableArray<T> byCandidate)
    {
        var bySlot = new T[Candidates.IsEmpty || byCandidate.IsEmpty ? 0 : Candidates.Max(static candidate => candidate.Slot.Value) + 1];
        for (var i = 0; i < Candidates.Length && i < byCandidate.Length; i++)
            bySlot[Candidates[i].Slot.Value] = byCandidate[i];
        return bySlot;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"[{string.Join(' ', Candidates.Select((c, i) => $"{c.Address}={c.Weight.Value}{(Available[i] ? "" : "!")}"))}] tried [{string.Join(' ', Tried)}] ticket {Ticket} entropy {Entropy} key {Convert.ToHexString(Key.AsSpan())} in flight [{string.Join(' ', InFlight)}] latencies [{string.Join(' ', Latencies.Select(static l => l.Bits.ToString("x", CultureInfo.InvariantCulture)))}] at {Now.Ticks}");
}
