using System.Linq;
using System.Text;
using Fairlead.Http;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Http;

public sealed class ConnectTargetTests
{
    [Theory]
    [InlineData("a.example:443", "a.example:443")]
    [InlineData("A.Example:443", "a.example:443")]
    [InlineData("*.a.example:443", "*.a.example:443")]
    [InlineData("10.0.0.1:1", "10.0.0.1:1")]
    [InlineData("[FD00:0::1]:1", "[fd00::1]:1")]
    [InlineData("a.example", null)]
    [InlineData("*:443", null)]
    [InlineData("*.:443", null)]
    [InlineData("*.10.0.0.1:443", null)]
    [InlineData("a.*.example:443", null)]
    [InlineData("unix:/run/x", null)]
    [InlineData("*.unix:/run/x", null)]
    [InlineData("a.example:0", null)]
    [InlineData("", null)]
    public void A_target_is_read_in_one_form(string text, string? read) => Assert.Equal(read, ConnectTarget.Parse(text).MatchUnsafe(static target => target.ToString(), static () => null));

    [Theory]
    [InlineData("a.example:443", "a.example:443", "a.example:443")]
    [InlineData("A.EXAMPLE:443", "a.example:443", "a.example:443")]
    [InlineData("a.example:0443", "a.example:443", "a.example:443")]
    [InlineData("a.example:80", "a.example:443", null)]
    [InlineData("b.example:443", "a.example:443", null)]
    [InlineData("a.example.:443", "a.example:443", null)]
    [InlineData("x.a.example:443", "*.a.example:443", "x.a.example:443")]
    [InlineData("x.y.a.example:443", "b.example:1 *.a.example:443", "x.y.a.example:443")]
    [InlineData("a.example:443", "*.a.example:443", null)]
    [InlineData("xa.example:443", "*.a.example:443", null)]
    [InlineData("x.a.example:80", "*.a.example:443", null)]
    [InlineData("a.example.evil:443", "a.example:443 *.a.example:443", null)]
    [InlineData("[fd00:0:0::1]:1", "[fd00::1]:1", "[fd00::1]:1")]
    [InlineData("127.1:443", "127.0.0.1:443", null)]
    [InlineData("0x7f.0.0.1:443", "127.0.0.1:443", null)]
    [InlineData("unix:80", "a.example:80", null)]
    [InlineData("a.example:443", "", null)]
    public void Only_what_is_listed_is_connected_to(string authority, string allowed, string? chosen)
    {
        var targets = toSeq(allowed.Split(' ', System.StringSplitOptions.RemoveEmptyEntries).Select(static text => ConnectTarget.Parse(text).IfNone(static () => throw new System.InvalidOperationException()))).Strict();
        Assert.Equal(chosen, ConnectTarget.Choose(Encoding.Latin1.GetBytes(authority), targets).MatchUnsafe(static address => address.ToString(), static () => null));
    }
}
