using System.Collections.Generic;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// A pick with its reasons. <paramref name="Chosen"/> is the index picked, or <see cref="Picker.None"/>; <paramref name="Excluded"/> says for each candidate why it could not
/// be picked (<see cref="Exclusion.No"/> if it could); <paramref name="Steps"/> are what decided, from the outside in: tier, limits, then the policy itself.
/// </summary>
public sealed record Explanation(int Chosen, ImmutableArray<Exclusion> Excluded, ImmutableArray<PickStep> Steps)
{
    /// <summary>The explanation of a policy's own pick: who is excluded is seen from the weights, the availability and what was tried.</summary>
    internal static Explanation Of(Picker picker, in PickInput input, int chosen, params ImmutableArray<PickStep> steps)
    {
        var excluded = new List<Exclusion>();
        for (var i = 0; i < picker.Candidates.Length; i++)
        {
            excluded.Add(
                picker.Candidates[i].Weight.Drains ? new Exclusion.WeightZero()
                : !picker.Available[i] ? new Exclusion.Unavailable()
                : input.IsTried(i) ? new Exclusion.Tried()
                : new Exclusion.No());
        }

        return new Explanation(chosen, [.. excluded], steps);
    }
}

/// <summary>Why a candidate could not be picked.</summary>
public abstract record Exclusion
{
    private Exclusion() { }

    /// <summary>It could.</summary>
    public sealed record No : Exclusion;

    /// <summary>Its weight is 0.</summary>
    public sealed record WeightZero : Exclusion;

    /// <summary>It is down, ejected, draining or out; who knows health can say more.</summary>
    public sealed record Unavailable : Exclusion;

    /// <summary>This request tried it before.</summary>
    public sealed record Tried : Exclusion;

    /// <summary>The tier in use is another one, <paramref name="Tier"/>.</summary>
    public sealed record OtherTier(int Tier) : Exclusion;

    /// <summary>It has as many requests as it may have.</summary>
    public sealed record Full(int InFlight, int InFlightMax) : Exclusion;

    /// <summary>It has its bounded share of the load.</summary>
    public sealed record OverBound(int InFlight, int Bound) : Exclusion;
}

/// <summary>One thing that decided a pick.</summary>
public abstract record PickStep
{
    private PickStep() { }

    /// <summary>Round robin: the ticket stands at <paramref name="Step"/> of a cycle of <paramref name="Period"/>.</summary>
    public sealed record Turn(ulong Ticket, int Step, int Period) : PickStep;

    /// <summary>A weighted draw: <paramref name="Draw"/> of [0, <paramref name="Total"/>).</summary>
    public sealed record Drawn(ulong Entropy, long Draw, long Total) : PickStep;

    /// <summary>Two different candidates were drawn (<paramref name="Second"/> is <see cref="Picker.None"/> when only one was left), with their requests in flight.</summary>
    public sealed record TwoDrawn(int First, int FirstInFlight, int Second, int SecondInFlight) : PickStep;

    /// <summary>The fewest requests in flight by weight; <paramref name="Tied"/> candidates had as few, and the ticket chose among them.</summary>
    public sealed record LeastLoaded(int InFlight, int Tied, ulong Ticket) : PickStep;

    /// <summary>
    /// The least expected latency by weight: its cost in microseconds, and how many candidates are so near that the ticket chose among them. When it was never measured
    /// (<paramref name="IsMeasured"/>), the cost only stands for its place in the order: 0 without a request in flight, else more than any other.
    /// </summary>
    public sealed record LowestCost(double CostMicroseconds, bool IsMeasured, int Tied, ulong Ticket) : PickStep;

    /// <summary>The first in order that is left.</summary>
    public sealed record FirstInOrder : PickStep;

    /// <summary>The key was hashed, as hexadecimal text.</summary>
    public sealed record Keyed(string KeyHex, ulong Hash) : PickStep;

    /// <summary>The ring point that decided, and how many points before it were passed over since the key's own place.</summary>
    public sealed record RingPointed(ulong PointHash, int Position, int Points, int Passed) : PickStep;

    /// <summary>The best score (rendezvous: the earliest arrival, so the lowest).</summary>
    public sealed record BestScore(double Score) : PickStep;

    /// <summary>The table slot (Maglev) that decided, after that many hashes that led to somebody excluded.</summary>
    public sealed record TableSlot(int Slot, int Size, int Retries) : PickStep;

    /// <summary>The bucket (jump hash) that decided, after that many hashes that led to somebody excluded.</summary>
    public sealed record Bucket(int Number, int Count, int Retries) : PickStep;

    /// <summary>The remainder (hash modulo total weight) that decided, after that many hashes that led to somebody excluded.</summary>
    public sealed record Remainder(long Value, long Total, int Retries) : PickStep;

    /// <summary>After <paramref name="Attempts"/> hashes without success another rule decided; 0 for a key that is not hashed, nginx's empty one.</summary>
    public sealed record GaveUpHashing(int Attempts) : PickStep;

    /// <summary>
    /// The tier that was used, its share of the requests in per cent, and whether it is in panic. The draw of [0, 100) led to <paramref name="DrawnTier"/>; when that is another
    /// one, nobody there could be picked.
    /// </summary>
    public sealed record TierChosen(int Tier, int Percent, int Draw, int DrawnTier, bool IsPanic) : PickStep;

    /// <summary>Bounded loads: the first choice was over its bound and the request went on to another.</summary>
    public sealed record Bounded(int FirstChoice, int InFlight, int Bound) : PickStep;

    /// <summary>Concurrency limits: the first choice was full and the request went on to another.</summary>
    public sealed record Limited(int FirstChoice, int InFlight, int InFlightMax) : PickStep;

    /// <summary>The client's cookie names this candidate (<see cref="Picker.None"/>: nobody there is); it stays, waits for it when it is full, or goes elsewhere when it is gone.</summary>
    public sealed record Stuck(int Index) : PickStep;
}
