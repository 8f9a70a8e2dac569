using System.Linq;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http1;

/// <summary>What we write is read as we meant it: nobody behind us can be told of another message.</summary>
[Properties(Arbitrary = [typeof(MessageCases)], MaxTest = 1_000)]
public sealed class WriterLaws
{
    [Property(MaxTest = 2_000)]
    public void A_request_sent_on_has_the_same_framing_and_fields_less_those_of_the_hop(AnyMessage given) => SentOn(given.Text);

    [Property]
    public void A_right_request_sent_on_has_the_same_framing_and_fields_less_those_of_the_hop(ValidRequest given) => SentOn(given.Text);

    [Property]
    public void A_right_response_sent_on_has_the_same_framing_and_fields_less_those_of_the_hop(ValidResponse given)
    {
        var read = Reading.Response(given.Text, HeadLimits.Response, given.Method);
        var room = new byte[4_096];
        var writer = new HeadWriter(room);
        writer.StatusLine(read.Head.StatusCode, read.Head.Reason.Of(read.Bytes));
        writer.Fields(read.Bytes, read.Fields);
        writer.Framing(read.Head.Body);
        writer.End();

        var text = Encoding.Latin1.GetString(room, 0, writer.Written);
        var again = Reading.Response(text, HeadLimits.Response, given.Method);
        Assert.Equal((ParseStatus.Done, text.Length, read.Head.StatusCode, read.Text(read.Head.Reason)), (again.Status, again.Head.Length, again.Head.StatusCode, again.Text(again.Head.Reason)));
        Assert.Equal((read.Head.Body, EndToEnd(read)), (again.Head.Body, EndToEnd(again)));
    }

    [Property]
    public void A_head_is_whole_or_overflowed_whatever_the_room(ValidRequest given)
    {
        var read = Reading.Request(given.Text, HeadLimits.Request);
        var (whole, _) = Write(read, 4_096);
        Assert.Equal((whole, false), Write(read, whole.Length));
        foreach (var room in Enumerable.Range(0, whole.Length))
        {
            var (part, overflowed) = Write(read, room);
            Assert.True(overflowed);
            Assert.StartsWith(part, whole, System.StringComparison.Ordinal);
        }
    }

    private static void SentOn(string message)
    {
        var read = Reading.Request(message, HeadLimits.Request);
        if (read.Status != ParseStatus.Done || read.Head.Authority.IsEmpty)
            return;                                                  // HTTP/1.0 without Host: the shell names one
        var (text, overflowed) = Write(read, 4_096);
        Assert.False(overflowed);

        var again = Reading.Request(text, HeadLimits.Request);
        Assert.Equal((ParseStatus.Done, HeadFault.None, text.Length), (again.Status, again.Head.Fault, again.Head.Length));
        Assert.Equal(read.Head.Body, again.Head.Body);
        Assert.Equal(HopOptions.None, again.Head.Hop);
        Assert.Equal((read.Head.Kind, read.Text(read.Head.Method), read.Text(read.Head.Path), read.Text(read.Head.Query)), (again.Head.Kind, again.Text(again.Head.Method), again.Text(again.Head.Path), again.Text(again.Head.Query)));
        Assert.Equal(EndToEnd(read), EndToEnd(again));
        Assert.Equal(again.Fields.Length, again.Fields.Count(static field => !HopByHop.IsHopByHop(field.Known)) + (read.Head.Body.Kind == BodyKind.None ? 0 : 1));
    }

    private static string EndToEnd<T>(Reading<T> read) =>
        string.Join('\n', read.Fields.Where(static field => !HopByHop.IsHopByHop(field.Known)).Select(field => $"{read.Text(field.Name)}={read.Text(field.Value)}"));

    private static (string Text, bool Overflowed) Write(Reading<RequestHead> read, int room)
    {
        var destination = new byte[room];
        var writer = new HeadWriter(destination);
        writer.RequestLine(read.Head.Method.Of(read.Bytes), read.Head.Target.Of(read.Bytes));
        writer.Fields(read.Bytes, read.Fields);
        writer.Framing(read.Head.Body);
        writer.End();
        return (Encoding.Latin1.GetString(destination, 0, writer.Written), writer.Overflowed);
    }
}
