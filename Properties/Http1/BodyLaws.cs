using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http1;

[Properties(Arbitrary = [typeof(MessageCases)], MaxTest = 1_000)]
public sealed class BodyLaws
{
    private static readonly BodyFraming Chunked = new(BodyKind.Chunked, 0);

    /// <summary>What reading came to. What is left over means something only at the end.</summary>
    private sealed record Body(string Text, string Trailers, BodyEvent End, ChunkedFault Fault, string Left);

    [Property]
    public void Any_bytes_are_read_or_refused(byte[] given) =>
        Assert.True(Read(Chunked, Encoding.Latin1.GetString(given), ChunkedLimits.Default, [int.MaxValue]).End is BodyEvent.NeedMore or BodyEvent.End or BodyEvent.Invalid);

    [Property]
    public void A_right_body_is_read_however_it_is_split(ValidChunked given) =>
        Assert.Equal(new Body(given.Body, given.Trailers, BodyEvent.End, ChunkedFault.None, ""), Read(Chunked, given.Text, MessageCases.Wide, given.Cuts));

    [Property(MaxTest = 200)]
    public void A_strict_prefix_of_a_right_body_needs_more_and_gives_a_prefix(ValidChunked given)
    {
        for (var length = 0; length < given.Text.Length; length++)
        {
            var read = Read(Chunked, given.Text[..length], MessageCases.Wide, [int.MaxValue]);
            Assert.Equal((BodyEvent.NeedMore, ""), (read.End, read.Trailers));
            Assert.StartsWith(read.Text, given.Body, StringComparison.Ordinal);
        }
    }

    [Property(MaxTest = 3_000)]
    public void Any_split_gives_the_same_bytes_trailers_and_fault(AnyChunked given)
    {
        var whole = Read(Chunked, given.Text, given.Limits, [int.MaxValue]);
        Assert.Equal(whole, Read(Chunked, given.Text, given.Limits, given.Cuts));
        Assert.Equal(whole, Read(Chunked, given.Text, given.Limits, [1]));
    }

    [Property]
    public void Bytes_after_a_verdict_change_nothing(AnyChunked given, byte[] more)
    {
        var tail = Encoding.Latin1.GetString(more);
        var read = Read(Chunked, given.Text, given.Limits, given.Cuts);
        if (read.End == BodyEvent.End)
            Assert.Equal(read with { Left = read.Left + tail }, Read(Chunked, given.Text + tail, given.Limits, given.Cuts));
        else if (read.End == BodyEvent.Invalid)
            Assert.Equal(read, Read(Chunked, given.Text + tail, given.Limits, [int.MaxValue]));
    }

    /// <summary>From the state that the fault left, with the same bytes again or with others: nothing is taken up again.</summary>
    [Property(MaxTest = 3_000)]
    public void A_broken_body_stays_broken_for_the_same_cause(AnyChunked given, byte[] more)
    {
        var (rest, step) = (MessageCases.Of(given.Text), default(ChunkedStep));
        do
        {
            step = ChunkedDecoder.Step(step.Next, rest, given.Limits);
            rest = rest[step.Consumed..];
        }
        while (step.Event is ChunkedEvent.Data or ChunkedEvent.Trailers);

        if (step.Event == ChunkedEvent.Invalid)
            Assert.All((byte[][])[rest, more, [], [.. "\r\n0\r\n\r\n"u8]], input => Assert.Equal(step, ChunkedDecoder.Step(step.Next, input, given.Limits)));
    }

    [Property(MaxTest = 3_000)]
    public void A_body_is_read_as_the_model_reads_it(AnyChunked given)
    {
        var read = Read(Chunked, given.Text, MessageCases.Wide, given.Cuts);
        Assert.Equal(ChunkedModel.Read(given.Text), (read.Text, read.Trailers, read.End, read.Left));
    }

    [Property]
    public void What_is_written_in_chunks_reads_back(byte[][] pieces)
    {
        var body = Encoding.Latin1.GetString(pieces.SelectMany(static piece => piece).ToArray());
        var written = string.Concat(pieces.Where(static piece => piece.Length > 0).Select(static piece => Head(piece.Length) + Encoding.Latin1.GetString(piece) + "\r\n")) + "0\r\n\r\n";
        Assert.Equal(new Body(body, "", BodyEvent.End, ChunkedFault.None, ""), Read(Chunked, written, MessageCases.Wide, [7]));

        static string Head(int length)
        {
            var room = new byte[ChunkedWriter.HeadBytesMax];
            return Encoding.ASCII.GetString(room, 0, ChunkedWriter.WriteHead(room, length));
        }
    }

    [Property]
    public void A_known_length_takes_exactly_that_many_bytes_however_split(byte[] given, byte length, ValidChunked cuts)
    {
        var text = Encoding.Latin1.GetString(given);
        var take = Math.Min(length, text.Length);
        var read = Read(new BodyFraming(BodyKind.Length, length), text, MessageCases.Wide, cuts.Cuts);
        Assert.Equal(new Body(text[..take], "", take == length ? BodyEvent.End : BodyEvent.NeedMore, ChunkedFault.None, take == length ? text[take..] : ""), read);
        Assert.Equal(text, Read(new BodyFraming(BodyKind.UntilClose, 0), text, MessageCases.Wide, cuts.Cuts).Text);
    }

    [Property]
    public void Trailers_kept_for_a_client_are_fields_of_the_section(ValidChunked given)
    {
        var section = MessageCases.Of(given.Trailers);
        var fields = new HeaderField[32];
        var count = TrailerSection.ParseForResponse(section, fields);
        var kept = fields.Take(count).Select(field => Encoding.Latin1.GetString(section, field.Name.Start, field.Value.End - field.Name.Start));
        Assert.Equal(
            given.Trailers.Split("\r\n").Where(static line => line.StartsWith("A:", StringComparison.Ordinal) || line.StartsWith("b:", StringComparison.Ordinal) || line.StartsWith("!~:", StringComparison.Ordinal))
                .Select(static line => line.TrimEnd(' ', '\t')),
            kept.Select(static line => line.TrimEnd(' ', '\t')));
    }

    /// <summary>Reads as a connection would: pieces as long as <paramref name="cuts"/> say, over and over, and what a step leaves is there again for the next.</summary>
    private static Body Read(BodyFraming framing, string text, ChunkedLimits limits, int[] cuts)
    {
        var bytes = MessageCases.Of(text);
        var (body, trailers) = (new StringBuilder(), new StringBuilder());
        var state = BodyState.Of(framing);
        var (start, end, cut) = (0, 0, 0);
        while (true)
        {
            var input = bytes.AsSpan(start, end - start);
            var step = BodyReader.Step(state, input, limits);
            Assert.InRange(step.Consumed, 0, input.Length);
            Assert.True(step.Data.Start >= 0 && step.Data.End <= step.Consumed);
            Assert.True(state.Kind != BodyKind.Length || step.Next.Remaining == state.Remaining - step.Data.Length);
            (state, start) = (step.Next, start + step.Consumed);
            if (step.Event == BodyEvent.Data)
                body.Append(Encoding.Latin1.GetString(step.Data.Of(input)));
            else if (step.Event == BodyEvent.Trailers)
                trailers.Append(Encoding.Latin1.GetString(step.Data.Of(input)));
            else if (step.Event != BodyEvent.NeedMore || end == bytes.Length)
                return new Body(body.ToString(), trailers.ToString(), step.Event, step.Fault, step.Event == BodyEvent.End ? text[start..] : "");
            else
                end = (int)Math.Min(bytes.Length, (long)end + cuts[cut++ % cuts.Length]);
        }
    }
}
