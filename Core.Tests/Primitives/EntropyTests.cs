using System.Linq;
using Fairlead.Primitives;

namespace Fairlead.Tests.Primitives;

public sealed class EntropyTests
{
    [Theory]
    [InlineData(0UL, 0xe220a8397b1dcdafUL, 0x6e789e6aa1b965f4UL, 0x06c45d188009454fUL, 0xf88bb8a8724c81ecUL, 0x1b39896a51a8749bUL)]
    [InlineData(1_234_567UL, 6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL)]
    public void The_stream_is_SplitMix64(ulong seed, params ulong[] expected)
    {
        var stream = new Entropy(seed);
        foreach (var value in expected)
        {
            (var draw, stream) = stream.Draw();
            Assert.Equal(value, draw);
        }
    }

    [Fact]
    public void The_same_state_gives_the_same_draws() => Assert.Equal(new Entropy(42).Draw(), new Entropy(42).Draw());

    [Theory]
    [InlineData(0UL, 10UL, 0UL)]
    [InlineData(ulong.MaxValue, 10UL, 9UL)]
    [InlineData(1UL << 63, 10UL, 5UL)]
    [InlineData(ulong.MaxValue, 0UL, 0UL)]
    [InlineData(ulong.MaxValue, 1UL, 0UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue - 1)]
    public void Below_stays_below_its_bound(ulong draw, ulong bound, ulong expected) => Assert.Equal(expected, Entropy.Below(draw, bound));

    [Fact]
    public void Unit_reaches_zero_and_never_one()
    {
        Assert.Equal(0, Entropy.Unit(0));
        Assert.Equal(0.5, Entropy.Unit(1UL << 63));
        Assert.True(Entropy.Unit(ulong.MaxValue) < 1);
    }

    [Fact]
    public void Mix_flips_about_half_the_bits_for_one_bit_of_input()
    {
        var flipped = Enumerable.Range(0, 64).Select(bit => System.Numerics.BitOperations.PopCount(Entropy.Mix(12_345) ^ Entropy.Mix(12_345 ^ (1UL << bit))));
        Assert.All(flipped, static bits => Assert.InRange(bits, 12, 52));   // six standard deviations and more from 32
    }
}
