using System;
using System.Net;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Tests.Primitives;

public sealed class IpTextTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1")]      // RFC 5952 §4.2.3: the first of equal runs
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]                      // §4.2.2: one group alone is not shortened
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("ABCD::EF", "abcd::ef")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]                              // §5
    [InlineData("::ffff:c000:201", "::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("2001:db8::5efe:c000:221", "2001:db8::5efe:c000:221")]
    [InlineData("1234:5678:9abc:def0:1234:5678:9abc:def0", "1234:5678:9abc:def0:1234:5678:9abc:def0")]
    public void Addresses_are_written_as_RFC_5952_recommends(string text, string written)
    {
        Assert.True(IpText.TryParse(text, out var address));
        Assert.Equal(written, Written(address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("256.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("00.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("+1.2.3.4")]
    [InlineData("[::1]")]
    [InlineData("::1%1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1/64")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::ffff:010.0.0.1")]
    [InlineData("::ffff:1.2.3")]
    [InlineData("1.2.3.4:80")]
    [InlineData("12345::")]
    [InlineData("１.2.3.4")]
    public void Anything_else_is_no_address(string text) => Assert.False(IpText.TryParse(text, out _));

    [Fact]
    public void Writing_allocates_nothing()
    {
        Span<byte> destination = stackalloc byte[IpText.BytesMax];
        var bytes = IPAddress.Parse("2001:db8::1").GetAddressBytes();
        IpText.Write(bytes, destination);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            IpText.Write(bytes, destination);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Written(IPAddress address)
    {
        Span<byte> destination = stackalloc byte[IpText.BytesMax];
        return Encoding.ASCII.GetString(destination[..IpText.Write(address.GetAddressBytes(), destination)]);
    }
}
