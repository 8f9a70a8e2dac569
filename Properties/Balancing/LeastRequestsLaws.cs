using System;
using System.Linq;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class LeastRequestsLaws : PolicyLaws<LeastRequestsModel>
{
    [Property]
    public void Equal_loads_give_round_robin(PickCase given)
    {
        var level = given with { Tried = [], InFlight = [.. given.Candidates.Select(static c => 3 * c.Weight.Value)] };
        Assert.Equal(Pickers.Of(RoundRobinModel.Settings, level.Candidates, level.Available).Pick(level.Input), Of(level).Pick(level.Input));
    }

    [Property]
    public void Multiplying_all_weights_changes_nothing(PickCase given)
    {
        var multiplied = given with { Candidates = [.. given.Candidates.Select(static c => c with { Weight = PickCases.WeightOf(c.Weight.Value * 3_000) })] };
        Assert.Equal(Of(given).Explain(given.Input).Steps.AsEnumerable(), Of(multiplied).Explain(multiplied.Input).Steps);
    }

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, 2)]
    [InlineData(new[] { 1, 2, 3, 4 }, 1)]
    [InlineData(new[] { 5, 1, 1 }, 0)]
    [InlineData(new[] { 40, 7, 1, 9, 9 }, 0)]
    public void The_tied_share_by_weight_whoever_is_busy(int[] weights, int busy)       // Caddy: shares of the eligible by the weights of all
    {
        const int Tickets = 30_000;
        var candidates = weights.Select(static (w, i) => PickCases.CandidateOf($"10.0.0.{i + 1}:80", w, i));
        var picker = Pickers.Of(LeastRequestsModel.Settings, [.. candidates], [.. weights.Select(static _ => true)]);
        int[] inFlight = [.. weights.Select((_, i) => i == busy ? 1 : 0)];
        var counts = Enumerable.Range(0, Tickets).Select(ticket => picker.Pick(new PickInput { Ticket = (ulong)ticket, InFlight = inFlight })).CountBy(static i => i).ToDictionary();
        Assert.DoesNotContain(busy, counts.Keys);

        var total = (double)(weights.Sum() - weights[busy]);
        var chiSquare = counts.Sum(count => Math.Pow(count.Value - Tickets * weights[count.Key] / total, 2) / (Tickets * weights[count.Key] / total));
        Assert.InRange(chiSquare, 0, Statistics.ChiSquareLimit(weights.Length - 2));
    }

    [Property]
    public void Requests_that_never_end_fill_everybody_by_weight(PickCase given)
    {
        if (given.Eligible.IsEmpty)
            return;
        var picker = Of(given);
        var total = given.Eligible.Sum(i => given.Candidates[i].Weight.Value);
        var inFlight = new int[given.Candidates.Length];
        for (var k = 0; k < total; k++)
            inFlight[picker.Pick((given with { Tried = [], Ticket = given.Ticket / 2 + (ulong)k, InFlight = [.. inFlight] }).Input)]++;
        foreach (var index in given.Eligible)                         // one more request by weight is the most that loads can differ by
            Assert.InRange(inFlight[index], 0, 2 * given.Candidates[index].Weight.Value);
    }
}
