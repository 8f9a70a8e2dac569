using System.Linq;
using Fairlead.Http;

namespace Fairlead.Tests.Http;

public sealed class StatusSetTests
{
    [Theory]
    [InlineData("200", "200")]
    [InlineData("200-299", "200-299")]
    [InlineData("200-200", "200")]
    [InlineData("404,200-299", "200-299,404")]
    [InlineData(" 200 - 204 , 301 ", "200-204,301")]
    [InlineData("200,201,202", "200-202")]
    [InlineData("200-250,240-299", "200-299")]
    [InlineData("200-299,210", "200-299")]
    [InlineData("200,200", "200")]
    [InlineData("100-599", "100-599")]
    public void Codes_and_ranges_are_read_in_any_order_and_written_merged(string text, string expected)
    {
        Assert.Equal(expected, StatusSet.Parse(text).Map(static set => set.ToString()));
        Assert.Equal(StatusSet.Parse(expected), StatusSet.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("200,")]
    [InlineData(",200")]
    [InlineData("200;201")]
    [InlineData("2xx")]
    [InlineData("99")]
    [InlineData("099")]
    [InlineData("600")]
    [InlineData("0200")]
    [InlineData("+20")]
    [InlineData("-200")]
    [InlineData("200-")]
    [InlineData("200--299")]
    [InlineData("200-250-299")]
    [InlineData("299-200")]
    [InlineData("200-600")]
    [InlineData("\u0662\u0660\u0660")]
    public void Anything_else_is_refused(string text) => Assert.True(StatusSet.Parse(text).IsNone);

    [Fact]
    public void The_default_is_200_alone() => Assert.Equal([200], Enumerable.Range(0, 1000).Where(StatusSet.Ok.Contains));
}
