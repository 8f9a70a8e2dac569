using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Fairlead.Balancing;

/// <summary>
/// A tier: how many of its members are ready, its share of the requests in per cent, and whether it is in panic and uses its failed members too. Members are those whom health alone decides on:
/// weight above 0, and ready or failed.
/// </summary>
public readonly record struct TierShare(int Tier, int Ready, int Members, int Percent, bool IsPanic);

/// <summary>
/// Which tier gets how much (Envoy's priority levels and panic). With over-provisioning a tier of health min(100, factor · ready / members) takes that per cent of the requests, and when
/// all together have less than 100 their shares are scaled up; without it the first fit tier takes all, fit being that somebody is ready and no fewer than the panic threshold. A tier is in panic
/// when the tiers together do not suffice (health below 100, no fit tier) and its own share of ready members is below the threshold.
/// </summary>
/// <remarks>
/// Otherwise than in Envoy, whom the operator drained or took out is no member (adding one that is unusable changes no decision), a tier with somebody ready has a health of at least 1, and shares are
/// rounded to nearest, never above what remains, the leftover going to the first tier with a share: they always add up to 100, or to 0 when nobody is usable.
/// </remarks>
public sealed class TierPlan
{
    private TierPlan(ImmutableArray<TierShare> tiers) => Tiers = tiers;

    /// <summary>The tiers there are, ascending.</summary>
    public ImmutableArray<TierShare> Tiers { get; }

    /// <summary>The plan for those standings; one that is missing counts as <see cref="Standing.Out"/>.</summary>
    public static TierPlan Of(ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings, TierSettings settings)
    {
        var tiers = Counted(Availability.OrEmpty(candidates), standings.IsDefault ? [] : standings);
        var panicPercent = Math.Clamp(settings.PanicPercent, 0, 100);
        var spill = settings.SpillPercent.IfNone(0);
        if (settings.SpillPercent.IsSome)
            ShareByHealth(tiers, spill, panicPercent);
        else
            GiveToFirst(tiers, panicPercent);
        return new TierPlan([.. tiers]);
    }

    /// <summary>Position in <see cref="Tiers"/> of the tier that a draw of [0, 100) leads to; 0 when no tier has a share.</summary>
    public int PositionOf(int draw)
    {
        var tiers = Tiers.AsSpan();
        for (var t = 0; t < tiers.Length; t++)
        {
            draw -= tiers[t].Percent;
            if (draw < 0)
                return t;
        }

        return 0;
    }

    /// <summary>Whether new work may go to a candidate of that standing: ready, or failed and its tier in panic; never with weight 0.</summary>
    public bool IsUsable(in Candidate candidate, Standing standing) => !candidate.Weight.Drains && standing switch
    {
        Standing.Ready => true,
        Standing.Failed => IsPanic(candidate.Tier),
        _ => false,
    };

    private bool IsPanic(int tier)
    {
        foreach (var share in Tiers)
        {
            if (share.Tier == tier)
                return share.IsPanic;
        }

        return false;
    }

    private static TierShare[] Counted(ImmutableArray<Candidate> candidates, ImmutableArray<Standing> standings)
    {
        var counts = new SortedDictionary<int, TierShare>();
        for (var i = 0; i < candidates.Length; i++)
        {
            var tier = counts.GetValueOrDefault(candidates[i].Tier, new TierShare(candidates[i].Tier, 0, 0, 0, false));
            var standing = i < standings.Length && !candidates[i].Weight.Drains ? standings[i] : Standing.Out;
            counts[tier.Tier] = tier with
            {
                Ready = tier.Ready + (standing == Standing.Ready ? 1 : 0),
                Members = tier.Members + (standing is Standing.Ready or Standing.Failed ? 1 : 0),
            };
        }

        return [.. counts.Values];
    }

    private static void ShareByHealth(Span<TierShare> tiers, int spillPercent, int panicPercent)
    {
        var parts = new long[tiers.Length];
        long health = 0;
        for (var t = 0; t < tiers.Length; t++)
        {
            parts[t] = tiers[t].Ready == 0 ? 0 : Math.Clamp((long)spillPercent * tiers[t].Ready / tiers[t].Members, 1, 100);
            health += parts[t];
        }

        var areAllInPanic = health < 100 && Panic(tiers, panicPercent);
        if (areAllInPanic)
        {
            for (var t = 0; t < tiers.Length; t++)
                parts[t] = tiers[t].Members;
        }

        Share(tiers, parts, areAllInPanic ? long.MaxValue : 100);
    }

    private static void GiveToFirst(Span<TierShare> tiers, int panicPercent)
    {
        var first = IndexOf(tiers, tier => tier.Ready > 0 && !IsBelow(tier, panicPercent));
        if (first < 0)
        {
            Panic(tiers, panicPercent);
            first = IndexOf(tiers, static tier => tier.Ready > 0);
        }

        if (first < 0)
            first = IndexOf(tiers, static tier => tier.IsPanic);
        if (first >= 0)
            tiers[first] = tiers[first] with { Percent = 100 };
    }

    private static bool IsBelow(in TierShare tier, int percent) => 100L * tier.Ready < (long)percent * tier.Members;

    /// <summary>Puts every tier below the threshold in panic; true when that is every tier with a member, and there is one.</summary>
    private static bool Panic(Span<TierShare> tiers, int panicPercent)
    {
        var (some, others) = (false, false);
        foreach (ref var tier in tiers)
        {
            tier = tier with { IsPanic = IsBelow(tier, panicPercent) };
            some |= tier.IsPanic;
            others |= !tier.IsPanic && tier.Members > 0;
        }

        return some && !others;
    }

    /// <summary>Per cent of the parts' sum, which counts as <paramref name="sumMax"/> when it is more.</summary>
    private static void Share(Span<TierShare> tiers, ReadOnlySpan<long> parts, long sumMax)
    {
        long sum = 0;
        foreach (var part in parts)
            sum += part;
        sum = Math.Min(sum, sumMax);
        if (sum == 0)
            return;

        var (left, first) = (100, -1);
        for (var t = 0; t < tiers.Length; t++)
        {
            var percent = (int)Math.Min(left, (200 * parts[t] + sum) / (2 * sum));
            tiers[t] = tiers[t] with { Percent = percent };
            left -= percent;
            if (first < 0 && parts[t] > 0)
                first = t;
        }

        tiers[first] = tiers[first] with { Percent = tiers[first].Percent + left };
    }

    private static int IndexOf(ReadOnlySpan<TierShare> tiers, Predicate<TierShare> wanted)
    {
        for (var t = 0; t < tiers.Length; t++)
        {
            if (wanted(tiers[t]))
                return t;
        }

        return -1;
    }
}
