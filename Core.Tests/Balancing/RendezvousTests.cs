using System.IO.Hashing;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class RendezvousTests
{
    [Fact]
    public void An_explanation_tells_key_hash_and_arrival()
    {
        var told = Picker(1, 2, 3).Explain(new PickInput { Key = "k"u8 });
        Assert.Equal(new PickStep.Keyed("6B", XxHash3.HashToUInt64("k"u8)), told.Steps[0]);
        Assert.True(Assert.IsType<PickStep.BestScore>(Assert.Single(told.Steps.Skip(1))).Score > 0);
    }

    [Fact]
    public void Arrivals_come_later_the_more_have_been_tried()
    {
        var picker = Picker(1, 2, 3);
        var first = picker.Explain(new PickInput { Key = "k"u8 });
        var second = picker.Explain(new PickInput { Key = "k"u8, Tried = Members.Tried(first.Chosen) });
        var third = picker.Explain(new PickInput { Key = "k"u8, Tried = Members.Tried(first.Chosen, second.Chosen) });
        Assert.Equal([0, 1, 2], new[] { first.Chosen, second.Chosen, third.Chosen }.Order());
        Assert.True(ScoreOf(first) < ScoreOf(second) && ScoreOf(second) < ScoreOf(third));
    }

    [Fact]
    public void Candidates_of_one_address_tie_and_the_first_has_all_keys()
    {
        var candidates = Members.Of("10.0.0.1:80", "10.0.0.1:80");
        var picker = Pickers.Of(new PolicySettings.Rendezvous(new KeySource.Uri()), candidates, Members.AllOf(candidates));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(0, picker.Pick(key: $"{i}")));
        Assert.Equal(1, picker.Pick(key: "k", tried: 0));
    }

    [Fact]
    public void A_thousand_candidates_of_any_weights_each_get_keys()
    {
        var picker = Picker([.. Enumerable.Range(1, 1_000).Select(static i => 1 + i % 3)]);
        Assert.Equal(1_000, Enumerable.Range(0, 20_000).Select(i => picker.Pick(key: $"{i}")).Distinct().Count());
    }

    private static double ScoreOf(Explanation told) => Assert.IsType<PickStep.BestScore>(told.Steps[^1]).Score;

    private static Picker Picker(params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.Rendezvous(new KeySource.Uri()), candidates, Members.AllOf(candidates));
    }
}
