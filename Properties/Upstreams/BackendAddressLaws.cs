using System;
using System.Net;
using System.Net.Sockets;
using Fairlead.Upstreams;
using FsCheck.Xunit;

namespace Fairlead.Properties.Upstreams;

[Properties(Arbitrary = [typeof(AddressCases)], MaxTest = 1_000)]
public sealed class BackendAddressLaws
{
    [Property]
    public void What_was_written_reads_back(BackendAddress address)
    {
        var read = BackendAddress.Parse(address.ToString());
        Assert.True(read == LanguageExt.Option<BackendAddress>.Some(address), address.ToString());
    }

    [Property(MaxTest = 5_000)]
    public void What_can_be_read_has_a_canonical_text(AddressText text) => AssertCanonical(text.Value);

    [Property]
    public void Any_text_is_an_address_or_not(string? text) => AssertCanonical(text ?? "");

    [Property(MaxTest = 5_000)]
    public void No_name_is_an_IP_address_to_somebody_else(AddressText text) => BackendAddress.Parse(text.Value).IfSome(address =>
    {
        if (address is BackendAddress.Name name)
            Assert.False(IPAddress.TryParse(name.Host, out _), name.Host);
        if (address is BackendAddress.Ip ip)
            Assert.True(ip.Address.AddressFamily == AddressFamily.InterNetwork || ip.Address.ScopeId == 0);
    });

    [Property]
    public void The_order_is_total_and_agrees_with_equality(BackendAddress a, BackendAddress b, BackendAddress c)
    {
        Assert.Equal(a.Equals(b), a.CompareTo(b) == 0);
        Assert.Equal(Math.Sign(a.CompareTo(b)), -Math.Sign(b.CompareTo(a)));
        Assert.Equal(0, a.CompareTo(a));
        Assert.True(a.CompareTo(null) > 0);
        if (a.CompareTo(b) <= 0 && b.CompareTo(c) <= 0)
            Assert.True(a.CompareTo(c) <= 0);
    }

    [Property]
    public void Equal_addresses_have_equal_texts_and_hash_codes(BackendAddress a, BackendAddress b)
    {
        Assert.Equal(a.Equals(b), a.ToString() == b.ToString());
        if (a.Equals(b))
            Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }

    private static void AssertCanonical(string text) => BackendAddress.Parse(text).IfSome(address =>
        Assert.True(BackendAddress.Parse(address.ToString()) == LanguageExt.Option<BackendAddress>.Some(address), text));
}
