using System.Net;
using Fairlead.Http;

namespace Fairlead.Tests.Http;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "::10.0.0.1", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void An_IPv4_address_and_a_slash_64_are_one_client(string one, string other, bool same) =>
        Assert.Equal(same, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));
}
