using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Upstreams;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>A policy and what a plain model says about it.</summary>
public interface IPolicyModel
{
    static abstract PolicySettings Settings { get; }

    /// <summary>The candidates a pick may answer, with the chance of each; one with chance 1 for a deterministic policy, nothing when none is left.</summary>
    static abstract IReadOnlyDictionary<int, double> Chances(PickCase given);
}

/// <summary>What a policy obeys besides if it looks at nobody but those it may pick. A policy inherits these by one line.</summary>
public abstract class PolicyLaws<TPolicy> : BasicPolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    [Property]
    public void Nginx_proxy_1495_a_candidate_that_is_down_changes_no_decision(PickCase given) =>         // nginx: a second entry that is down switched a rule off
        AssertUnchangedByOneDown(given);
}

/// <summary>What every policy obeys.</summary>
[Properties(Arbitrary = [typeof(PickCases)], MaxTest = 100)]
public abstract class BasicPolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    [Property]
    public void Agrees_with_the_reference_model(PickCase given)
    {
        var picked = Of(given).Pick(given.Input);
        var chances = TPolicy.Chances(given);
        Assert.True(picked == Picker.None ? chances.Count == 0 : chances.GetValueOrDefault(picked) > 0, $"picked {picked}");
    }

    [Property]
    public void Picks_only_what_is_available_and_untried(PickCase given)
    {
        var picked = Of(given).Pick(given.Input);
        Assert.True(picked == Picker.None || given.Left.Contains(picked));
    }

    [Property]
    public void Caddy_7873_somebody_is_eligible_so_a_pick_succeeds(PickCase given) =>              // Caddy 2.11.4 random_choose: none in a third of all picks
        Assert.Equal(given.Left.IsEmpty, Of(given).Pick(given.Input) == Picker.None);

    [Property]
    public void One_candidate_gives_that_one(PickCase given)
    {
        foreach (var only in given.Eligible)
            Assert.Equal(only, Of(given with { Available = [.. given.Available.Select((_, i) => i == only)] }).Pick((given with { Tried = [] }).Input));
    }

    [Property]
    public void No_candidate_gives_none(PickCase given)
    {
        Assert.Equal(Picker.None, Of(given with { Candidates = [], Available = [] }).Pick(given.Input));
        Assert.Equal(Picker.None, Of(given with { Available = [.. given.Available.Select(static _ => false)] }).Pick(given.Input));
        Assert.Equal(Picker.None, Of(given with { Candidates = [.. given.Candidates.Select(static c => c with { Weight = default })] }).Pick(given.Input));
        Assert.Equal(Picker.None, Pickers.Of(TPolicy.Settings, default, default).Pick(given.Input));
    }

    [Property]
    public void Traefik_endless_loop_and_Pingora_256_spins_every_pick_ends_and_gives_each_eligible_candidate_exactly_once(PickCase given)   // Traefik's endless loop, Pingora's 256 spins
    {
        var picker = Of(given);
        var seen = new List<int>();
        var state = given with { Tried = [] };
        for (var picked = picker.Pick(state.Input); picked != Picker.None; picked = picker.Pick(state.Input))
        {
            Assert.DoesNotContain(picked, seen);
            seen.Add(picked);
            state = state with { Tried = state.Tried.Add(picked) };
        }

        Assert.Equal(given.Eligible, seen.Order());
    }

    [Property]
    public void Relabelling_slots_relabels_picks(PickCase given)
    {
        var relabelled = given with { Candidates = [.. given.Candidates.Select(static (c, i) => c with { Slot = new Slot(1_000 - 7 * i) })] };
        Assert.Equal(Of(given).Pick(given.Input), Of(relabelled).Pick(relabelled.Input));
    }

    [Property]
    public void Other_availability_picks_as_if_made_so(PickCase given)
    {
        var all = Pickers.Of(TPolicy.Settings, given.Candidates, [.. given.Candidates.Select(static _ => true)]);
        var none = Pickers.Of(TPolicy.Settings, given.Candidates, []);
        Assert.Equal(Of(given).Pick(given.Input), all.WithAvailable(given.Available).Pick(given.Input));
        Assert.Equal(Of(given).Pick(given.Input), none.WithAvailable(given.Available).Pick(given.Input));
        Assert.Equal(Picker.None, all.WithAvailable(default).Pick(given.Input));
    }

    [Property]
    public void Pingora_891_a_candidate_of_weight_zero_changes_no_decision(PickCase given)          // Pingora panics
    {
        var drained = given with { Candidates = given.Candidates.Add(PickCases.CandidateOf("198.51.100.1:9", 0, 99)), Available = given.Available.Add(true) };
        Assert.Equal(Of(given).Pick(given.Input), Of(drained).Pick(given.Input));
    }

    [Property]
    public void Building_again_picks_the_same(PickCase given) =>                        // Envoy: every refresh restarted the rotation at the heavy hosts
        Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick(given.Input));

    [Property]
    public void An_explanation_tells_the_pick(PickCase given)
    {
        var told = Of(given).Explain(given.Input);
        Assert.Equal(Of(given).Pick(given.Input), told.Chosen);
        Assert.Equal(given.Candidates.Length, told.Excluded.Length);
        Assert.Equal(given.Left, Enumerable.Range(0, told.Excluded.Length).Where(i => told.Excluded[i] is Exclusion.No));
        Assert.Equal(told.Chosen == Picker.None, told.Steps.IsEmpty);
    }

    [Property]
    public void Tried_bits_beyond_the_candidates_do_no_harm(PickCase given)
    {
        ulong[] longer = [.. PickCase.BitsOf(given.Tried.Add(given.Candidates.Length + 70))];
        var picked = Of(given).Pick(given.Input.WithTried(longer));
        Assert.Equal(given.Left.IsEmpty, picked == Picker.None);
        Assert.True(picked == Picker.None || given.Left.Contains(picked));
    }

    /// <summary>That one more candidate, which is down, changes nothing.</summary>
    protected static void AssertUnchangedByOneDown(PickCase given)
    {
        var down = given with { Candidates = given.Candidates.Add(PickCases.CandidateOf("198.51.100.1:9", 3, 99)), Available = given.Available.Add(false) };
        Assert.Equal(Of(given).Pick(given.Input), Of(down).Pick(given.Input));
    }

    /// <summary>The policy under test, ready for those candidates.</summary>
    protected static Picker Of(PickCase given) => Pickers.Of(TPolicy.Settings, given.Candidates, given.Available);
}
