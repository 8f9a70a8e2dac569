using System.IO.Hashing;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class ModuloHashTests
{
    /// <summary>A change of these answers would move every key to another backend at an upgrade.</summary>
    [Theory]
    [InlineData("", "220122221121122221220012", 1, 1, 3)]
    [InlineData("/item/", "111121210222002112122010", 1, 1, 1)]
    public void Keys_stay_where_earlier_versions_sent_them(string prefix, string backends, params int[] weights) =>
        Assert.Equal(backends, string.Concat(Enumerable.Range(0, 24).Select(i => Picker(weights).Pick(key: $"{prefix}{i}"))));

    [Fact]
    public void A_key_belongs_to_whom_its_hash_modulo_the_total_weight_points()
    {
        int[] line = [0, 0, 0, 2, 2, 3];
        foreach (var i in Enumerable.Range(0, 200))
            Assert.Equal(line[(int)(XxHash3.HashToUInt64(System.Text.Encoding.ASCII.GetBytes($"{i}")) % 6)], Picker(3, 0, 2, 1).Pick(key: $"{i}"));
    }

    [Fact]
    public void Only_the_keys_of_the_one_that_is_down_move_and_they_come_back()
    {
        var all = Picker(1, 2, 3);
        var without = all.WithAvailable([true, false, true]);
        var (before, during) = (Owners(all), Owners(without));
        var moves = before.Zip(during, static (from, to) => (From: from, To: to)).ToArray();
        Assert.All(moves, static move => Assert.True(move.From == 1 ? move.To != 1 : move.From == move.To));
        Assert.Equal([0, 2], moves.Where(static move => move.From == 1).Select(static move => move.To).Distinct().Order());
        Assert.Equal(before, Owners(without.WithAvailable([true, true, true])));
    }

    [Fact]
    public void Nobody_left_is_none()
    {
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker().Pick(key: "k"));
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker(0, 0).Pick(key: "k"));
        Assert.Equal(Fairlead.Balancing.Picker.None, Picker(2, 1).Pick(key: "k", tried: [0, 1]));
    }

    [Fact]
    public void Weights_beyond_the_limit_keep_their_proportions()
    {
        var picker = Picker([.. Enumerable.Repeat(65_535, 40_000), 0]);
        var told = Assert.IsType<PickStep.Remainder>(picker.Explain(new PickInput { Key = "k"u8 }).Steps[1]);
        Assert.Equal(40_000L * 32_767, told.Total);
        Assert.Equal((int)(told.Value / 32_767), picker.Candidates[picker.Pick(key: "k")].Slot.Value);
    }

    [Fact]
    public void An_explanation_tells_key_hash_and_remainder()
    {
        var told = Picker(3, 2, 1).Explain(new PickInput { Key = "k"u8 });
        var hash = XxHash3.HashToUInt64("k"u8);
        Assert.Equal<PickStep>([new PickStep.Keyed("6B", hash), new PickStep.Remainder((long)(hash % 6), 6, 0)], told.Steps);
    }

    [Fact]
    public void An_explanation_tells_how_often_the_key_was_hashed_again()
    {
        var first = Picker(1, 1, 1).Pick(key: "k");
        var told = Picker(1, 1, 1).Explain(new PickInput { Key = "k"u8, Tried = Members.Tried(first) });
        Assert.IsType<Exclusion.Tried>(told.Excluded[first]);
        Assert.Equal(new PickStep.Keyed("6B", XxHash3.HashToUInt64("k"u8)), told.Steps[0]);
        Assert.InRange(Assert.IsType<PickStep.Remainder>(told.Steps[1]).Retries, 1, ModuloHash.RehashesMax);
    }

    [Fact]
    public void After_the_limit_rendezvous_decides_and_the_explanation_says_so()
    {
        var picker = Picker(65_535, 1, 1).WithAvailable([false, true, true]);
        var told = picker.Explain(new PickInput { Key = "k"u8 });
        var expected = Pickers.Of(new PolicySettings.SourceIpHash(), picker.Candidates, [false, true, true]).Explain(new PickInput { Key = "k"u8 });
        Assert.Equal(expected.Chosen, told.Chosen);
        Assert.Equal<PickStep>([new PickStep.Keyed("6B", XxHash3.HashToUInt64("k"u8)), new PickStep.GaveUpHashing(21), expected.Steps[^1]], told.Steps);
        Assert.Equal(2, Owners(picker).Distinct().Count());
    }

    private static int[] Owners(Picker picker) => [.. Enumerable.Range(0, 300).Select(i => picker.Pick(key: $"{i}"))];

    private static Picker Picker(params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.Hash(new KeySource.Uri()), candidates, Members.AllOf(candidates));
    }
}
