using System;
using System.Net;
using System.Numerics;
using System.Text;
using Fairlead.Primitives;
using Fairlead.Properties.Upstreams;
using FsCheck.Xunit;

namespace Fairlead.Properties.Primitives;

[Properties(Arbitrary = [typeof(AddressCases)], MaxTest = 1_000)]
public sealed class PrimitiveLaws
{
    [Property]
    public void Instants_add_and_subtract_as_whole_numbers_do_and_saturate(long ticks, long span, bool nearTheEnds)
    {
        var (left, right) = nearTheEnds ? (long.MaxValue - Math.Abs(ticks % 5), span) : (ticks, span);
        Assert.Equal(Clamp((BigInteger)left + right), (new Instant(left) + new TimeSpan(right)).Ticks);
        Assert.Equal(Clamp((BigInteger)left - right), (new Instant(left) - new Instant(right)).Ticks);
        Assert.Equal(Clamp((BigInteger)(-left) - right), (new Instant(-left) - new Instant(right)).Ticks);
    }

    [Property]
    public void Waiting_longer_never_ends_earlier(Instant start, TimeSpan less, TimeSpan more) =>
        Assert.True(less > more || start + less <= start + more);

    [Property]
    public void Below_is_below_and_keeps_the_order_of_draws(ulong a, ulong b, ulong bound)
    {
        Assert.True(bound == 0 ? Entropy.Below(a, bound) == 0 : Entropy.Below(a, bound) < bound);
        Assert.True(a > b || Entropy.Below(a, bound) <= Entropy.Below(b, bound));
        Assert.Equal((ulong)(((UInt128)a * bound) >> 64), Entropy.Below(a, bound));
    }

    [Property]
    public void Unit_lies_in_the_half_open_interval(ulong draw) => Assert.True(Entropy.Unit(draw) is >= 0 and < 1);

    [Property]
    public void Mix_has_an_inverse(ulong value)
    {
        var z = Entropy.Mix(value);
        z = (z ^ (z >> 31) ^ (z >> 62)) * 0x319642B2D24D8EC3;
        z = (z ^ (z >> 27) ^ (z >> 54)) * 0x96DE1B173F119089;
        Assert.Equal(value, z ^ (z >> 30) ^ (z >> 60));
    }

    [Property]
    public void A_written_IP_address_reads_back(IPAddress address)
    {
        Span<byte> text = stackalloc byte[IpText.BytesMax];
        var written = Encoding.ASCII.GetString(text[..IpText.Write(address.GetAddressBytes(), text)]);
        Assert.True(IpText.TryParse(written, out var read));
        Assert.Equal(address, read);
    }

    [Property]
    public void What_reads_as_an_IP_address_reads_so_everywhere(AddressText text, string? other)
    {
        foreach (var candidate in (string[])[text.Value, other ?? "", text.Value.Trim('[', ']')])
        {
            if (IpText.TryParse(candidate, out var address))
                Assert.Equal(IPAddress.Parse(candidate), address);
        }
    }

    private static long Clamp(BigInteger value) => (long)BigInteger.Min(long.MaxValue, BigInteger.Max(long.MinValue, value));
}
