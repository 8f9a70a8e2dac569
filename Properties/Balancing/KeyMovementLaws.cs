using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

[Properties(Arbitrary = [typeof(PickCases)], MaxTest = 200)]
public class KeyMovementLaws
{
    private static readonly PolicySettings Consistent = new PolicySettings.Rendezvous(new KeySource.Uri());

    [Property]
    public void No_assignment_moves_fewer_keys_than_the_smallest_number(PickCase before, PickCase after, int[] flows)
    {
        var movement = KeyMovement.Of(SelectorOf(Consistent, before), SelectorOf(Consistent, after), flows.Select(static f => new KeyFlow((f & 15) - 1, (f >> 4 & 15) - 1, f >> 8 & 255)));

        Assert.InRange(movement.Smallest, 0, movement.Moved);
        Assert.InRange(movement.Moved, 0, movement.Keys);
    }

    [Property]
    public void The_smallest_number_is_reached_when_no_backend_both_loses_and_gets_keys(PickCase before, PickCase after, int[] flows)
    {
        var (one, other) = (SelectorOf(Consistent, before), SelectorOf(Consistent, after));
        var kept = flows.Select(static f => new KeyFlow((f & 15) - 1, (f >> 4 & 15) - 1, f >> 8 & 255)).ToArray();
        var all = KeyMovement.Of(one, other, kept);

        // Net losers give, net gainers take, in any pairing: that many moves and no more give the same counts.
        var net = all.Backends.Select(static b => (b.Before, b.After)).Append((all.Keys - all.Backends.Sum(static b => b.Before), all.Keys - all.Backends.Sum(static b => b.After))).ToArray();
        Assert.Equal(net.Sum(static n => Math.Abs(n.Item1 - n.Item2)), 2 * all.Smallest);
    }

    [Property]
    public void Without_one_backend_a_consistent_policy_moves_what_has_to_move(PickCase given, int which)
    {
        if (given.Eligible.IsEmpty)
            return;
        var lost = given.Eligible[(which & int.MaxValue) % given.Eligible.Length];
        var (before, after) = (SelectorOf(Consistent, given), SelectorOf(Consistent, given with { Candidates = given.Candidates.RemoveAt(lost), Available = given.Available.RemoveAt(lost) }));

        var movement = Compared(before, after);

        Assert.Equal(movement.Backends[lost].Before, movement.Moved);
        Assert.Equal(movement.Moved, movement.Smallest);
    }

    [Property]
    public void Shares_add_up_to_all_keys_or_to_none_when_nobody_is_left(PickCase before, PickCase after)
    {
        var movement = Compared(SelectorOf(Consistent, before), SelectorOf(Consistent, after));
        Assert.Equal(before.Eligible.IsEmpty ? 0 : movement.Keys, movement.Backends.Sum(static b => b.ExpectedBefore), 6);
        Assert.Equal(after.Eligible.IsEmpty ? 0 : movement.Keys, movement.Backends.Sum(static b => b.ExpectedAfter), 6);
        Assert.InRange(movement.SmallestByWeight, 0, movement.Keys + 1e-6);
    }

    private static KeyMovement Compared(Selector before, Selector after)
    {
        ImmutableArray<byte[]> keys = [.. Enumerable.Range(0, 100).Select(static i => Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)))];
        return KeyMovement.Of(before, after, keys.Select(key => new KeyFlow(before.Picker.Pick(new PickInput { Key = key }), after.Picker.Pick(new PickInput { Key = key }), 1)));
    }

    private static Selector SelectorOf(PolicySettings policy, PickCase of) =>
        Selector.Of(policy, SelectionSettings.Default, of.Candidates, [.. of.Available.Select(static isAvailable => isAvailable ? Standing.Ready : Standing.Failed)]);
}
