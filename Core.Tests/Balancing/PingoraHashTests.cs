using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>The answers of Pingora's own test, in the order in which it keeps its backends.</summary>
public sealed class PingoraHashTests
{
    private static readonly string[] Backends = ["1.0.0.1:80=10", "1.0.0.255:80=1", "1.1.1.1:80=1"];

    [Fact]
    public void The_first_choice_is_by_weight() =>
        Assert.Equal("0012000", string.Concat(Enumerable.Range(1, 7).Select(static i => Picker(Backends).Pick(key: $"test{i}"))));

    /// <summary>The walk from "test" is .1 .1 .1 1.1.1.1 .255 .1 .1 1.1.1.1 .1 .255 1.1.1.1: an explanation tells the place of each one's first appearance.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 3, 0)]
    [InlineData(1, 4, 0, 2)]
    [InlineData(2, 3, 0, 1)]
    [InlineData(1, 4, 2, 0)]
    [InlineData(0, 0, 1, 2)]
    public void Further_choices_walk_the_plain_list_by_the_hash_of_the_hash(int chosen, int place, params int[] tried)
    {
        var told = Picker(Backends).Explain(new PickInput { Key = "test"u8, Tried = Members.Tried(tried) });
        Assert.Equal(chosen, told.Chosen);
        Assert.Equal(new PickStep.Keyed("74657374", 0xf9e6e6ef197c2b25), told.Steps[0]);
        var step = Assert.IsType<PickStep.Remainder>(told.Steps[1]);
        Assert.Equal((place, place == 0 ? 12 : 3), (step.Retries, (int)step.Total));
    }

    [Fact]
    public void The_order_given_does_not_matter()
    {
        var candidates = Members.Of([.. Backends.Reverse()]);
        var picker = Pickers.Of(Settings, candidates, Members.AllOf(candidates));
        Assert.Equal("2210222", string.Concat(Enumerable.Range(1, 7).Select(i => picker.Pick(key: $"test{i}"))));
    }

    [Fact]
    public void A_backend_of_weight_zero_is_not_in_the_list()
    {
        var picker = Picker([.. Backends, "1.0.0.2:80=0"]);
        Assert.Equal("0012000", string.Concat(Enumerable.Range(1, 7).Select(i => picker.Pick(key: $"test{i}"))));
        Assert.Equal(2, picker.Pick(key: "test", tried: 0));
    }

    [Fact]
    public void After_the_limit_rendezvous_decides_and_the_explanation_says_so()
    {
        var many = Members.Numbered("10.0.0.", 250, 80).AddRange(Members.Numbered("10.0.1.", 250, 80)).AddRange(Members.Numbered("10.0.2.", 250, 80));
        var picker = Pickers.Of(Settings, many, [.. many.Select(static (_, i) => i is 77 or 700)]);
        var told = Enumerable.Range(0, 200).Select(i => picker.Explain(new PickInput { Key = System.Text.Encoding.ASCII.GetBytes($"{i}") }))
            .Where(static told => told.Steps.Contains(new PickStep.GaveUpHashing(256))).ToArray();
        Assert.NotEmpty(told);
        Assert.All(told, static one => Assert.IsType<PickStep.BestScore>(one.Steps[2]));
        Assert.Equal([77, 700], told.Select(static one => one.Chosen).Distinct().Order());
    }

    private static PolicySettings Settings => new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Pingora);

    private static Picker Picker(params string[] backends)
    {
        var candidates = Members.Of(backends);
        return Pickers.Of(Settings, candidates, Members.AllOf(candidates));
    }
}
