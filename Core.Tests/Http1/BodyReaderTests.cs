using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class BodyReaderTests
{
    private static readonly BodyFraming UntilClose = new(BodyKind.UntilClose, 0);

    [Theory]
    [InlineData(5, "helloGET /", "hello", BodyEvent.End, "GET /")]
    [InlineData(5, "hello", "hello", BodyEvent.End, "")]
    [InlineData(5, "hell", "hell", BodyEvent.NeedMore, "")]
    [InlineData(0, "x", "", BodyEvent.End, "x")]
    [InlineData(long.MaxValue, "x", "x", BodyEvent.NeedMore, "")]
    public void A_known_length_takes_that_many_bytes(long length, string input, string body, BodyEvent end, string left)
    {
        for (var size = 1; size <= input.Length; size++)
        {
            var read = Body.Read(new BodyFraming(BodyKind.Length, length), input, size);
            Assert.Equal((body, end, left), (read.Text, read.End, read.Left));
        }
    }

    [Fact]
    public void No_body_takes_nothing() => Assert.Equal(new Body("", "", BodyEvent.End, ChunkedFault.None, "abc"), Body.Read(default, "abc", 3));

    [Fact]
    public void Until_close_takes_everything_and_ends_only_with_the_input()
    {
        Assert.Equal(new Body("abc", "", BodyEvent.NeedMore, ChunkedFault.None, ""), Body.Read(UntilClose, "abc", 2));
        Assert.True(BodyState.Of(UntilClose).EndsWithInput);
        Assert.False(BodyState.Of(UntilClose).IsComplete);
    }

    [Theory]
    [InlineData(BodyKind.None, 0, true, true)]
    [InlineData(BodyKind.Length, 0, true, true)]
    [InlineData(BodyKind.Length, 1, false, false)]
    [InlineData(BodyKind.Chunked, 0, false, false)]
    [InlineData(BodyKind.UntilClose, 0, false, true)]
    public void A_state_knows_whether_more_can_follow(BodyKind kind, long length, bool isComplete, bool endsWithInput)
    {
        var state = BodyState.Of(new BodyFraming(kind, length));
        Assert.Equal((isComplete, endsWithInput), (state.IsComplete, state.EndsWithInput));
    }
}
