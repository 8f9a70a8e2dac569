using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Upstreams;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>What every policy that hashes a key obeys besides.</summary>
public abstract class HashPolicyLaws<TPolicy> : BasicPolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 200).Select(static i => Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)))];

    [Property]
    public void Entropy_and_load_do_not_matter(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick((given with { Entropy = ~given.Entropy, InFlight = [] }).Input));

    /// <summary>The address each of some keys goes to, at the ticket of the case and with nothing tried.</summary>
    protected static BackendAddress?[] Owners(PickCase given)
    {
        var picker = Of(given);
        return [.. Keys.Select(key => picker.Pick(new PickInput { Key = key, Ticket = given.Ticket }) is >= 0 and var index ? given.Candidates[index].Address : null)];
    }

    /// <summary>The same candidates in another order.</summary>
    protected static PickCase Shuffled(PickCase given)
    {
        var order = Enumerable.Range(0, given.Candidates.Length).OrderBy(i => Fairlead.Primitives.Entropy.Mix(given.Entropy + (ulong)i)).ToArray();
        return given with { Candidates = [.. order.Select(i => given.Candidates[i])], Available = [.. order.Select(i => given.Available[i])] };
    }
}

/// <summary>What a hash policy obeys besides if the key alone decides, however many candidates are out.</summary>
public abstract class KeyAloneLaws<TPolicy> : HashPolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    [Property]
    public void The_ticket_does_not_matter(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick((given with { Ticket = ~given.Ticket }).Input));

    [Property(MaxTest = 60)]
    public void One_going_down_moves_only_its_keys(PickCase given)
    {
        if (given.Eligible.IsEmpty)
            return;
        var lost = given.Eligible[(int)(given.Entropy % (ulong)given.Eligible.Length)];
        var before = Owners(given);
        var after = Owners(given with { Available = given.Available.SetItem(lost, false) });
        for (var k = 0; k < before.Length; k++)
            Assert.True(before[k] == given.Candidates[lost].Address || before[k] == after[k]);
    }

    [Property]
    public void A_retry_goes_where_the_key_would_go_without_the_first(PickCase given)
    {
        var state = given with { Tried = [] };
        var first = Of(state).Pick(state.Input);
        if (first == Picker.None)
            return;
        var without = state with { Available = given.Available.SetItem(first, false) };
        Assert.Equal(Of(without).Pick(without.Input), Of(state).Pick((state with { Tried = [first] }).Input));
    }
}

/// <summary>What a hash policy obeys besides if round robin follows on too many hashes that led nowhere (nginx).</summary>
public abstract class TurnAfterwardsLaws<TPolicy> : HashPolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    [Property]
    public void The_ticket_matters_only_after_hashing_was_given_up(PickCase given)
    {
        if (!GivesUp(given))
            Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick((given with { Ticket = ~given.Ticket }).Input));
    }

    [Property]
    public void A_retry_goes_where_the_key_would_go_without_the_first(PickCase given)
    {
        var state = given with { Tried = [] };
        var first = Of(state).Pick(state.Input);
        if (first == Picker.None)
            return;
        var without = state with { Available = given.Available.SetItem(first, false) };
        var retry = state with { Tried = [first] };
        Assert.Equal(GivesUp(without), GivesUp(retry));
        if (!GivesUp(retry))
            Assert.Equal(Of(without).Pick(without.Input), Of(retry).Pick(retry.Input));
    }

    [Property]
    public void One_going_down_moves_only_its_keys_until_hashing_is_given_up(PickCase given)
    {
        var before = Of(given).Pick(given.Input);
        if (given.Eligible.IsEmpty || GivesUp(given))
            return;
        var lost = given.Eligible[(int)(given.Entropy % (ulong)given.Eligible.Length)];
        var after = Of(given with { Available = given.Available.SetItem(lost, false) }).Pick(given.Input);
        Assert.True(before == lost || before == after);
    }

    private static bool GivesUp(PickCase given) => Of(given).Explain(given.Input).Steps.Any(static step => step is PickStep.GaveUpHashing);
}

/// <summary>What consistent hashing obeys besides: whatever changes moves no foreign keys.</summary>
public abstract class ConsistentHashLaws<TPolicy> : KeyAloneLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    [Property]
    public void Nginx_proxy_1495_a_candidate_that_is_down_changes_no_decision(PickCase given) => AssertUnchangedByOneDown(given);

    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));

    [Property(MaxTest = 60)]
    public void Libketama_13_removal_moves_only_the_removed_ones_keys(PickCase given)                // libketama: foreign keys move when weights differ
    {
        if (given.Eligible.IsEmpty)
            return;
        var removed = given.Eligible[(int)(given.Entropy % (ulong)given.Eligible.Length)];
        var before = Owners(given);
        var without = given with { Candidates = given.Candidates.RemoveAt(removed), Available = given.Available.RemoveAt(removed) };
        var down = given with { Available = given.Available.SetItem(removed, false) };
        var after = Owners(without);
        Assert.Equal(after, Owners(down));                            // gone or down is the same
        for (var k = 0; k < before.Length; k++)
            Assert.True(before[k] == given.Candidates[removed].Address || before[k] == after[k]);
    }

    [Property(MaxTest = 60)]
    public void Changing_a_weight_moves_keys_only_to_or_from_that_backend(PickCase given)
    {
        if (given.Candidates.IsEmpty)
            return;
        var changed = (int)(given.Entropy % (ulong)given.Candidates.Length);
        var weight = PickCases.WeightOf((int)(given.Ticket % 9));
        var candidate = given.Candidates[changed];
        var before = Owners(given);
        var after = Owners(given with { Candidates = given.Candidates.SetItem(changed, candidate with { Weight = weight }) });
        for (var k = 0; k < before.Length; k++)
        {
            if (before[k] != after[k])
                Assert.Equal(candidate.Address, weight.Value > candidate.Weight.Value ? after[k] : before[k]);
        }
    }
}
