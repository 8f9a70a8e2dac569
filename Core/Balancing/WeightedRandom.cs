using System;
using System.Collections.Immutable;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// Weighted random: every available candidate with probability weight / sum of weights, exactly, from one draw, in constant time (alias table: Walker 1977,
/// Vose 1991, in integers). When the request has tried candidates, the draw is by weight among the others.
/// </summary>
public sealed class WeightedRandom : Picker
{
    /// <summary>A column of the table: below <paramref name="Threshold"/> of the column's height (the sum of weights) it is <paramref name="Own"/>, above it <paramref name="Alias"/>.</summary>
    private readonly record struct Column(long Threshold, int Own, int Alias);

    private readonly Column[] _columns;     // one an available candidate
    private readonly long _total;           // the sum of their weights

    private WeightedRandom(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available)
    {
        var members = Availability.IndexesOf(available);
        foreach (var member in members)
            _total += candidates[member].Weight.Value;
        _columns = ColumnsOf(members, candidates, _total);
    }

    /// <summary>The policy made ready; see <see cref="Pickers.Of"/>.</summary>
    public static WeightedRandom Of(ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
    {
        candidates = Availability.OrEmpty(candidates);
        return new WeightedRandom(candidates, Availability.Of(candidates, available));
    }

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        if (_columns.Length == 0)
            return None;
        if (HasTried(input))
            return PickUntried(input);

        var column = _columns[(int)Math.BigMul(input.Entropy, (ulong)_columns.Length, out var rest)];
        return (long)Entropy.Below(rest, (ulong)_total) < column.Threshold ? column.Own : column.Alias;
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var chosen = Pick(input);
        if (chosen == None)
            return Explanation.Of(this, input, None);

        // The table has n columns of the sum of weights; when some were tried, the draw is by weight among the others.
        var total = HasTried(input) ? TotalUntried(input) : _columns.Length * _total;
        return Explanation.Of(this, input, chosen, new PickStep.Drawn(input.Entropy, (long)Entropy.Below(input.Entropy, (ulong)total), total));
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available) => Of(Candidates, available);

    private int PickUntried(in PickInput input)
    {
        var draw = (long)Entropy.Below(input.Entropy, (ulong)TotalUntried(input));
        foreach (ref readonly var column in _columns.AsSpan())
        {
            if (input.IsTried(column.Own))
                continue;
            draw -= Candidates[column.Own].Weight.Value;
            if (draw < 0)
                return column.Own;
        }

        return None;
    }

    private long TotalUntried(in PickInput input)
    {
        long total = 0;
        foreach (ref readonly var column in _columns.AsSpan())
            total += input.IsTried(column.Own) ? 0 : Candidates[column.Own].Weight.Value;
        return total;
    }

    private static bool HasTried(in PickInput input) => !input.Tried.IsEmpty && input.Tried.ContainsAnyExcept(0UL);

    // Each column has the height `total`; a candidate fills weight · n of the n · total. One that fills less than its own column gives the rest to one that
    // overflows; every such gift completes a column, so n gifts complete the table.
    private static Column[] ColumnsOf(int[] members, ImmutableArray<Candidate> candidates, long total)
    {
        var columns = new Column[members.Length];
        var filled = new long[members.Length];
        var stack = new int[members.Length];                          // underfull columns from the left, overfull ones from the right
        var (under, over) = (0, members.Length);
        for (var c = 0; c < members.Length; c++)
        {
            columns[c] = new Column(total, members[c], members[c]);
            filled[c] = (long)candidates[members[c]].Weight.Value * members.Length;
            if (filled[c] < total) stack[under++] = c;
            else stack[--over] = c;
        }

        while (under > 0 && over < members.Length)
        {
            var (small, large) = (stack[--under], stack[over]);
            columns[small] = columns[small] with { Threshold = filled[small], Alias = columns[large].Own };
            filled[large] -= total - filled[small];
            if (filled[large] < total)
            {
                over++;
                stack[under++] = large;
            }
        }

        return columns;
    }
}
