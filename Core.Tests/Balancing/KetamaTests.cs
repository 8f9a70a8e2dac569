using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>Which backend nginx's ring gives to known keys.</summary>
public sealed class KetamaTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void Ten_backends_or_eleven_the_keys_a_and_b_stay(int count)
    {
        var picker = Picker(Members.Numbered("127.0.0.", count, 6443));
        Assert.Equal("127.0.0.10:6443", Address(picker, "a"));
        Assert.Equal("127.0.0.5:6443", Address(picker, "b"));
        Assert.Equal(160 * count, KetamaRing.Of(picker.Candidates).Count);                     // 1,600 and 1,760: no two fall together
    }

    [Theory]
    [InlineData("some_key", "127.0.0.3:12345")]
    [InlineData("another_key", "127.0.0.3:12345")]
    [InlineData("last_key", "127.0.0.2:12345")]
    public void Weights_one_two_three_give_the_known_owners(string key, string owner) =>
        Assert.Equal(owner, Address(Picker(Members.Of("127.0.0.1:12345=1", "127.0.0.2:12345=2", "127.0.0.3:12345=3")), key));

    [Fact]
    public void Twelve_items_go_to_the_known_five_backends() =>
        Assert.Equal("5 5 5 1 3 1 5 2 4 4 2 2", Owners(Picker(Members.Numbered("192.0.2.", 5, 80))));

    [Fact]
    public void Without_the_third_only_item_four_moves()
    {
        var members = Members.Numbered("192.0.2.", 5, 80);
        Assert.Equal("5 5 5 1 5 1 5 2 4 4 2 2", Owners(Picker(members).WithAvailable(Members.AllBut(members, 2))));
        Assert.Equal("5 5 5 1 5 1 5 2 4 4 2 2", Owners(Picker([.. members.Where(static (_, i) => i != 2)])));
    }

    [Fact]
    public void Weights_one_two_five_split_eight_thousand_items_as_known()
    {
        var picker = Picker(Members.Of("192.0.2.1:80", "192.0.2.2:80=2", "192.0.2.3:80=5"));
        Assert.Equal("1 3 3 2 3 2 3 3 3 3 2 2", Owners(picker));
        var picks = Enumerable.Range(0, 8_000).CountBy(i => picker.Pick(key: $"/item/{i}")).OrderBy(static pair => pair.Key).Select(static pair => pair.Value);
        Assert.Equal([915, 1854, 5231], picks);
    }

    [Fact]
    public void Tried_owners_give_way_to_the_next_on_the_ring_until_none_is_left()
    {
        var picker = Picker(Members.Numbered("192.0.2.", 5, 80));
        Assert.Equal(4, picker.Pick(key: "/item/0"));
        Assert.Equal(4, picker.Pick(key: "/item/4", tried: 2));
        Assert.Equal(Fairlead.Balancing.Picker.None, picker.Pick(key: "/item/4", tried: [0, 1, 2, 3, 4]));
    }

    [Fact]
    public void An_explanation_names_the_key_its_hash_and_the_point()
    {
        var members = Members.Numbered("192.0.2.", 5, 80);
        var told = Ketama.Of(RingVariant.Nginx, members, Members.AllOf(members)).Explain(new PickInput { Key = "/item/4"u8, Tried = Members.Tried(2) });
        Assert.Equal(4, told.Chosen);
        Assert.Equal(new PickStep.Keyed("2F6974656D2F34", KetamaRing.HashOf("/item/4"u8)), told.Steps[0]);
        var point = Assert.IsType<PickStep.RingPointed>(told.Steps[1]);
        Assert.Equal(KetamaRing.Of(members)[point.Position], new RingPoint(point.PointHash, 4));
        Assert.True(point.Passed > 0);
        Assert.Equal(new Exclusion.Tried(), told.Excluded[2]);
    }

    [Fact]
    public void Other_availability_uses_the_same_ring()
    {
        var members = Members.Numbered("192.0.2.", 5, 80);
        var picker = Ketama.Of(RingVariant.Nginx, members, Members.AllOf(members));
        Assert.Same(picker.Ring, Assert.IsType<Ketama>(picker.WithAvailable(Members.AllBut(members, 1))).Ring);
    }

    [Fact]
    public void The_empty_key_is_a_key_like_any_other()
    {
        var picker = Ketama.Of(RingVariant.Nginx, Members.Numbered("192.0.2.", 5, 80), Members.AllOf(Members.Numbered("192.0.2.", 5, 80)));
        Assert.Equal(picker.Ring[0].Candidate, picker.Pick(key: ""));
    }

    [Fact]
    public void An_address_listed_twice_is_still_reached_twice()
    {
        var picker = Picker(Members.Of("192.0.2.1:80", "192.0.2.1:80"));
        Assert.Equal(0, picker.Pick(key: "x"));
        Assert.Equal(1, picker.Pick(key: "x", tried: 0));
        Assert.Equal(Fairlead.Balancing.Picker.None, picker.Pick(key: "x", tried: [0, 1]));
    }

    [Theory]
    [InlineData("192.0.2.", 80, 0.868, 1.146)]
    [InlineData("10.0.0.", 8080, 0.915, 1.163)]
    [InlineData("127.0.0.", 6443, 0.939, 1.043)]
    public void Eight_equal_backends_share_a_hundred_thousand_keys_as_measured(string prefix, int port, double least, double most)
    {
        var picker = Picker(Members.Numbered(prefix, 8, port));
        var counts = Enumerable.Range(0, 100_000).CountBy(i => picker.Pick(key: $"/item/{i}")).Select(static pair => pair.Value / 12_500.0).ToArray();
        Assert.Equal(8, counts.Length);
        Assert.Equal(least, counts.Min(), 0.0005);
        Assert.Equal(most, counts.Max(), 0.0005);
    }

    [Theory]
    [InlineData(10, 0.885, 1.075)]
    [InlineData(100, 0.784, 1.243)]
    public void Equal_backends_own_parts_of_the_ring_as_measured(int count, double least, double most)
    {
        var ring = KetamaRing.Of(Members.Numbered("127.0.0.", count, 6443));
        var shares = new double[count];
        var previous = ring[^1].Hash - (1UL << 32);
        foreach (var point in ring)
        {
            shares[point.Candidate] += (point.Hash - previous) / (double)(1UL << 32) * count;
            previous = point.Hash;
        }

        Assert.Equal(least, shares.Min(), 0.0005);
        Assert.Equal(most, shares.Max(), 0.0005);
    }

    private static Picker Picker(ImmutableArray<Candidate> candidates) =>
        Pickers.Of(new PolicySettings.Ketama(new KeySource.Uri()), candidates, Members.AllOf(candidates));

    private static string Address(Picker picker, string key) => picker.Candidates[picker.Pick(key: key)].Address.ToString();

    private static string Owners(Picker picker) =>
        string.Join(' ', Enumerable.Range(0, 12).Select(i => Address(picker, $"/item/{i}")["192.0.2.".Length]));
}
