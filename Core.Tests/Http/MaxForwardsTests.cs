using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class MaxForwardsTests
{
    [Theory]
    [InlineData(MethodKind.Options, 5L, "A: 1", "max-forwards: 5")]
    [InlineData(MethodKind.Trace, 0L, "Max-Forwards: 0")]
    [InlineData(MethodKind.Options, 0L, "Max-Forwards: 000")]
    [InlineData(MethodKind.Options, long.MaxValue, "Max-Forwards: 9223372036854775807")]
    [InlineData(MethodKind.Get, null, "Max-Forwards: 0")]
    [InlineData(MethodKind.Options, null)]
    [InlineData(MethodKind.Options, null, "Max-Forwards: ")]
    [InlineData(MethodKind.Options, null, "Max-Forwards: +1")]
    [InlineData(MethodKind.Options, null, "Max-Forwards: -1")]
    [InlineData(MethodKind.Options, null, "Max-Forwards: 1, 1")]
    [InlineData(MethodKind.Options, null, "Max-Forwards: 9223372036854775808")]
    [InlineData(MethodKind.Options, null, "Max-Forwards: 1", "Max-Forwards: 1")]
    public void Only_one_plain_number_on_OPTIONS_or_TRACE_counts(MethodKind method, long? expected, params string[] lines)
    {
        var given = new FieldLines(lines);
        Assert.Equal(expected, MaxForwards.Of(method, given.Bytes, given.Fields));
    }
}
