using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Balancing;

/// <summary>Tiers with so many ready and failed members each, from tier 2 on in steps of three.</summary>
public sealed record TierCase(ImmutableArray<(int Ready, int Failed)> Counts, TierSettings Settings)
{
    public TierPlan Plan => TierPlan.Of(Candidates, Standings, Settings);

    public ImmutableArray<Candidate> Candidates =>
        [.. Counts.SelectMany(static (count, t) => Enumerable.Repeat(2 + 3 * t, count.Ready + count.Failed)).Select(static (tier, i) => PickCases.CandidateOf($"10.0.{i / 250}.{1 + i % 250}:80", 1, i) with { Tier = tier })];

    public ImmutableArray<Standing> Standings =>
        [.. Counts.SelectMany(static count => Enumerable.Repeat(Standing.Ready, count.Ready).Concat(Enumerable.Repeat(Standing.Failed, count.Failed)))];

    public override string ToString() => $"[{string.Join(' ', Counts.Select(static c => $"{c.Ready}/{c.Ready + c.Failed}"))}] {Settings}";
}

public static class TierCases
{
    private static readonly Gen<int> Counts = Gen.Frequency((1, Gen.Constant(0)), (4, Gen.Choose(1, 20)), (1, Gen.Choose(100, 120)));

    public static Arbitrary<TierCase> Arbitrary() => Arb.From(
        from size in Gen.Choose(0, 5)
        from ready in Gen.ArrayOf(Counts, size)
        from failed in Gen.ArrayOf(Counts, size)
        from spill in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(50, 200)), (1, Gen.Constant(TierSettings.EnvoySpillPercent)))
        from panic in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(-5, 110)))
        select new TierCase([.. ready.Zip(failed)], new TierSettings(spill == 0 ? None : spill, panic)));
}

[Properties(Arbitrary = [typeof(TierCases)], MaxTest = 500)]
public sealed class TierLaws
{
    [Property]
    public void Agrees_with_the_formula(TierCase given) =>
        Assert.Equal(
            TierModel.Of([.. given.Counts.Select(static (count, t) => (2 + 3 * t, count.Ready, count.Failed)).Where(static t => t.Ready + t.Failed > 0)], given.Settings),
            given.Plan.Tiers.ToArray());

    [Property]
    public void Shares_add_up_to_a_hundred_unless_nobody_is_usable(TierCase given)
    {
        var plan = given.Plan;
        var isSomebodyUsable = given.Candidates.Zip(given.Standings).Any(pair => plan.IsUsable(pair.Item1, pair.Item2));
        Assert.Equal(isSomebodyUsable ? 100 : 0, plan.Tiers.Sum(static tier => tier.Percent));
        Assert.All(plan.Tiers, static tier => Assert.InRange(tier.Percent, 0, 100));
    }

    [Property]
    public void A_tier_with_a_share_has_somebody_usable(TierCase given)
    {
        var plan = given.Plan;
        foreach (var tier in plan.Tiers.Where(static tier => tier.Percent > 0))
            Assert.Contains(given.Candidates.Zip(given.Standings), pair => pair.Item1.Tier == tier.Tier && plan.IsUsable(pair.Item1, pair.Item2));
    }

    [Property]
    public void A_tiers_share_does_not_fall_when_one_of_its_members_recovers(TierCase given)
    {
        var calm = given with { Settings = given.Settings with { PanicPercent = 0 } };       // panic itself moves load: whole tiers come back at once
        for (var t = 0; t < calm.Counts.Length; t++)
        {
            var (ready, failed) = calm.Counts[t];
            if (failed == 0)
                continue;
            var better = calm with { Counts = calm.Counts.SetItem(t, (ready + 1, failed - 1)) };
            Assert.True(PercentOf(calm, t) <= PercentOf(better, t));
        }
    }

    [Property]
    public void A_tier_panics_only_below_the_threshold_and_never_without_one(TierCase given) =>
        Assert.All(given.Plan.Tiers, tier => Assert.True(!tier.IsPanic || tier.Ready * 100 < given.Settings.PanicPercent * tier.Members));

    [Property]
    public void A_single_tier_panics_below_the_threshold_exactly_while_it_does_not_suffice(int ready, int failed, int threshold)
    {
        var (up, down, percent) = ((ready & 15) + 1, failed & 15, (threshold & 63) + 1);
        var share = 100.0 * up / (up + down);
        Assert.Equal(share < percent, new TierCase([(up, down)], new TierSettings(None, percent)).Plan.Tiers[0].IsPanic);
        Assert.Equal(share < percent && 1.4 * share < 100, new TierCase([(up, down)], new TierSettings(Some(140), percent)).Plan.Tiers[0].IsPanic);
    }

    [Property]
    public void Draws_lead_to_each_tier_as_often_as_its_share_says(TierCase given)
    {
        var plan = given.Plan;
        var draws = Enumerable.Range(0, 100).Select(plan.PositionOf).ToList();
        if (plan.Tiers.Any(static tier => tier.Percent > 0))
            Assert.Equal(plan.Tiers.Select(static tier => tier.Percent), plan.Tiers.Select((_, t) => draws.Count(draw => draw == t)));
    }

    private static int PercentOf(TierCase given, int t) => given.Plan.Tiers.FirstOrDefault(tier => tier.Tier == 2 + 3 * t).Percent;
}
