using System.Collections.Immutable;
using System.IO.Hashing;
using Fairlead.Primitives;

namespace Fairlead.Balancing;

/// <summary>
/// One picker a tier, all over the same indexes: the request's draw leads to a tier by <see cref="TierPlan"/>, and when nobody of it is left (all tried or full) to the other tiers in order.
/// A hash policy's draw is a hash of the key, so a key keeps its tier as far as the shares do.
/// </summary>
internal sealed class TieredPicker : Picker
{
    private const ulong TierDraw = 0xD1B54A32D192ED03;     // sets the draw of the tier apart from the policy's: each sees all of its own range

    private readonly TierPlan _plan;
    private readonly ImmutableArray<Picker> _byTier;
    private readonly bool _isByKey;

    public TieredPicker(TierPlan plan, ImmutableArray<Picker> byTier, bool isByKey, ImmutableArray<Candidate> candidates, ImmutableArray<bool> available)
        : base(candidates, available) => (_plan, _byTier, _isByKey) = (plan, byTier, isByKey);

    /// <inheritdoc/>
    public override int Pick(in PickInput input)
    {
        var drawn = _plan.PositionOf(DrawOf(input));
        var chosen = _byTier[drawn].Pick(input);
        for (var t = 0; chosen == None && t < _byTier.Length; t++)
        {
            if (t != drawn)
                chosen = _byTier[t].Pick(input);
        }

        return chosen;
    }

    /// <inheritdoc/>
    public override Explanation Explain(in PickInput input)
    {
        var draw = DrawOf(input);
        var drawn = _plan.PositionOf(draw);
        var told = TellTier(drawn, draw, input, Explanation.Of(this, input, None));
        var isAsked = new bool[_byTier.Length];
        isAsked[drawn] = true;
        for (var t = 0; told.Chosen == None && t < _byTier.Length; t++)
        {
            if (t != drawn)
                told = TellTier(t, draw, input, told);
            isAsked[t] = true;
        }

        var excluded = told.Excluded.ToBuilder();
        for (var i = 0; told.Chosen != None && i < excluded.Count; i++)
        {
            if (excluded[i] is Exclusion.No && !isAsked[PositionOf(i)])
                excluded[i] = new Exclusion.OtherTier(Candidates[told.Chosen].Tier);
        }

        return told with { Excluded = excluded.MoveToImmutable() };
    }

    /// <inheritdoc/>
    public override Picker WithAvailable(ImmutableArray<bool> available)
    {
        var byTier = ImmutableArray.CreateBuilder<Picker>(_byTier.Length);
        foreach (var tier in _byTier)
            byTier.Add(tier.WithAvailable(available));
        return new TieredPicker(_plan, byTier.MoveToImmutable(), _isByKey, Candidates, Availability.Of(Candidates, available));
    }

    private int DrawOf(in PickInput input) => (int)Entropy.Below(Entropy.Mix((_isByKey ? XxHash3.HashToUInt64(input.Key) : input.Entropy) ^ TierDraw), 100);

    private int PositionOf(int candidate)
    {
        var t = 0;
        while (_plan.Tiers[t].Tier != Candidates[candidate].Tier)
            t++;
        return t;
    }

    /// <summary>Its exclusions for its own members, and its pick if it has one.</summary>
    private Explanation TellTier(int position, int draw, in PickInput input, Explanation before)
    {
        var (tier, told) = (_plan.Tiers[position], _byTier[position].Explain(input));
        var excluded = before.Excluded.ToBuilder();
        for (var i = 0; i < excluded.Count; i++)
            excluded[i] = Candidates[i].Tier == tier.Tier ? told.Excluded[i] : excluded[i];

        var step = new PickStep.TierChosen(tier.Tier, tier.Percent, draw, _plan.Tiers[_plan.PositionOf(draw)].Tier, tier.IsPanic);
        return new Explanation(told.Chosen, excluded.MoveToImmutable(), told.Chosen == None ? [] : [step, .. told.Steps]);
    }
}
