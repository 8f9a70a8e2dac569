using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Weighted rendezvous, also the source-IP hash (Thaler and Ravishankar 1998; Schindelhauer and Schomaker 2005): each candidate "arrives" at −ln(u) / weight, u drawn from the
/// hash of key and address, and the earliest one is chosen. So shares follow the weights exactly, removing a candidate moves its own keys only, and changing a weight moves keys
/// only to or from it; a ring deviates by ten per cent and more and costs memory. The price is time linear in the candidates, a few nanoseconds each.
/// </summary>
public sealed class Rendezvous : Picker
{
    private readonly record struct Node(ulong Hash, double PerWeight, int Index);

    private readonly ImmutableArray<Node> _all;       // canonical order, so that the lower address wins a tie
    private readonly Node[] _usable;

    private Rendezvous(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, ImmutableArray<Node> all)
        : base(candidates, available)
    {
        _all = all;
        var usable = 0;
        _usable = new Node[Availability.IndexesOf(available).Length];
        foreach (var node in all)
        {
            if (available[node.Index])
                _usable[usable++] = node;
        }
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>. The key is what <see cref="PickKey"/> makes of an address (any bytes do).</summary>
    public static Rendezvous Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        var nodes = ImmutableArray.CreateBuilder<Node>(candidates.Length);
        foreach (var index in Availability.CanonicalOrder(candidates))
        {
            var candidate = candidates[index];
            nodes.Add(new Node(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(candidate.Address.ToString())), 1.0 / candidate.Weight.Value, index));
        }

        return new Rendezvous(candidates, Availability.Of(candidates, available), nodes.MoveToImmutable());
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input) => Earliest(XxHash3.HashToUInt64(input.Key), input).Index;

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var key = XxHash3.HashToUInt64(input.Key);
        var (chosen, arrival) = Earliest(key, input);
        return chosen == None
            ? Explanation.Of(this, input, None)
            : Explanation.Of(this, input, chosen, new PickStep.Keyed(Convert.ToHexString(input.Key), key), new PickStep.BestScore(arrival));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => new Rendezvous(Candidates, Availability.Of(Candidates, available), _all);

    private (int Index, double Arrival) Earliest(ulong key, in PickInput input)
    {
        var (chosen, earliest) = (None, double.PositiveInfinity);
        foreach (ref readonly var node in _usable.AsSpan())
        {
            var u = OpenUnit(Entropy.Mix(key ^ node.Hash));
            if ((1 - u) * node.PerWeight >= earliest || input.IsTried(node.Index))
                continue;                                             // −ln u ≥ 1 − u: most candidates are out without a logarithm
            var arrival = -Math.Log(u) * node.PerWeight;
            if (arrival < earliest)
                (chosen, earliest) = (node.Index, arrival);
        }

        return (chosen, earliest);
    }

    // 52 bits and a half: neither 0 nor 1 occurs, and every value is an exact double.
    private static double OpenUnit(ulong draw) => ((draw >> 12) + 0.5) * (1.0 / (1UL << 52));
}
