using System;
using System.Linq;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Tests.Http;

namespace Fairlead.Tests.Http1;

public sealed class WriterTests
{
    [Fact]
    public void A_request_head_is_written_line_by_line() => Assert.Equal(
        "POST /a?b HTTP/1.1\r\nHost: x\r\nEmpty: \r\nContent-Length: 9223372036854775807\r\n\r\n", Write(1_000, WriteRequest).Text);

    [Fact]
    public void A_response_head_is_written_line_by_line() => Assert.Equal(
        "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n",
        Write(1_000, static (ref HeadWriter writer) =>
        {
            writer.StatusLine(404, "Not Found"u8);
            writer.Framing(new BodyFraming(BodyKind.Chunked, 0));
            writer.End();
        }).Text);

    [Theory]
    [InlineData(BodyKind.None, 0, "")]
    [InlineData(BodyKind.UntilClose, 0, "")]
    [InlineData(BodyKind.Length, 0, "Content-Length: 0\r\n")]
    [InlineData(BodyKind.Length, 17, "Content-Length: 17\r\n")]
    [InlineData(BodyKind.Chunked, 17, "Transfer-Encoding: chunked\r\n")]
    public void Framing_is_one_field_or_none(BodyKind kind, long length, string written) =>
        Assert.Equal(written, Write(100, (ref HeadWriter writer) => writer.Framing(new BodyFraming(kind, length))).Text);

    [Fact]
    public void Fields_leave_out_what_belongs_to_the_connection()
    {
        var read = Heads.Request(Heads.Of(
            "GET / HTTP/1.1", "Host: a", "Connection: close", "Keep-Alive: 1", "Proxy-Connection: x", "Proxy-Authenticate: x", "Proxy-Authorization: x", "TE: trailers",
            "Trailer: x", "Transfer-Encoding: chunked", "Upgrade: x", "HTTP2-Settings: x", "Expect: 100-continue", "x-A:  b ", "X-a: c", "Via: 1.1 b"));
        var bytes = Encoding.Latin1.GetBytes(read.Text(new(0, read.Head.Length)));
        Assert.Equal("Host: a\r\nx-A: b\r\nX-a: c\r\nVia: 1.1 b\r\n", Write(1_000, (ref HeadWriter writer) => writer.Fields(bytes, read.Fields)).Text);
    }

    /// <summary>Neighbours that need no change are copied at once; what lies between others must never come along.</summary>
    [Theory]
    [InlineData("A: 1", "B: 2", "C: 3")]
    [InlineData("A:1", "B: 2", "C:3")]                               // no blank
    [InlineData("A: 1", "B: 2 ", "C: 3")]                            // white space around values
    [InlineData("A:  1", "B:\t2", "C: 3\t")]
    [InlineData("A: ", "B:", "C:  ")]                                // no value
    [InlineData("Connection: close", "B: 2", "C: 3")]
    [InlineData("A: 1", "Connection: close", "C: 3")]
    [InlineData("A: 1", "B: 2", "Connection: close")]
    [InlineData("A: 1", "Content-Length: 0", "Connection: close")]
    public void Fields_are_written_as_one_by_one(params string[] lines)
    {
        var all = new FieldLines(lines);
        HeaderField[][] kept = [all.Fields, all.Fields[1..], all.Fields[..2], [all.Fields[0], all.Fields[2]], [.. all.Fields.Reverse()], [all.Fields[0] with { Value = all.Fields[1].Value }, all.Fields[2]], []];
        Assert.All(kept, fields =>
        {
            var one = Write(1_000, (ref HeadWriter writer) =>
            {
                foreach (var field in fields.Where(static field => !HopByHop.IsHopByHop(field.Known)))
                    writer.Field(field.Name.Of(all.Bytes), field.Value.Of(all.Bytes));
            }).Text;
            Assert.Equal(one, Write(1_000, (ref HeadWriter writer) => writer.Fields(all.Bytes, fields)).Text);
            Assert.Equal(one.Length > 0, Write(Math.Max(one.Length - 1, 0), (ref HeadWriter writer) => writer.Fields(all.Bytes, fields)).Overflowed);
        });
    }

    [Theory]
    [InlineData(99)]
    [InlineData(1_000)]
    public void A_status_has_three_digits(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(1_000, (ref HeadWriter writer) => writer.StatusLine(status, "OK"u8)));

    [Fact]
    public void Whatever_the_room_a_head_is_whole_or_overflowed()
    {
        var whole = Write(1_000, WriteRequest).Text;
        for (var room = 0; room < whole.Length; room++)
        {
            var part = Write(room, WriteRequest);
            Assert.True(part.Overflowed);
            Assert.StartsWith(part.Text, whole, StringComparison.Ordinal);
        }

        Assert.Equal((whole, false), Write(whole.Length, WriteRequest));
    }

    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(10, "a\r\n")]
    [InlineData(4_096, "1000\r\n")]
    [InlineData(int.MaxValue, "7fffffff\r\n")]
    public void A_chunk_head_is_its_size_in_hex(int length, string head)
    {
        var room = new byte[ChunkedWriter.HeadBytesMax];
        Assert.Equal(head, Encoding.ASCII.GetString(room, 0, ChunkedWriter.WriteHead(room, length)));
        Assert.Equal(0, ChunkedWriter.WriteHead(room.AsSpan(0, head.Length - 1), length));
        Assert.Equal(0, ChunkedWriter.WriteHead(default, length));
        Assert.Equal(head.Length, ChunkedWriter.WriteHead(room.AsSpan(0, head.Length), length));
    }

    [Fact]
    public void What_was_written_in_chunks_reads_back() => Assert.Equal(
        new Body("hello, world", "", BodyEvent.End, ChunkedFault.None, ""),
        Body.Chunked(string.Concat(((string[])["hello", ", ", "world"]).Select(Chunk)) + Encoding.ASCII.GetString(ChunkedWriter.LastChunk)));

    private static string Chunk(string data)
    {
        Span<byte> head = stackalloc byte[ChunkedWriter.HeadBytesMax];
        return Encoding.ASCII.GetString(head[..ChunkedWriter.WriteHead(head, data.Length)]) + data + Encoding.ASCII.GetString(ChunkedWriter.Crlf);
    }

    private static void WriteRequest(ref HeadWriter writer)
    {
        writer.RequestLine("POST"u8, "/a?b"u8);
        writer.Field("Host"u8, "x"u8);
        writer.Field("Empty"u8, ""u8);
        writer.Framing(new BodyFraming(BodyKind.Length, long.MaxValue));
        writer.End();
    }

    private delegate void Writes(ref HeadWriter writer);

    private static (string Text, bool Overflowed) Write(int room, Writes write)
    {
        var destination = new byte[room];
        var writer = new HeadWriter(destination);
        write(ref writer);
        return (Encoding.Latin1.GetString(destination, 0, writer.Written), writer.Overflowed);
    }
}
