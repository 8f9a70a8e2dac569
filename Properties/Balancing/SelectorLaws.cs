using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using FsCheck.Xunit;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Balancing;

/// <summary>What holds whatever is around a policy.</summary>
[Properties(Arbitrary = [typeof(SelectorCases)], MaxTest = 200)]
public sealed class SelectorLaws
{
    private static readonly KeySource Key = new KeySource.Uri();

    /// <summary>The hash policies to whom neither ticket nor order matter.</summary>
    private static readonly ImmutableArray<PolicySettings> Consistent = [new PolicySettings.SourceIpHash(), new PolicySettings.Ketama(Key), new PolicySettings.Rendezvous(Key)];

    private static readonly ImmutableArray<PolicySettings> Policies =
    [
        .. Consistent,
        new PolicySettings.RoundRobin(), new PolicySettings.Random(), new PolicySettings.PowerOfTwoChoices(), new PolicySettings.LeastRequests(),
        new PolicySettings.PeakEwma(PolicySettings.PeakEwma.DefaultDecay), new PolicySettings.First(), new PolicySettings.NginxIpHash(), new PolicySettings.JumpHash(Key), new PolicySettings.Maglev(Key, TableSize: 251),
        .. System.Enum.GetValues<ModuloVariant>().Select(static variant => new PolicySettings.Hash(Key, variant)),
        .. System.Enum.GetValues<RingVariant>().Select(static variant => new PolicySettings.Ketama(Key, variant)),
    ];

    [Property]
    public void Round_robin_agrees_with_the_model(SelectorCase given) => Agrees<RoundRobinModel>(given);

    [Property]
    public void Random_agrees_with_the_model(SelectorCase given) => Agrees<RandomModel>(given);

    [Property]
    public void The_ring_agrees_with_the_model(SelectorCase given) => Agrees<KetamaModel>(given);

    [Property]
    public void Rendezvous_agrees_with_the_model(SelectorCase given) => Agrees<RendezvousModel>(given);

    [Property]
    public void Jump_hash_agrees_with_the_model(SelectorCase given) => Agrees<JumpHashModel>(given);

    [Property]
    public void The_hash_of_nginx_agrees_with_the_model(SelectorCase given) => Agrees<NginxHashModel>(given);

    [Property]
    public void An_explanation_tells_the_selection(SelectorCase given)
    {
        foreach (var policy in Policies)
        {
            var selection = (given with { Waiting = 0 }).Select(policy);
            var told = given.Of(policy).Explain(given.Given.Input, given.Token);
            Assert.Equal(selection.Index, told.Chosen);
            Assert.Equal(given.Given.Candidates.Length, told.Excluded.Length);
            Assert.True(told.Chosen == Picker.None || told.Excluded[told.Chosen] is Exclusion.No);
            Assert.Equal(selection.Kind == SelectionKind.Stuck, told.Chosen != Picker.None && told.Steps is [PickStep.Stuck(var named)] && named == told.Chosen);
            if (selection.Kind == SelectionKind.Chosen)
                Assert.Contains(told.Steps, static step => step is not PickStep.Stuck);
        }
    }

    [Property]
    public void An_explanation_gives_everybody_its_own_reason(SelectorCase given)
    {
        var all = given.Given;
        foreach (var policy in Policies)
        {
            var selector = given.Of(policy);
            var told = selector.Explain(all.Input, []);
            for (var i = 0; i < told.Excluded.Length; i++)
            {
                var expected = told.Excluded[i] switch
                {
                    Exclusion.WeightZero => all.Candidates[i].Weight.Drains,
                    Exclusion.Unavailable => !all.Candidates[i].Weight.Drains && !selector.Picker.Available[i],
                    Exclusion.Tried => selector.Picker.Available[i] && all.Tried.Contains(i),
                    Exclusion.Full(var inFlight, var most) => given.IsFull(i) && inFlight == all.InFlightOf(i) && most == all.Candidates[i].InFlightMax,
                    Exclusion.OtherTier(var tier) => told.Chosen != Picker.None && tier == all.Candidates[told.Chosen].Tier && tier != all.Candidates[i].Tier,
                    Exclusion.OverBound(var inFlight, var bound) => policy.IsHash && inFlight == all.InFlightOf(i) && inFlight >= bound,
                    _ => selector.Picker.Available[i] && !all.Tried.Contains(i) && told.Chosen != Picker.None,
                };
                Assert.True(expected, $"{policy}: {i} {told.Excluded[i]}");
            }
        }
    }

    [Property]
    public void Caddy_7873_somebody_is_eligible_so_a_pick_succeeds(SelectorCase given)
    {
        foreach (var policy in Policies)
        {
            var selector = given.Of(policy);
            var isSomebody = Enumerable.Range(0, given.Given.Candidates.Length)
                .Any(i => selector.Tiers.IsUsable(given.Given.Candidates[i], given.Standings[i]) && !given.Given.Tried.Contains(i) && !given.IsFull(i));
            Assert.Equal(isSomebody, selector.Select(given.Given.Input, [], given.Waiting).HasCandidate);
        }
    }

