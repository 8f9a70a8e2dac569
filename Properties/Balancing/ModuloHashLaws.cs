using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class ModuloHashLaws : KeyAloneLaws<ModuloHashModel>
{
    [Property]
    public void Order_of_declaration_does_not_matter(PickCase given) => Assert.Equal(Owners(given), Owners(Shuffled(given)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    [InlineData(100, 7, 1_000, 3_000)]
    [InlineData(100, 7, 1_000, -3_000)]
    [InlineData(1, 2, 3, -10_000)]                                    // 98.7 % of all keys end in rendezvous
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(ModuloHashModel.Settings, weights);
}
