using System;
using System.Linq;
using System.Text;
using Fairlead.Http;
using Fairlead.Resilience;

namespace Fairlead.Tests.Http;

public sealed class ReasonsTests
{
    [Theory]
    [InlineData(100, "Continue")]
    [InlineData(200, "OK")]
    [InlineData(203, "Non-Authoritative Information")]
    [InlineData(308, "Permanent Redirect")]
    [InlineData(413, "Content Too Large")]
    [InlineData(421, "Misdirected Request")]
    [InlineData(431, "Request Header Fields Too Large")]
    [InlineData(505, "HTTP Version Not Supported")]
    public void A_registered_status_has_its_phrase(int status, string expected) => Assert.Equal(expected, Of(status));

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(299)]
    [InlineData(306)]
    [InlineData(418)]
    [InlineData(599)]
    [InlineData(600)]
    [InlineData(int.MaxValue)]
    public void Any_other_has_none(int status) => Assert.Empty(Of(status));

    [Fact]
    public void Phrases_are_unique_plain_text()
    {
        var phrases = Enumerable.Range(100, 500).Select(Of).Where(static phrase => phrase.Length > 0).ToList();
        Assert.Equal(phrases.Count, phrases.Distinct(StringComparer.Ordinal).Count());
        Assert.All(phrases, static phrase => Assert.All(phrase, static c => Assert.InRange(c, ' ', '~')));
    }

    [Fact]
    public void Every_status_that_is_answered_here_has_a_phrase()
    {
        var statuses = Enum.GetValues<Outcome>().Select(Outcomes.StatusOf).Where(static status => status != 0);
        Assert.All(statuses, static status => Assert.NotEmpty(Of(status)));
    }

    private static string Of(int status) => Encoding.ASCII.GetString(Reasons.Of(status));
}
