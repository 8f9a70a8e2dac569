using System.Collections.Immutable;
using System.Linq;
using Fairlead.Tls;

namespace Fairlead.Tests.Tls;

public class CertificateChoiceTests
{
    [Theory]
    [InlineData("a.example", 0)]
    [InlineData("b.example", 1)]
    [InlineData("B.Example.", 1)]
    [InlineData("x.b.example", 2)]
    [InlineData("www.b.example", 3)]
    [InlineData("b.b.example", 2)]
    [InlineData("x.y.b.example", 0)]
    [InlineData(".b.example", 0)]
    [InlineData("c.example", 0)]
    [InlineData("*.b.example", 2)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    [InlineData(".", 0)]
    public void The_exact_name_comes_first_then_a_wildcard_of_one_label_then_the_first_certificate(string? asked, int expected) =>
        Assert.Equal(expected, Of(isStrict: false, "a.example", "b.example", "*.b.example", "www.b.example", "*.B.example b.example").Choose(asked));

    [Theory]
    [InlineData("b.example", 1)]
    [InlineData("x.b.example", 1)]
    [InlineData("c.example", CertificateChoice.None)]
    [InlineData("10.0.0.1", CertificateChoice.None)]
    [InlineData("", CertificateChoice.None)]
    [InlineData(null, CertificateChoice.None)]
    public void Strictly_nobody_is_shown_a_certificate_for_another_name(string? asked, int expected) =>
        Assert.Equal(expected, Of(isStrict: true, "a.example", "b.example *.b.example").Choose(asked));

    [Fact]
    public void A_wildcard_of_everything_is_none() => Assert.Equal(CertificateChoice.None, Of(isStrict: true, "*").Choose("a"));

    [Fact]
    public void Only_one_certificate_that_is_not_strict_needs_no_choice()
    {
        Assert.True(Of(isStrict: false, "a.example *.a.example").IsConstant);
        Assert.False(Of(isStrict: true, "a.example").IsConstant);
        Assert.False(Of(isStrict: false, "a.example", "b.example").IsConstant);
    }

    private static CertificateChoice Of(bool isStrict, params string[] names) => new([.. names.Select(static all => all.Split(' ').ToImmutableArray())], isStrict);
}
