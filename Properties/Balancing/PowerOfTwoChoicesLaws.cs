using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class PowerOfTwoChoicesLaws : PolicyLaws<PowerOfTwoChoicesModel>
{
    private const int Draws = 60_000;

    [Property]
    public void Envoy_power_of_two_two_different_backends_are_drawn_when_two_are_left(PickCase given)      // Envoy draws with replacement
    {
        if (given.Left.IsEmpty)
            return;
        var drawn = Assert.IsType<PickStep.TwoDrawn>(Assert.Single(Of(given).Explain(given.Input).Steps));
        Assert.Contains(drawn.First, given.Left);
        Assert.Equal(given.Left.Length == 1, drawn.Second == Picker.None);
        Assert.True(drawn.Second == Picker.None || drawn.Second != drawn.First && given.Left.Contains(drawn.Second));
    }

    [Property]
    public void The_busier_of_two_gets_nothing(PickCase given)                          // Envoy: a quarter
    {
        foreach (var (index, other) in given.Left.Zip(given.Left.Skip(1)))
        {
            var two = given with { Available = [.. given.Available.Select((_, i) => i == index || i == other)] };
            var chance = PowerOfTwoChoicesModel.ChanceOf(given, index, other);
            for (ulong i = 0; i < 20 && chance is 0 or 1; i++)
                Assert.Equal(chance == 1 ? index : other, Of(two).Pick((two with { Entropy = given.Entropy + i * 0x9E3779B97F4A7C15 }).Input));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Every_ordered_pair_is_as_likely(int size)                               // Traefik: neighbours 1.5 times as likely as others
    {
        var (given, counts) = (Of([.. Enumerable.Repeat(1, size)], []), new Dictionary<(int First, int Second), int>());
        foreach (var entropy in Stream(41_077))
        {
            var drawn = (PickStep.TwoDrawn)Of(given).Explain(new PickInput { Entropy = entropy }).Steps[0];
            counts[(drawn.First, drawn.Second)] = counts.GetValueOrDefault((drawn.First, drawn.Second)) + 1;
        }

        Assert.Equal(size * (size - 1), counts.Count);
        var mean = Draws / (double)counts.Count;
        Assert.InRange(counts.Values.Sum(count => Math.Pow(count - mean, 2) / mean), 0, Statistics.ChiSquareLimit(counts.Count - 1));
    }

    [Theory]
    [InlineData(new[] { 1, 1 }, new int[0], new int[0])]
    [InlineData(new[] { 8, 1 }, new int[0], new int[0])]
    [InlineData(new[] { 1, 2, 3, 4 }, new int[0], new int[0])]
    [InlineData(new[] { 65_535, 1_000, 40_000 }, new int[0], new int[0])]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, new[] { 0, 1, 2, 2, 3 }, new int[0])]
    [InlineData(new[] { 1, 2, 1, 4, 2 }, new[] { 1, 2, 3, 4, 9 }, new[] { 1 })]
    public void Shares_are_those_of_the_model(int[] weights, int[] inFlight, int[] tried)
    {
        var given = Of(weights, inFlight) with { Tried = [.. tried] };
        var picker = Of(given);
        var counts = Stream(90_210).Select(entropy => picker.Pick((given with { Entropy = entropy }).Input)).CountBy(static picked => picked).ToDictionary();
        var chances = PowerOfTwoChoicesModel.Chances(given);
        Assert.All(counts.Keys, picked => Assert.Contains(picked, chances.Keys));
        var chiSquare = chances.Sum(chance => Math.Pow(counts.GetValueOrDefault(chance.Key) - Draws * chance.Value, 2) / (Draws * chance.Value));
        Assert.InRange(chiSquare, 0, Statistics.ChiSquareLimit(chances.Count - 1));     // fixed draws, so the outcome is too
    }

    private static PickCase Of(int[] weights, int[] inFlight) =>
        new([.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i))], [.. weights.Select(static _ => true)], [], 0, 0, []) { InFlight = [.. inFlight] };

    private static IEnumerable<ulong> Stream(ulong seed)
    {
        var stream = new Entropy(seed);
        for (var i = 0; i < Draws; i++)
        {
            (var draw, stream) = stream.Draw();
            yield return draw;
        }
    }
}
