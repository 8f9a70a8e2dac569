using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public class KeyMovementTests
{
    private static readonly PolicySettings Ring = new PolicySettings.Ketama(new KeySource.Uri());

    [Fact]
    public void The_same_configuration_moves_nothing_and_nothing_has_to() =>
        Assert.Equal((10_000, 0, 0), Counts(Moved(Ring, Members.Weighted(1, 2, 3), Members.Weighted(1, 2, 3))));

    [Fact]
    public void Of_a_lost_backend_exactly_its_keys_have_to_move_and_on_the_ring_no_others_do()
    {
        var movement = Moved(Ring, Members.Of("192.0.2.1:80", "192.0.2.2:80", "192.0.2.3:80"), Members.Of("192.0.2.1:80", "192.0.2.3:80"));

        var lost = movement.Backends[1];
        Assert.Equal(("192.0.2.2:80", 0L), (lost.Address.ToString(), lost.After));
        Assert.InRange(lost.Before, 2_500, 4_200);                    // 160 points a backend: 0.85 to 1.17 of a third, and more with three of them
        Assert.Equal((10_000, lost.Before, lost.Before), Counts(movement));
        Assert.Equal(10_000 / 3.0, movement.SmallestByWeight, 6);
    }

    [Fact]
    public void A_modulo_moves_more_than_it_has_to()
    {
        var movement = Moved(new PolicySettings.Hash(new KeySource.Uri()), Members.Weighted(1, 1, 1, 1), Members.Weighted(1, 1, 1));
        Assert.Equal(2_500, movement.SmallestByWeight, 6);
        Assert.InRange(movement.Smallest, 2_300, 2_700);              // binomial, 10,000 draws at 1/4: σ = 43
        Assert.True(movement.Moved > 2 * movement.Smallest, $"{movement.Moved} of at least {movement.Smallest}");
    }

    [Fact]
    public void Keys_that_change_places_did_not_have_to()
    {
        var members = SelectorOf(Ring, Members.Weighted(1, 1));
        Assert.Equal((10, 8, 2), Counts(KeyMovement.Of(members, members, [new KeyFlow(0, 1, 5), new KeyFlow(1, 0, 3), new KeyFlow(1, 1, 2)])));
    }

    [Fact]
    public void A_backend_is_the_same_at_another_place_in_the_list()
    {
        var (before, after) = (SelectorOf(Ring, Members.Of("a:1", "b:1")), SelectorOf(Ring, Members.Of("b:1", "a:1")));
        Assert.Equal((3, 0, 0), Counts(KeyMovement.Of(before, after, [new KeyFlow(0, 1, 2), new KeyFlow(1, 0, 1)])));
    }

    [Fact]
    public void Keys_that_get_or_lose_every_backend_move()
    {
        var members = SelectorOf(Ring, Members.Weighted(1, 1));
        Assert.Equal((9, 5, 3), Counts(KeyMovement.Of(members, members, [new KeyFlow(Picker.None, 0, 4), new KeyFlow(0, Picker.None, 1), new KeyFlow(-7, 99, 4)])));
    }

    [Fact]
    public void What_a_backend_is_due_goes_by_weight_within_the_tiers_that_are_used()
    {
        var members = Members.Weighted(3, 1, 1, 0);
        var before = SelectorOf(Ring, members);
        var after = Selector.Of(Ring, SelectionSettings.Default, [.. members.Select(static (m, i) => m with { Tier = i == 1 ? 1 : 0 })], [Standing.Ready, Standing.Ready, Standing.Failed, Standing.Ready]);

        var movement = KeyMovement.Of(before, after, [new KeyFlow(0, 0, 1_000)]);

        Assert.Equal([(600, 1_000), (200, 0), (200, 0), (0, 0)], movement.Backends.Select(static backend => ((int)Math.Round(backend.ExpectedBefore), (int)Math.Round(backend.ExpectedAfter))));
        Assert.Equal(400, movement.SmallestByWeight, 6);
    }

    private static KeyMovement Moved(PolicySettings policy, ImmutableArray<Candidate> before, ImmutableArray<Candidate> after)
    {
        var (one, other) = (SelectorOf(policy, before), SelectorOf(policy, after));
        return KeyMovement.Of(one, other, Enumerable.Range(0, 10_000)
            .Select(static i => Encoding.UTF8.GetBytes(FormattableString.Invariant($"/item/{i}")))
            .Select(key => new KeyFlow(one.Picker.Pick(new PickInput { Key = key }), other.Picker.Pick(new PickInput { Key = key }), 1)));
    }

    private static Selector SelectorOf(PolicySettings policy, ImmutableArray<Candidate> candidates) =>
        Selector.Of(policy, SelectionSettings.Default, candidates, [.. candidates.Select(static _ => Standing.Ready)]);

    private static (long Keys, long Moved, long Smallest) Counts(KeyMovement movement) => (movement.Keys, movement.Moved, movement.Smallest);
}
