using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class RandomLaws : PolicyLaws<RandomModel>
{
    /// <summary>The draws cut into cells so fine that no boundary of the table lies inside one: the middle of each cell then measures the chances without error.</summary>
    [Property]
    public void Evenly_spaced_draws_give_exactly_the_chances_of_the_model(PickCase given)
    {
        var cells = given.Eligible.Length * given.Eligible.Sum(i => given.Candidates[i].Weight.Value);
        AssertExact(given with { Tried = [] }, cells);
        AssertExact(given with { Tried = [.. given.Tried.Intersect(given.Eligible)] }, given.Left.Length == given.Eligible.Length ? cells : given.Left.Sum(i => given.Candidates[i].Weight.Value));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(8, 1, 1)]
    [InlineData(1, 2, 3, 4, 5, 6, 7)]
    [InlineData(65_535, 1_000, 40_000)]
    public void A_stream_of_draws_passes_chi_square(params int[] weights)
    {
        const int Draws = 40_000;
        var picker = Pickers.Of(RandomModel.Settings, [.. weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i))], [.. weights.Select(static _ => true)]);
        var stream = new Entropy(77_231);                             // fixed, so the outcome is too; four such tests at 99.9 % would fail one seed in 250
        var counts = new int[weights.Length];
        for (var i = 0; i < Draws; i++)
        {
            (var draw, stream) = stream.Draw();
            counts[picker.Pick(new PickInput { Entropy = draw })]++;
        }

        var chiSquare = counts.Zip(weights, (count, weight) => (Count: count, Mean: Draws * (weight / (double)weights.Sum()))).Sum(static x => Math.Pow(x.Count - x.Mean, 2) / x.Mean);
        Assert.InRange(chiSquare, 0, Statistics.ChiSquareLimit(weights.Length - 1));
    }

    private static void AssertExact(PickCase given, int cells)
    {
        var picker = Of(given);
        var counts = Enumerable.Range(0, cells)
            .Select(cell => picker.Pick((given with { Entropy = MiddleOf(cell, cells) }).Input))
            .CountBy(static picked => picked)
            .ToDictionary();
        foreach (var (index, chance) in RandomModel.Chances(given))
            Assert.Equal(chance * cells, counts.GetValueOrDefault(index), 1e-6);
    }

    private static ulong MiddleOf(int cell, int cells) => (ulong)((((UInt128)(2 * (uint)cell + 1)) << 63) / (uint)cells);
}
