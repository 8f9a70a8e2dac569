using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Balancing;

/// <summary>Envoy's documented tables; a tier has a hundred members.</summary>
public sealed class TierPlanTests
{
    private static readonly TierSettings Spill = new(Some(TierSettings.EnvoySpillPercent), 0);
    private static readonly TierSettings SpillAndPanic = new(Some(TierSettings.EnvoySpillPercent), TierSettings.EnvoyPanicPercent);
    private static readonly TierSettings BackupAndPanic = new(None, 50);

    [Theory]
    [InlineData("100/0", 72, 100)]
    [InlineData("99/1", 71, 100)]
    [InlineData("70/30", 50, 100)]
    [InlineData("35/65", 25, 100)]
    [InlineData("50/50", 25, 25)]
    [InlineData("70/30", 50, 60)]
    [InlineData("7/93", 5, 65)]
    [InlineData("35/35/30", 25, 25, 100)]
    [InlineData("36/36/28", 25, 25, 20)]
    [InlineData("34/33/33", 5, 5, 5)]
    [InlineData("0/0/100", 0, 0, 1)]
    [InlineData("0/0", 0, 0)]
    public void Over_provisioning_spills_as_in_the_tables(string percents, params int[] ready) =>
        Assert.Equal(percents, Percents(PlanOf(Spill, ready)));

    [Theory]
    [InlineData("100/0", 1, 100)]
    [InlineData("0/100", 0, 1)]
    [InlineData("0/0", 0, 0)]
    public void Plain_backup_is_used_when_nobody_is_left(string percents, params int[] ready) =>
        Assert.Equal(percents, Percents(PlanOf(TierSettings.Default, ready)));

    [Theory]
    [InlineData("70/30", "..", 50, 60)]
    [InlineData("7/93", "!.", 5, 65)]           // together 98: whoever is below half panics
    [InlineData("35/65", "..", 25, 100)]        // together 100: nobody does
    [InlineData("50/50", "!!", 25, 10)]         // both in panic: by number of members
    [InlineData("50/50", "!!", 0, 0)]
    public void A_tier_panics_when_the_tiers_do_not_suffice_and_it_is_below_the_threshold(string percents, string panics, params int[] ready)
    {
        var plan = PlanOf(SpillAndPanic, ready);
        Assert.Equal((percents, panics), (Percents(plan), Panics(plan)));
    }

    [Theory]
    [InlineData("100/0", "..", 50, 100)]
    [InlineData("0/100", "..", 49, 50)]         // a backup that is fit is better than panic
    [InlineData("100/0", "!!", 49, 49)]
    [InlineData("0/100", "!!", 0, 1)]
    [InlineData("100/0", "!!", 0, 0)]
    public void With_plain_backup_the_first_fit_tier_is_used_and_panic_is_the_last_resort(string percents, string panics, params int[] ready)
    {
        var plan = PlanOf(BackupAndPanic, ready);
        Assert.Equal((percents, panics), (Percents(plan), Panics(plan)));
    }

    [Fact]
    public void All_in_panic_share_by_number_of_members()
    {
        var candidates = TiersOf(10, 30);
        Assert.Equal("25/75", Percents(TierPlan.Of(candidates, [.. candidates.Select(static _ => Standing.Failed)], SpillAndPanic)));
    }

    [Fact]
    public void One_ready_of_very_many_is_enough_to_be_used()
    {
        var candidates = TiersOf(1_000);
        Assert.Equal("100", Percents(TierPlan.Of(candidates, [Standing.Ready, .. candidates.Skip(1).Select(static _ => Standing.Failed)], Spill)));
    }

    [Fact]
    public void Whom_the_operator_took_out_is_no_member()
    {
        var plan = TierPlan.Of(TiersOf(4, 1), [Standing.Ready, Standing.Out, Standing.Draining, Standing.Out, Standing.Ready], SpillAndPanic);
        Assert.Equal([new TierShare(0, 1, 1, 100, false), new TierShare(1, 1, 1, 0, false)], plan.Tiers.ToArray());
    }

    [Fact]
    public void Panic_never_uses_who_is_out_or_draining_or_without_weight()
    {
        ImmutableArray<Candidate> candidates = [.. Members.Weighted(1, 1, 1, 0)];
        var plan = TierPlan.Of(candidates, [Standing.Failed, Standing.Out, Standing.Draining, Standing.Failed], SpillAndPanic);
        Assert.True(plan.Tiers[0].IsPanic);
        Assert.Equal(
            [true, false, false, false],
            new[] { Standing.Failed, Standing.Out, Standing.Draining, Standing.Failed }.Select((standing, i) => plan.IsUsable(candidates[i], standing)));
    }

    [Fact]
    public void Draws_lead_to_tiers_by_their_shares()
    {
        var plan = PlanOf(Spill, 25, 25, 20);
        Assert.Equal([36, 36, 28], Enumerable.Range(0, 100).CountBy(plan.PositionOf).OrderBy(static pair => pair.Key).Select(static pair => pair.Value));
    }

    [Fact]
    public void Nothing_has_no_tiers() => Assert.Empty(TierPlan.Of(default, default, SpillAndPanic).Tiers);

    private static TierPlan PlanOf(TierSettings settings, params int[] ready) => TierPlan.Of(
        TiersOf([.. ready.Select(static _ => 100)]),
        [.. ready.SelectMany(static count => Enumerable.Range(0, 100).Select(i => i < count ? Standing.Ready : Standing.Failed))],
        settings);

    private static ImmutableArray<Candidate> TiersOf(params int[] sizes)
    {
        var tiers = sizes.SelectMany(static (size, tier) => Enumerable.Repeat(tier, size)).ToArray();
        return [.. Members.Weighted([.. tiers.Select(static _ => 1)]).Select((candidate, i) => candidate with { Tier = tiers[i] })];
    }

    private static string Percents(TierPlan plan) => string.Join('/', plan.Tiers.Select(static tier => tier.Percent));

    private static string Panics(TierPlan plan) => string.Concat(plan.Tiers.Select(static tier => tier.IsPanic ? '!' : '.'));
}
