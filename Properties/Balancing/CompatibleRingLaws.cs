using System.Linq;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

/// <summary>libketama's counts are relative, so unequal weights move foreign keys; equal ones do not.</summary>
public sealed class LibketamaLaws : KeyAloneLaws<LibketamaModel>
{
    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));

    [Property(MaxTest = 60)]
    public void Removal_moves_only_the_removed_ones_keys_while_weights_are_equal(PickCase given)
    {
        if (given.Candidates.IsEmpty)
            return;
        // Up to twelve equal weights have exactly 40 digests each; a share of 1/47 is the first that a float rounds below.
        var equal = given with { Candidates = [.. given.Candidates.Select(static c => c with { Weight = PickCases.WeightOf(3) })], Available = [.. given.Available.Select(static _ => true)] };
        var removed = (int)(given.Entropy % (ulong)equal.Candidates.Length);
        var before = Owners(equal);
        var after = Owners(equal with { Candidates = equal.Candidates.RemoveAt(removed), Available = equal.Available.RemoveAt(removed) });
        for (var k = 0; k < before.Length; k++)
            Assert.True(before[k] == equal.Candidates[removed].Address || before[k] == after[k]);
    }
}

/// <summary>Envoy's ring has another scale when another host joins, so that foreign keys move; how many is measured among the examples.</summary>
public sealed class EnvoyRingLaws : KeyAloneLaws<EnvoyRingModel>
{
    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));
}

/// <summary>HAProxy numbers servers as declared: whoever is down or comes last moves no foreign keys, a removal in the middle renumbers.</summary>
public sealed class HAProxyRingLaws : KeyAloneLaws<HAProxyRingModel>
{
    [Property]
    public void Nginx_proxy_1495_a_candidate_that_is_down_changes_no_decision(PickCase given) => AssertUnchangedByOneDown(given);

    [Property(MaxTest = 60)]
    public void Removing_the_last_declared_moves_only_its_keys(PickCase given)
    {
        if (given.Candidates.IsEmpty)
            return;
        var last = given.Candidates.Length - 1;
        var before = Owners(given);
        var after = Owners(given with { Candidates = given.Candidates.RemoveAt(last), Available = given.Available.RemoveAt(last) });
        for (var k = 0; k < before.Length; k++)
            Assert.True(before[k] == given.Candidates[last].Address || before[k] == after[k]);
    }

    [Property(MaxTest = 60)]
    public void Changing_a_weight_moves_keys_only_to_or_from_that_backend(PickCase given)
    {
        if (given.Candidates.IsEmpty)
            return;
        var changed = (int)(given.Entropy % (ulong)given.Candidates.Length);
        var candidate = given.Candidates[changed];
        var weight = PickCases.WeightOf((int)(given.Ticket % 9));
        var before = Owners(given);
        var after = Owners(given with { Candidates = given.Candidates.SetItem(changed, candidate with { Weight = weight }) });
        for (var k = 0; k < before.Length; k++)
            Assert.True(before[k] == after[k] || candidate.Address == (weight.Value > candidate.Weight.Value ? after[k] : before[k]));
    }
}
