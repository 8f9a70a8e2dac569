using Fairlead.Balancing;
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

    [Property]
    public void The_source_hash_chooses_alike(PickCase given) =>
        Assert.Equal(Of(given).Pick(given.Input), Pickers.Of(new PolicySettings.SourceIpHash(), given.Candidates, given.Available).Pick(given.Input));
}
