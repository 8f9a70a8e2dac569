using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Weighted rendezvous, also the source-IP hash (Thaler and Ravishankar 1998; Schindelhauer and Schomaker 2005): each candidate "arrives" at −ln(u) / weight, u drawn from the
/// hash of key and address, and the earliest one is chosen. So shares follow the weights exactly, removing a candidate moves its own keys only, and changing a weight moves keys
/// only to or from it; a ring deviates by ten per cent and more and costs memory. The price is time linear in the candidates, about a nanosecond each.
/// </summary>
public sealed class Rendezvous : Picker
{
    private readonly record struct Node(ulong Hash, double PerWeight, int Index);

    private readonly ImmutableArray<Node> _all;       // canonical order, so that the lower address wins a tie
    private readonly ulong[] _hashes;                 // the usable ones of them, as columns
    private readonly double[] _perWeights;
    private readonly int[] _indexes;

    private Rendezvous(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available, ImmutableArray<Node> all)
        : base(candidates, available)
    {
        _all = all;
        var count = Availability.IndexesOf(available).Length;
        (_hashes, _perWeights, _indexes) = (new ulong[count], new double[count], new int[count]);
        var next = 0;
        foreach (var node in all)
        {
            if (available[node.Index])
                (_hashes[next], _perWeights[next], _indexes[next++]) = node;
        }
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>. The key is what <see cref="PickKey"/> makes of a request (any bytes do).</summary>
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

    // −ln u ≥ 1 − u: a look at several 1 − u at once rules most candidates out without a logarithm.
    private (int Index, double Arrival) Earliest(ulong key, in PickInput input)
    {
        (int Index, double Arrival) best = (None, double.PositiveInfinity);
        var from = 0;
        for (; from <= _hashes.Length - Vector<ulong>.Count; from += Vector<ulong>.Count)
        {
            var draws = Entropy.Mix(new Vector<ulong>(_hashes, from) ^ new Vector<ulong>(key));
            if (Vector.LessThanAny(ShortOfOne(draws) * new Vector<double>(_perWeights, from), new Vector<double>(best.Arrival)))
                best = EarliestOf(from, from + Vector<ulong>.Count, key, input, best);
        }

        return EarliestOf(from, _hashes.Length, key, input, best);
    }

    private (int Index, double Arrival) EarliestOf(int from, int to, ulong key, in PickInput input, (int Index, double Arrival) best)
    {
        for (var i = from; i < to; i++)
        {
            var u = OpenUnit(Entropy.Mix(key ^ _hashes[i]));          // two whole hashes, so no text of key and address can be cut another way
            if ((1 - u) * _perWeights[i] >= best.Arrival || input.IsTried(_indexes[i]))
                continue;
            var arrival = -Math.Log(u) * _perWeights[i];
            if (arrival < best.Arrival)
                best = (_indexes[i], arrival);
        }

        return best;
    }

    // 52 bits and a half: neither 0 nor 1 occurs, and every value is an exact double.
    private static double OpenUnit(ulong draw) => ((draw >> 12) + 0.5) * (1.0 / (1UL << 52));

    // 1 − OpenUnit, exactly: the 52 bits as the fraction of a double are 1 + u less the half.
    private static Vector<double> ShortOfOne(Vector<ulong> draws) =>
        new Vector<double>(2.0) - Vector.AsVectorDouble((draws >>> 12) | new Vector<ulong>(0x3FF0_0000_0000_0000)) - new Vector<double>(0.5 / (1UL << 52));
}
