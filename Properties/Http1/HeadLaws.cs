using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http1;

[Properties(Arbitrary = [typeof(MessageCases)], MaxTest = 1_000)]
public sealed class HeadLaws
{
    private const ParseStatus NeedMore = ParseStatus.NeedMore;

    [Property]
    public void Any_bytes_have_a_verdict(byte[] given)
    {
        var text = Encoding.Latin1.GetString(given);
        Holds(text, Reading.RequestParser(HeadLimits.Request));
        Holds(text, Reading.ResponseParser(HeadLimits.Response, MethodKind.Get));

        static void Holds<T>(string text, Reading<T>.Parser parser) => Assert.True(System.Enum.IsDefined(new Reading<T>(text, parser).Status));
    }

    [Property(MaxTest = 300)]
    public void A_strict_prefix_of_a_right_request_needs_more(ValidRequest given)
    {
        Assert.Equal((ParseStatus.Done, given.Text.Length), Reading.Request(given.Text, HeadLimits.Request) is var read ? (read.Status, read.Head.Length) : default);
        Assert.All(Enumerable.Range(0, given.Text.Length), length => Assert.Equal(default, Reading.Request(given.Text[..length], HeadLimits.Request).Head));
    }

    [Property(MaxTest = 300)]
    public void A_strict_prefix_of_a_right_response_needs_more(ValidResponse given)
    {
        Assert.Equal((ParseStatus.Done, given.Text.Length), Reading.Response(given.Text, HeadLimits.Response, given.Method) is var read ? (read.Status, read.Head.Length) : default);
        Assert.All(Enumerable.Range(0, given.Text.Length), length => Assert.Equal(default, Reading.Response(given.Text[..length], HeadLimits.Response, given.Method).Head));
    }

    /// <summary>So a right head stays as it was, and a wrong one stays wrong for the same cause.</summary>
    [Property]
    public void Bytes_after_a_verdict_change_nothing(AnyMessage given, byte[] more)
    {
        Holds(Reading.RequestParser(given.Limits));
        Holds(Reading.ResponseParser(given.Limits, MethodKind.Get));

        void Holds<T>(Reading<T>.Parser parser)
        {
            var read = new Reading<T>(given.Text, parser);
            var followed = new Reading<T>(given.Text + Encoding.Latin1.GetString(more), parser);
            if (read.Status != NeedMore)
                Assert.Equal((read.Head, read.Lines), (followed.Head, followed.Lines));
        }
    }

    [Property]
    public void A_verdict_comes_at_one_byte_and_does_not_depend_on_what_was_scanned_before(AnyMessage given)
    {
        Holds(Reading.RequestParser(given.Limits));
        Holds(Reading.ResponseParser(given.Limits, MethodKind.Head));

        void Holds<T>(Reading<T>.Parser parser)
        {
            var whole = new Reading<T>(given.Text, parser);
            var (status, scanned) = (NeedMore, 0);
            for (var length = 0; length <= given.Text.Length && status == NeedMore; length++)
            {
                var (fresh, resumed) = (new Reading<T>(given.Text[..length], parser), new Reading<T>(given.Text[..length], parser, scanned));
                Assert.Equal((fresh.Head, fresh.Lines), (resumed.Head, resumed.Lines));
                (status, scanned) = (fresh.Status, length);
                if (status != NeedMore)
                    Assert.Equal((whole.Head, whole.Lines), (fresh.Head, fresh.Lines));
            }

            Assert.Equal(whole.Status, status);
        }
    }

    [Property]
    public void Two_reads_agree_with_one(AnyMessage given)
    {
        Holds(Reading.RequestParser(given.Limits));
        Holds(Reading.ResponseParser(given.Limits, MethodKind.Get));

        void Holds<T>(Reading<T>.Parser parser)
        {
            var (first, whole) = (new Reading<T>(given.Text[..given.Split], parser), new Reading<T>(given.Text, parser));
            var last = first.Status == NeedMore ? new Reading<T>(given.Text, parser, given.Split) : first;
            Assert.Equal((whole.Head, whole.Lines), (last.Head, last.Lines));
        }
    }

    [Property]
    public void Slices_lie_inside_the_head_and_limits_are_kept(AnyMessage given)
    {
        var request = Reading.Request(given.Text, given.Limits);
        if (request.Status == ParseStatus.Done)
        {
            var head = request.Head;
            Assert.All([head.Method, head.Target, head.Path, head.Query, head.Authority], slice => Inside(slice, head.Length));
            Assert.True(head.Path.Length + head.Query.Length <= head.Target.Length);
            Assert.Equal(head.HasDotSegments, PathNormalizer.HasDotSegments(head.Path.Of(request.Bytes)));
            AllInside(request.Fields, head.Length, given);
        }

        var response = Reading.Response(given.Text, given.Limits);
        if (response.Status == ParseStatus.Done)
        {
            Inside(response.Head.Reason, response.Head.Length);
            Assert.InRange(response.Head.StatusCode, 100, 599);
            AllInside(response.Fields, response.Head.Length, given);
        }

        static void AllInside(HeaderField[] fields, int length, AnyMessage given)
        {
            Assert.All(fields, field => Inside(field.Name, field.Value.Start));
            Assert.All(fields, field => Inside(field.Value, length));
            Assert.True(fields.Length <= given.Limits.FieldsMax && length <= given.Text.Length && length <= given.Limits.LineBytesMax + given.Limits.HeadBytesMax + 4);
        }

        static void Inside(Slice slice, int length) => Assert.True(slice.Start >= 0 && slice.Length >= 0 && slice.End <= length);
    }

    [Property(MaxTest = 3_000)]
    public void A_request_is_read_as_the_model_reads_it(AnyMessage given)
    {
        var read = Reading.Request(given.Text, HeadLimits.Request);
        var head = read.Head;
        Assert.Equal(HeadModel.Request(given.Text), read.Status switch
        {
            NeedMore => null,
            ParseStatus.Invalid => "",
            _ => $"{read.Text(head.Method)} {read.Text(head.Target)} {read.Text(head.Authority)} {read.Text(head.Path)} {read.Text(head.Query)} {(head.IsHttpsTarget ? TlsOf(read.Text(head.Target)) : "")}\n"
                + $"{head.Version == HttpVersion.Http10}\n{head.Body.Kind} {head.Body.Length}\n{head.Length}\n{read.Lines}",
        });

        static string TlsOf(string target) => target.Substring("http".Length, 1);
    }

    [Property(MaxTest = 3_000)]
    public void A_response_is_read_as_the_model_reads_it(AnyMessage given, bool toHead)
    {
        var method = toHead ? MethodKind.Head : MethodKind.Get;
        var read = Reading.Response(given.Text, HeadLimits.Response, method);
        var head = read.Head;
        Assert.Equal(HeadModel.Response(given.Text, method), read.Status switch
        {
            NeedMore => null,
            ParseStatus.Invalid => "",
            _ => $"{head.StatusCode}\n{read.Text(head.Reason)}\n{head.Version == HttpVersion.Http10}\n{head.Body.Kind} {head.Body.Length}\n{head.Length}\n{read.Lines}",
        });
    }
}
