using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class PingoraHashLaws : KeyAloneLaws<PingoraHashModel>
{
    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(PingoraHashModel.Settings, weights);
}
