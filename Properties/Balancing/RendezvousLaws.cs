using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class RendezvousLaws : ConsistentHashLaws<RendezvousModel>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    [InlineData(100, 7, 1_000, 3_000)]
    [InlineData(100, 7, 1_000, -3_000)]
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(RendezvousModel.Settings, weights);

    /// <summary>Several candidates are looked at at once: any number of them, with any of them tried or down, gives what the definition gives.</summary>
    [Property(MaxTest = 60)]
    public void Large_sets_agree_with_the_reference_model(PickCase given, byte size)
    {
        var draws = Enumerable.Range(0, size).Select(i => Entropy.Mix(given.Entropy + (ulong)i)).ToArray();
        var large = given with
        {
            Candidates = [.. draws.Select(static (draw, i) => PickCases.CandidateOf($"10.0.1.{i}:80", (int)(draw % 5), i))],
            Available = [.. draws.Select(static draw => (draw >> 8) % 4 != 0)],
            Tried = [.. Enumerable.Range(0, size).Where(i => (draws[i] >> 16) % 3 == 0)],
        };
        Assert.Equal(RendezvousModel.Chances(large).Keys.DefaultIfEmpty(Picker.None).Single(), Of(large).Pick(large.Input));
    }

    [Property]
    public void The_source_hash_chooses_alike(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Pickers.Of(new PolicySettings.SourceIpHash(), given.Candidates, given.Available).Pick(given.Input));
}
