using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>What a selection may answer, with plain lists: the cookie, then a tier with a share and the others in order, then the policy's own model, within bounds (<see cref="BoundedModel{TPolicy}"/>), without those who are full.</summary>
public sealed class SelectorModel<TPolicy>(SelectorCase c)
    where TPolicy : IPolicyModel
{
    private readonly PickCase _given = c.Given;
    private readonly IReadOnlyList<TierShare> _tiers = TierModel.Of(
        [.. c.Given.Candidates.Select((candidate, i) => (candidate.Tier, Standing: candidate.Weight.Drains ? Standing.Out : c.Standings[i])).GroupBy(static x => x.Tier).OrderBy(static g => g.Key)
            .Select(static g => (g.Key, g.Count(static x => x.Standing == Standing.Ready), g.Count(static x => x.Standing == Standing.Failed)))],
        c.Settings.Tiers);

    public IReadOnlyList<Selection> Answers()
    {
        var stays = c.Cookie >= 0 && c.Cookie < _given.Candidates.Length && (IsUsable(c.Cookie) || c.Standings[c.Cookie] is Standing.Ready or Standing.Draining) && !_given.Tried.Contains(c.Cookie);
        if (c.Settings.Sticky.IsSome && c.Cookie >= 0)
        {
            if (stays && !c.IsFull(c.Cookie))
                return [new Selection(SelectionKind.Stuck, c.Cookie)];
            if (stays && HasRoom)
                return [new Selection(SelectionKind.Wait, Picker.None)];
            if (c.Settings.Sticky.Exists(static sticky => sticky.WhenGone == StickyFailure.Refuse))
                return [new Selection(SelectionKind.StickyGone, Picker.None)];
        }

        var usable = Usable.ToList();
        var left = usable.Except(_given.Tried).ToList();
        if (left.Exists(i => !c.IsFull(i)))
            return [.. _tiers.Where(static t => t.Percent > 0).SelectMany(FromTier).Distinct().Select(static i => new Selection(SelectionKind.Chosen, i))];
        return [new Selection(usable.Count == 0 ? SelectionKind.NoneAvailable : left.Count == 0 ? SelectionKind.AllTried : HasRoom ? SelectionKind.Wait : SelectionKind.QueueFull, Picker.None)];
    }

    private bool HasRoom => c.Waiting < c.Settings.Queue.LengthMax;

    private IEnumerable<int> Usable => Enumerable.Range(0, _given.Candidates.Length).Where(IsUsable);

    private bool IsUsable(int i) => !_given.Candidates[i].Weight.Drains
        && (c.Standings[i] == Standing.Ready || (c.Standings[i] == Standing.Failed && _tiers.Single(t => t.Tier == _given.Candidates[i].Tier).IsPanic));

    private IEnumerable<int> FromTier(TierShare drawn) => _tiers.OrderBy(t => t != drawn).ThenBy(static t => t.Tier).Select(InTier).First(static choice => choice.Length > 0);

    private int[] InTier(TierShare tier)
    {
        var members = Usable.Where(i => _given.Candidates[i].Tier == tier.Tier).ToList();
        var left = members.Except(_given.Tried).ToList();
        var bounded = new BoundedModel<TPolicy>(_given, c.Settings.BoundedLoad, members);
        return [.. bounded.Of(left).SelectMany(i => c.IsFull(i) ? bounded.Of([.. left.Where(l => !c.IsFull(l))]) : [i])];
    }
}
