using System.Linq;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class MaglevLaws : KeyAloneLaws<MaglevModel>
{
    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));

    [Property]
    public void Every_slot_is_filled_as_the_rounds_fill_it(PickCase given)
    {
        var table = ((Maglev)Of(given)).Table;
        Assert.Equal(MaglevModel.Table(given), table);
        Assert.All(table, owner => Assert.False(given.Candidates[owner].Weight.Drains));
    }

    [Property]
    public void Equal_weights_differ_by_at_most_one_slot(PickCase given)
    {
        if (given.Candidates.IsEmpty)
            return;
        var table = ((Maglev)Of(given with { Candidates = [.. given.Candidates.Select(static c => c with { Weight = PickCases.WeightOf(7) })] })).Table;
        var counts = given.Candidates.Select((_, i) => table.Count(owner => owner == i)).ToList();
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Property]
    public void Slots_follow_the_weights(PickCase given)
    {
        var table = ((Maglev)Of(given)).Table;
        var total = given.Candidates.Sum(static c => c.Weight.Value);
        for (var i = 0; i < given.Candidates.Length && total > 0; i++)
        {
            // After t rounds everybody is within a turn of t · w / max; summed over all, t is known within as many turns as there are hosts.
            var due = table.Length * given.Candidates[i].Weight.Value / (double)total;
            var off = 1 + given.Candidates.Length * given.Candidates[i].Weight.Value / (double)total;
            Assert.InRange(table.Count(owner => owner == i), due - off, due + off);
        }
    }
}
