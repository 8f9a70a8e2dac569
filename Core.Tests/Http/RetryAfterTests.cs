using System;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class RetryAfterTests
{
    private const string Date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

    [Theory]
    [InlineData("Retry-After: 120\r\n", 120)]
    [InlineData("retry-after: 0\r\n", 0)]
    [InlineData("Retry-After: 007\r\n", 7)]
    [InlineData(Date + "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n", 30)]
    [InlineData("Retry-After: Mon, 07 Nov 1994 08:49:37 GMT\r\n" + Date, 86_400)]
    [InlineData(Date + "Retry-After: Sun, 06 Nov 1994 08:49:36 GMT\r\n", 0)]
    public void Seconds_and_dates_are_understood(string fields, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Of(fields));

    [Theory]
    [InlineData("")]
    [InlineData("Retry-After:\r\n")]
    [InlineData("Retry-After: -1\r\n")]
    [InlineData("Retry-After: +1\r\n")]
    [InlineData("Retry-After: 1.5\r\n")]
    [InlineData("Retry-After: 1, 2\r\n")]
    [InlineData("Retry-After: 1\r\nRetry-After: 1\r\n")]
    [InlineData("Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n")]
    [InlineData(Date + "Retry-After: Sun, 06 Nov 1994 08:50:07 CET\r\n")]
    [InlineData(Date + "Retry-After: Sunday, 06-Nov-94 08:50:07 GMT\r\n")]
    public void Anything_else_says_nothing(string fields) => Assert.Null(Of(fields));

    [Fact]
    public void More_seconds_than_anybody_waits_are_still_a_time() => Assert.Equal(TimeSpan.MaxValue, Of("Retry-After: 99999999999999999999\r\n"));

    private static TimeSpan? Of(string text)
    {
        var bytes = Encoding.ASCII.GetBytes($"HTTP/1.1 503 X\r\n{text}\r\n");
        var fields = new HeaderField[8];
        var head = ResponseHeadParser.Parse(bytes, 0, HeadLimits.Response, MethodKind.Get, fields);
        Assert.Equal(ParseStatus.Done, head.Status);
        return RetryAfter.Of(bytes, fields.AsSpan(0, head.FieldCount));
    }
}
