using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public class DidYouMeanTests
{
    [Theory]
    [InlineData("polcy", "policy")]
    [InlineData("policyy", "policy")]
    [InlineData("plicoy", "policy")]
    [InlineData("poilcy", "policy")]
    [InlineData("Policy", "policy")]
    [InlineData("healt", "health")]
    [InlineData("tsl", "tls")]
    public void A_slip_of_the_pen_is_recognised(string written, string meant) =>
        Assert.Equal(Some(meant), DidYouMean.Of(written, Seq("policy", "health", "tls")));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("backend")]
    [InlineData("hurz")]
    [InlineData("policypolicypolicypolicypolicypolicypolicypolicypolicypolicypolicypolicy")]
    public void Nothing_is_proposed_for_a_word_like_none(string written) =>
        Assert.Equal(None, DidYouMean.Of(written, Seq("policy", "health", "tls")));

    [Fact]
    public void What_there_is_is_listed_when_nothing_is_near() =>
        Assert.Equal("; the keys are: policy, tls", DidYouMean.Phrase("hurz", Seq("policy", "tls"), "the keys are"));
}
