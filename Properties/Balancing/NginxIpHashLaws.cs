namespace Fairlead.Properties.Balancing;

public sealed class NginxIpHashLaws : TurnAfterwardsLaws<NginxIpHashModel>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(NginxIpHashModel.Settings, weights);
}
