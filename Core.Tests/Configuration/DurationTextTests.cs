using System;
using Fairlead.Configuration;

namespace Fairlead.Tests.Configuration;

public class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("1s", 1000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h1ms", 3_600_001)]
    [InlineData("2d3h4m5s6ms", 183_845_006)]
    public void A_duration_is_written_as_it_is_read(string text, long milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.Parse(text).Match(static d => d, static () => TimeSpan.MinValue));
        Assert.Equal(text, DurationText.Write(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("001s", 1000)]
    public void There_is_more_than_one_way_to_write_a_duration(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.Parse(text).Match(static d => d, static () => TimeSpan.MinValue));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5S")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("1.5s")]
    [InlineData("5 s")]
    [InlineData("1s1s")]
    [InlineData("1s1m")]
    [InlineData("1s ")]
    [InlineData("1µs")]
    [InlineData("٥s")]
    public void Everything_else_is_no_duration(string text) => Assert.True(DurationText.Parse(text).IsNone);

    [Theory]
    [InlineData("24d1ms")]
    [InlineData("99999999999999999999999d")]
    [InlineData("9223372036854775807d9223372036854775807h")]
    public void A_duration_beyond_the_longest_is_still_seen_to_be_too_long(string text) =>
        Assert.True(DurationText.Parse(text).Exists(static duration => duration > DurationText.Max));
}
