using System.Linq;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class ChunkedDecoderTests
{
    private static readonly ChunkedLimits Small = new(LineBytesMax: 12, ExtensionBytesMax: 20, TrailerBytesMax: 20, TrailerFieldsMax: 2);

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc")]
    [InlineData("00000000000000A\r\n0123456789\r\n000\r\n\r\n", "0123456789")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("4\r\n\r\n\r\n\r\n0000000000000000\r\n\r\n", "\r\n\r\n")]
    [InlineData("1;a\r\nx\r\n0\r\n\r\n", "x")]
    [InlineData("1;a=b;c=\"d;\r\"\r\nx\r\n0\r\n\r\n", null)]
    [InlineData("1;a=b;c=\"d; =\\\"\\\\\t\u00e9\";e\r\nx\r\n0;last=1\r\n\r\n", "x")]
    [InlineData("1;a=\"\"\r\nx\r\n0\r\n\r\n", "x")]
    public void Chunks_become_one_body_and_extensions_are_dropped(string input, string? body) => Assert.Equal(
        body is null ? new Body("", "", BodyEvent.Invalid, ChunkedFault.BadLineEnd, input) : new Body(body, "", BodyEvent.End, ChunkedFault.None, ""), Body.Chunked(input));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("0x1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("1_0\r\n")]
    [InlineData(" 1\r\n")]
    [InlineData("1 \r\n")]
    [InlineData("1\t\r\n")]
    [InlineData("1 0\r\n")]
    [InlineData("g\r\n")]
    [InlineData("1g\r\n")]
    [InlineData(";a\r\n")]
    [InlineData("1 ;a\r\n")]
    [InlineData("\u00ff\r\n")]
    [InlineData("1\0\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("00000000000000001\r\n")]
    [InlineData("00000000000000000\r\n")]
    [InlineData("10000000000000000\r\n")]
    public void A_size_is_up_to_16_hex_digits_within_63_bits(string line)
    {
        Assert.Equal(ChunkedFault.BadSize, Body.Chunked(line).Fault);
        Assert.Equal(("x", ChunkedFault.BadSize), Body.Chunked("1\r\nx\r\n" + line + "0\r\n\r\n") is var later ? (later.Text, later.Fault) : default);
    }

    [Fact]
    public void The_largest_size_is_accepted()
    {
        Assert.Equal(BodyEvent.NeedMore, Body.Chunked("7fffffffffffffff\r\nabc").End);
        Assert.Equal("abc", Body.Chunked("7FFFFFFFFFFFFFFF\r\nabc").Text);
        Assert.Equal(long.MaxValue - 1, ChunkedDecoder.Step(default, "7fffffffffffffff\r\na"u8, ChunkedLimits.Default).Next.Remaining);
    }

    [Theory]
    [InlineData("1;\r\n")]
    [InlineData("1;;a\r\n")]
    [InlineData("1;a;\r\n")]
    [InlineData("1; a\r\n")]
    [InlineData("1;a \r\n")]
    [InlineData("1;a =b\r\n")]
    [InlineData("1;a= b\r\n")]
    [InlineData("1;a=b \r\n")]
    [InlineData("1;a=\r\n")]
    [InlineData("1;a=;b\r\n")]
    [InlineData("1;=b\r\n")]
    [InlineData("1;a=b=c\r\n")]
    [InlineData("1;a=\"b\r\n")]
    [InlineData("1;a=\"\r\n")]
    [InlineData("1;a=\"b\\\"\r\n")]
    [InlineData("1;a=\"b\\\r\n")]
    [InlineData("1;a=\"b\"c\r\n")]
    [InlineData("1;a=b\"c\"\r\n")]
    [InlineData("1;a=\"\x01\"\r\n")]
    [InlineData("1;a=\"\\\0\"\r\n")]
    [InlineData("1;a=\"\x7f\"\r\n")]
    [InlineData("1;a\0\r\n")]
    [InlineData("1;\u00e9\r\n")]
    [InlineData("0; a\r\n")]
    public void An_extension_is_a_name_and_perhaps_a_token_or_quoted_text(string line) => Assert.Equal(ChunkedFault.BadExtension, Body.Chunked(line + "x\r\n").Fault);

    [Theory]
    [InlineData("1\nx\r\n", ChunkedFault.BadLineEnd)]
    [InlineData("1;a=\"\n\"\r\nx", ChunkedFault.BadLineEnd)]
    [InlineData("1\rx\r\n", ChunkedFault.BadLineEnd)]
    [InlineData("1\r\r\nx\r\n", ChunkedFault.BadLineEnd)]
    [InlineData("\n", ChunkedFault.BadLineEnd)]
    [InlineData("1\r\nxy", ChunkedFault.BadDataEnd)]
    [InlineData("1\r\nx\n", ChunkedFault.BadDataEnd)]
    [InlineData("1\r\nx\r\r", ChunkedFault.BadDataEnd)]
    [InlineData("1\r\nx0\r\n\r\n", ChunkedFault.BadDataEnd)]
    [InlineData("1\r\nx\r0\r\n\r\n", ChunkedFault.BadDataEnd)]
    [InlineData("0\r\n\n", ChunkedFault.BadLineEnd)]
    [InlineData("0\r\n\r\r\n", ChunkedFault.BadLineEnd)]
    [InlineData("0\r\na: b\n\r\n", ChunkedFault.BadLineEnd)]
    [InlineData("0\r\na: b\rc\r\n\r\n", ChunkedFault.BadLineEnd)]
    public void Only_cr_lf_ends_a_line_or_a_chunk(string input, ChunkedFault fault) => Assert.Equal(fault, Body.Chunked(input).Fault);

    /// <summary>The blank line before the broken one must not be taken for the end of the body: what follows would be read as a request.</summary>
    [Theory]
    [InlineData("\r\n0\r\nno field\r\n\r\nGET / HTTP/1.1\r\n", ChunkedFault.BadTrailer)]
    [InlineData("\r\n0\r\nHost: a\r\n\r\n", ChunkedFault.ForbiddenTrailer)]
    [InlineData("\r\nx\r\n0\r\n\r\n", ChunkedFault.BadSize)]
    [InlineData("0\r\n\r\n", ChunkedFault.BadDataEnd)]
    public void Nothing_is_taken_up_again_after_a_fault(string rest, ChunkedFault fault)
    {
        var bytes = Encoding.ASCII.GetBytes(rest);
        var data = ChunkedDecoder.Step(default, "1\r\nx"u8, ChunkedLimits.Default);
        var broken = ChunkedDecoder.Step(data.Next, bytes, ChunkedLimits.Default);
        Assert.Equal((ChunkedEvent.Invalid, 0, fault), (broken.Event, broken.Consumed, broken.Fault));
        Assert.Equal(broken, ChunkedDecoder.Step(broken.Next, bytes, ChunkedLimits.Default));
        Assert.Equal(broken, ChunkedDecoder.Step(broken.Next, "0\r\n\r\n"u8, ChunkedLimits.Default));
        Assert.Equal(broken, ChunkedDecoder.Step(broken.Next, default, ChunkedLimits.Default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5\r")]
    [InlineData("5\r\n")]
    [InlineData("5\r\nhell")]
    [InlineData("5\r\nhello")]
    [InlineData("5\r\nhello\r")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n\r")]
    [InlineData("5\r\nhello\r\n0\r\na: b\r\n")]
    [InlineData("5\r\nhello\r\n0\r\na: b\r\n\r")]
    public void Without_the_last_chunk_and_its_blank_line_a_body_goes_on(string input) => Assert.Equal(BodyEvent.NeedMore, Body.Chunked(input).End);

    [Theory]
    [InlineData("0\r\na: b\r\n\r\n", "a: b\r\n")]
    [InlineData("1\r\nx\r\n0;e\r\na:\r\nSet-Cookie:\tb \r\n\r\n", "a:\r\nSet-Cookie:\tb \r\n")]
    public void Trailers_are_handed_over_without_their_blank_line(string input, string trailers)
    {
        var read = Body.Chunked(input);
        Assert.Equal((trailers, BodyEvent.End, ""), (read.Trailers, read.End, read.Left));
    }

    [Theory]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("a: b\r\ntransfer-encoding: chunked\r\nHOST: a\r\n")]
    public void In_a_response_a_trailer_that_would_frame_or_route_is_handed_over_to_be_left_out(string lines)
    {
        var read = Body.Chunked("0\r\n" + lines + "\r\n", ChunkedLimits.Response);
        Assert.Equal((lines, BodyEvent.End, ""), (read.Trailers, read.End, read.Left));
    }

    [Theory]
    [InlineData("a", ChunkedFault.BadTrailer)]
    [InlineData(": a", ChunkedFault.BadTrailer)]
    [InlineData("a : b", ChunkedFault.BadTrailer)]
    [InlineData(" a: b", ChunkedFault.BadTrailer)]
    [InlineData("a: b\r\n c", ChunkedFault.BadTrailer)]
    [InlineData("a: \0", ChunkedFault.BadTrailer)]
    [InlineData("Content-Length: 0", ChunkedFault.ForbiddenTrailer)]
    [InlineData("a: b\r\ntransfer-encoding: chunked", ChunkedFault.ForbiddenTrailer)]
    [InlineData("HOST: a", ChunkedFault.ForbiddenTrailer)]
    public void A_trailer_that_is_no_field_or_would_frame_or_route_is_refused(string lines, ChunkedFault fault)
    {
        Assert.Equal(fault, Body.Chunked("0\r\n" + lines + "\r\n\r\n").Fault);
        Assert.Equal(fault, Body.Chunked("0\r\n" + lines + "\r\n").Fault);
    }

    [Fact]
    public void After_its_end_a_body_takes_nothing() =>
        Assert.Equal(new Body("a", "t: u\r\n", BodyEvent.End, ChunkedFault.None, "1\r\nb\r\n"), Body.Chunked("1\r\na\r\n0\r\nt: u\r\n\r\n1\r\nb\r\n"));

    [Theory]
    [InlineData("000000000001", true)]
    [InlineData("1;aaaaaaaaaa", true)]
    [InlineData("0000000000001", false)]
    [InlineData("1;aaaaaaaaaaa", false)]
    public void A_chunk_line_has_its_limit(string line, bool fits)
    {
        Assert.Equal(fits ? ChunkedFault.None : ChunkedFault.LineTooLong, Body.Chunked(line + "\r\nx\r\n0\r\n\r\n", Small).Fault);
        foreach (var end in (string[])["aa", "a\n", "a\r\r\n", "a\r\n"])
            Assert.Equal(ChunkedFault.LineTooLong, Body.Chunked(line + "a" + end, Small).Fault);
    }

    [Theory]
    [InlineData(2, ChunkedFault.None)]
    [InlineData(3, ChunkedFault.ExtensionsTooLong)]
    public void All_extensions_of_a_message_have_one_limit(int chunks, ChunkedFault fault)
    {
        var input = string.Concat(Enumerable.Repeat("1;aaaaaaaaa\r\nx\r\n", chunks));
        Assert.Equal((fault, new string('x', 2)), Body.Chunked(input, Small) is var read ? (read.Fault, read.Text) : default);
    }

    [Theory]
    [InlineData("a: 3456789012345\r\n\r\n", ChunkedFault.None)]
    [InlineData("a: 34567890123456\r\n\r\n", ChunkedFault.TrailersTooLarge)]
    [InlineData("a: 345678901234567890", ChunkedFault.TrailersTooLarge)]
    [InlineData("a: 345678901234567890\n", ChunkedFault.TrailersTooLarge)]
    [InlineData("a: 345678901234567\r\n\n", ChunkedFault.TrailersTooLarge)]
    [InlineData("a:\r\nb:\r\n\r\n", ChunkedFault.None)]
    [InlineData("a:\r\nb:\r\nc:\r\n", ChunkedFault.TrailersTooLarge)]
    [InlineData("a:\r\nb:\r\nno field\r\n", ChunkedFault.TrailersTooLarge)]
    [InlineData("a:\r\nb:\r\nc:\n", ChunkedFault.BadLineEnd)]
    public void A_trailer_section_has_its_limits(string lines, ChunkedFault fault) => Assert.Equal(fault, Body.Chunked("0\r\n" + lines, Small).Fault);
}
