using System.Linq;
using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public class VariablesTests
{
    [Theory]
    [InlineData("${PORT}", "8080")]
    [InlineData("127.0.0.1:${PORT}", "127.0.0.1:8080")]
    [InlineData("${PORT}${PORT}", "80808080")]
    [InlineData("${NOPE:-1}", "1")]
    [InlineData("${EMPTY:-1}", "1")]
    [InlineData("${EMPTY}", "")]
    [InlineData("${NOPE:-}", "")]
    [InlineData("${NOPE:-a:-b}", "a:-b")]
    [InlineData("$${PORT}", "${PORT}")]
    [InlineData("$PORT $ {PORT}", "$PORT $ {PORT}")]
    [InlineData("${NESTED}", "${PORT}")]
    public void A_variable_stands_for_its_value(string written, string meant)
    {
        var (expanded, faults) = Variables.Expand(Scalar(written), Known);

        Assert.True(faults.IsEmpty);
        Assert.Equal(meant, Assert.IsType<ConfigNode.Scalar>(expanded).Text);
    }

    [Fact]
    public void A_variable_that_is_empty_is_an_empty_text_and_not_nothing() =>
        Assert.False(Assert.IsType<ConfigNode.Scalar>(Variables.Expand(Scalar("${EMPTY}"), Known).Expanded).IsNothing);

    [Fact]
    public void Keys_are_left_alone()
    {
        var node = new ConfigNode.Map(ConfigPosition.Start, Seq1(new ConfigEntry("${PORT}", ConfigPosition.Start, Scalar("${PORT}"))));
        var map = Assert.IsType<ConfigNode.Map>(Variables.Expand(node, Known).Expanded);
        Assert.Equal(("${PORT}", "8080"), (map.Entries[0].Key, Assert.IsType<ConfigNode.Scalar>(map.Entries[0].Value).Text));
    }

    [Fact]
    public void Every_variable_that_is_not_set_is_told() => Assert.Equal(
        """
        1:1: FL0108: environment variable A is not set; set it, or write ${A:-default}
        2:1: FL0108: environment variable B is not set; set it, or write ${B:-default}
        2:1: FL0108: environment variable C is not set; set it, or write ${C:-default}
        """,
        string.Join('\n', Variables.Expand(List("${A}", "${B}-${C}"), Known).Faults));

    [Fact]
    public void A_value_that_could_not_be_expanded_is_told_once() => Assert.Equal(
        "4:14: FL0108: environment variable NOPE is not set; set it, or write ${NOPE:-default}",
        Reading.Faults(Reading.WithRoot("drain-limit: ${NOPE}s")));

    [Fact]
    public void Settings_are_read_with_variables_replaced() => Assert.Equal(
        "ok", Reading.Faults(Reading.WithRoot("drain-limit: ${SECONDS}s"), ("SECONDS", "5")));

    private static LanguageExt.HashMap<string, string> Known => HashMap(("PORT", "8080"), ("EMPTY", ""), ("NESTED", "${PORT}"));

    private static ConfigNode.List List(params string[] texts) =>
        new(ConfigPosition.Start, toSeq(texts.Select(static (text, i) => (ConfigNode)new ConfigNode.Scalar(new ConfigPosition(i + 1, 1), text))));

    private static ConfigNode.Scalar Scalar(string text) => new(ConfigPosition.Start, text);
}
