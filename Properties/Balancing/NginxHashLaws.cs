namespace Fairlead.Properties.Balancing;

/// <summary>Shares are tested with everybody up only: the CRC-32 being linear, the retries of one key depend on each other, and what a lost backend leaves is not shared by weight.</summary>
public sealed class NginxHashLaws : TurnAfterwardsLaws<NginxHashModel>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(NginxHashModel.Settings, weights);
}
