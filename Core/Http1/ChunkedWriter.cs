using System;
using System.Buffers.Text;

namespace Fairlead.Http1;

/// <summary>Writes the frame around chunks (RFC 9112 §7.1).</summary>
public static class ChunkedWriter
{
    /// <summary>Longest chunk head: eight hex digits and CR LF.</summary>
    public const int HeadBytesMax = 10;

    /// <summary>What ends every line and every chunk.</summary>
    public static ReadOnlySpan<byte> Crlf => "\r\n"u8;

    /// <summary>The last chunk and the end of an empty trailer section.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    /// <summary>Writes the head of a chunk of <paramref name="dataLength"/> bytes (at least 1: 0 would end the body) and says how long it is; 0 when there is not enough room.</summary>
    public static int WriteHead(Span<byte> destination, int dataLength)
    {
        if (!Utf8Formatter.TryFormat((uint)dataLength, destination, out var digits, new System.Buffers.StandardFormat('x')) || destination.Length < digits + 2)
            return 0;
        Crlf.CopyTo(destination[digits..]);
        return digits + 2;
    }
}