    [Property]
    public void New_work_goes_to_nobody_who_drains_or_is_out_and_to_the_failed_in_panic_only(SelectorCase given)
    {
        foreach (var policy in Policies)
        {
            var selector = given.Of(policy);
            var picked = selector.Picker.Pick(given.Given.Input);
            if (picked == Picker.None)
                continue;
            var candidate = given.Given.Candidates[picked];
            Assert.False(candidate.Weight.Drains);
            Assert.True(given.Standings[picked] == Standing.Ready || (given.Standings[picked] == Standing.Failed && selector.Tiers.Tiers.Single(tier => tier.Tier == candidate.Tier).IsPanic));
        }
    }

    [Property]
    public void Other_standings_select_as_if_made_so(SelectorCase given)
    {
        foreach (var policy in Policies)
        {
            var made = given.Of(policy).Select(given.Given.Input, given.Token, given.Waiting);
            var nobody = Selector.Of(policy, given.Settings, given.Given.Candidates, default);
            var everybody = Selector.Of(policy, given.Settings, given.Given.Candidates, [.. given.Standings.Select(static _ => Standing.Ready)]);
            Assert.Equal(made, nobody.WithStandings(given.Standings).Select(given.Given.Input, given.Token, given.Waiting));
            Assert.Equal(made, everybody.WithStandings(given.Standings).Select(given.Given.Input, given.Token, given.Waiting));
        }
    }

    [Property]
    public void Nginx_proxy_1495_an_unusable_candidate_changes_no_decision(SelectorCase given)           // nginx: a second entry that is down switched a rule off
    {
        if (given.Cookie >= given.Given.Candidates.Length)
            return;                                                   // would name the new one
        foreach (var policy in Policies.Where(static policy => policy is not (PolicySettings.JumpHash or PolicySettings.Hash or PolicySettings.NginxIpHash
            or PolicySettings.Maglev or PolicySettings.Ketama { Variant: not RingVariant.Nginx })))   // the shares or places of these count whoever is there
        {
            foreach (var (weight, standing, tier) in ((int, Standing, int)[])[(3, Standing.Out, 0), (3, Standing.Draining, 3), (0, Standing.Ready, 0), (0, Standing.Failed, 4), (2, Standing.Out, -7)])
            {
                var more = given with
                {
                    Given = given.Given with { Candidates = given.Given.Candidates.Add(PickCases.CandidateOf("198.51.100.1:9", weight, 99) with { Tier = tier }) },
                    Standings = given.Standings.Add(standing),
                };
                Assert.True(given.Select(policy) == more.Select(policy), policy.ToString());
            }
        }
    }

    [Property]
    public void Order_of_declaration_does_not_matter_to_a_key(SelectorCase given)
    {
        var order = Enumerable.Range(0, given.Given.Candidates.Length).OrderBy(i => Fairlead.Primitives.Entropy.Mix(given.Given.Ticket + (ulong)i)).ToArray();
        var shuffled = given with
        {
            Given = given.Given with
            {
                Candidates = [.. order.Select(i => given.Given.Candidates[i])],
                InFlight = [.. order.Select(given.Given.InFlightOf)],
                Tried = [.. given.Given.Tried.Select(i => System.Array.IndexOf(order, i))],
            },
            Standings = [.. order.Select(i => given.Standings[i])],
            Cookie = given.Cookie >= 0 && given.Cookie < order.Length ? System.Array.IndexOf(order, given.Cookie) : given.Cookie,
        };
        foreach (var policy in Consistent)
        {
            var (selection, other) = (given.Select(policy), shuffled.Select(policy));
            Assert.Equal(selection, other.HasCandidate ? other with { Index = order[other.Index] } : other);
        }
    }

    [Property(MaxTest = 60)]
    public void Nobody_exceeds_its_bounded_share_however_skewed_the_keys(SelectorCase given)
    {
        var percent = 100 + (int)(given.Given.Entropy % 100);
        var settings = SelectionSettings.Default with { BoundedLoad = new BoundedLoadSettings(percent, (BoundedOrder)(given.Given.Ticket & 1)) };
        ImmutableArray<Candidate> candidates = [.. given.Given.Candidates.Select(static candidate => candidate with { Tier = 0, InFlightMax = 0 })];
        var weight = candidates.Sum(static candidate => candidate.Weight.Value);
        if (weight == 0)
            return;
        foreach (var policy in Policies.Where(static policy => policy.IsHash))
        {
            var selector = Selector.Of(policy, settings, candidates, [.. candidates.Select(static _ => Standing.Ready)]);
            var inFlight = new int[candidates.Length];
            for (var served = 0; served < 200; served++)
            {
                var key = Encoding.ASCII.GetBytes((served % 3).ToString(CultureInfo.InvariantCulture));       // three hot keys
                var chosen = selector.Select(new PickInput { Key = key, InFlight = inFlight }, [], 0).Index;
                inFlight[chosen]++;
                var slots = ((served + 1) * percent + 99) / 100;
                var bound = (candidates[chosen].Weight.Value * slots + weight - 1) / weight;
                Assert.True(inFlight[chosen] <= bound, $"{policy} {settings.BoundedLoad}: {inFlight[chosen]} of {served + 1} at {candidates[chosen]}, bound {bound}");
            }
        }
    }

    private static void Agrees<TModel>(SelectorCase given)
        where TModel : IPolicyModel => Assert.Contains(given.Select(TModel.Settings), new SelectorModel<TModel>(given).Answers());
}
