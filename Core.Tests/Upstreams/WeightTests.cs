using Fairlead.Upstreams;

namespace Fairlead.Tests.Upstreams;

public sealed class WeightTests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(Weight.Max, true)]
    [InlineData(Weight.Max + 1, false)]
    [InlineData(int.MinValue, false)]
    public void Weights_are_0_to_65535(int value, bool isWeight) => Assert.Equal(isWeight, Weight.From(value).IsSome);

    [Fact]
    public void Zero_drains_and_is_the_default()
    {
        Assert.True(default(Weight).Drains);
        Assert.False(Weight.One.Drains);
        Assert.Equal(1, Weight.One.Value);
    }
}
