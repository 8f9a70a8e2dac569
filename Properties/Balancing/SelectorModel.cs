using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>What a selection may answer, with plain lists: the cookie, then a tier with a share and the others in order, then the policy's own model without those who are full or over their bound.</summary>
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
        return [.. Bounded(members, left).SelectMany(i => c.IsFull(i) ? Bounded(members, [.. left.Where(l => !c.IsFull(l))]) : [i])];
    }

    private IEnumerable<int> Bounded(List<int> members, List<int> left)
    {
        var isBounded = TPolicy.Settings.IsHash && c.Settings.BoundedLoad.IsSome;
        var (percent, order) = c.Settings.BoundedLoad.Match(static b => (System.Math.Max(100, b.Percent), b.Order), static () => (0, default));
        var (served, weight) = (members.Sum(_given.InFlightOf), members.Sum(WeightOf));
        var slots = ((served + 1) * percent + 99) / 100;
        var ordered = members.OrderBy(i => _given.Candidates[i].Address).ToList();
        bool IsUnder(int i) => !isBounded || _given.InFlightOf(i) < System.Math.Max(1, WeightOf(i) * (slots / weight) + (Before(i) + WeightOf(i)) * (slots % weight) / weight - Before(i) * (slots % weight) / weight);
        int Before(int i) => ordered.TakeWhile(other => other != i).Sum(WeightOf);

        var under = left.Where(IsUnder).ToList();
        return By<TPolicy>(members, left).SelectMany(i => IsUnder(i) || under.Count == 0 ? [i] : order == BoundedOrder.Next ? By<TPolicy>(members, under) : By<RendezvousModel>(members, under));
    }

    private IEnumerable<int> By<TModel>(List<int> members, List<int> left)
        where TModel : IPolicyModel => TModel.Chances(_given with
        {
            Candidates = [.. _given.Candidates.Select(candidate => members.Exists(m => _given.Candidates[m].Tier == candidate.Tier) ? candidate : candidate with { Weight = default })],
            Available = [.. _given.Candidates.Select((_, i) => members.Contains(i))],
            Tried = [.. members.Except(left)],
        }).Keys;

    private int WeightOf(int i) => _given.Candidates[i].Weight.Value;
}
