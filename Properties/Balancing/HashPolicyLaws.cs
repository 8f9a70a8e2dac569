using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Upstreams;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>What every policy that hashes a key obeys besides.</summary>
public abstract class HashPolicyLaws<TPolicy> : PolicyLaws<TPolicy>
    where TPolicy : IPolicyModel
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 200).Select(static i => Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)))];

    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given)
    {
        var order = Enumerable.Range(0, given.Candidates.Length).OrderBy(i => Fairlead.Primitives.Entropy.Mix(given.Entropy + (ulong)i)).ToArray();
        var shuffled = given with { Candidates = [.. order.Select(i => given.Candidates[i])], Available = [.. order.Select(i => given.Available[i])] };
        Assert.Equal(Owners(given), Owners(shuffled));
    }

    [Property]
    public void Ticket_and_entropy_do_not_matter(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Of(given).Pick((given with { Ticket = ~given.Ticket, Entropy = ~given.Entropy }).Input));

    [Property(MaxTest = 60)]
    public void Removal_moves_only_the_removed_ones_keys(PickCase given)                // libketama: foreign keys move when weights differ
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

    private static BackendAddress?[] Owners(PickCase given)
    {
        var picker = Of(given);
        return [.. Keys.Select(key => picker.Pick(new PickInput { Key = key }) is >= 0 and var index ? given.Candidates[index].Address : null)];
    }
}
