using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using LanguageExt;

namespace Fairlead.Properties.Balancing;

/// <summary>What a policy may answer among the members of one tier when those over their bounded share give way (HAProxy's formula, written out).</summary>
public sealed class BoundedModel<TPolicy>(PickCase given, Option<BoundedLoadSettings> settings, IReadOnlyList<int> members)
    where TPolicy : IPolicyModel
{
    private readonly int _weight = members.Sum(i => given.Candidates[i].Weight.Value);

    public IEnumerable<int> Of(IReadOnlyList<int> left)
    {
        if (!TPolicy.Settings.IsHash || settings.Case is not BoundedLoadSettings bounded)
            return By<TPolicy>(left);
        var slots = ((members.Sum(given.InFlightOf) + 1) * Math.Max(100, bounded.Percent) + 99) / 100;
        var under = left.Where(i => given.InFlightOf(i) < BoundOf(i, slots)).ToList();
        return By<TPolicy>(left).SelectMany(i => under.Contains(i) || under.Count == 0 ? [i] : bounded.Order == BoundedOrder.Next ? By<TPolicy>(under) : By<RendezvousModel>(under));
    }

    private int BoundOf(int member, int slots)
    {
        var (own, before) = (WeightOf(member), members.OrderBy(i => given.Candidates[i].Address).TakeWhile(i => i != member).Sum(WeightOf));
        var (perWeight, rest) = (slots / _weight, slots % _weight);
        return Math.Max(1, own * perWeight + (before + own) * rest / _weight - before * rest / _weight);
    }

    private IEnumerable<int> By<TModel>(IReadOnlyList<int> left)
        where TModel : IPolicyModel => TModel.Chances(given with
        {
            Candidates = [.. given.Candidates.Select(candidate => members.Any(m => given.Candidates[m].Tier == candidate.Tier) ? candidate : candidate with { Weight = default })],
            Available = [.. given.Candidates.Select((_, i) => members.Contains(i))],
            Tried = [.. members.Except(left)],
        }).Keys;

    private int WeightOf(int member) => given.Candidates[member].Weight.Value;
}
