using System;

namespace Fairlead.Http1;

/// <summary>Chunk extensions (RFC 9112 §7.1.1): read, to know that they are well-formed, and dropped. White space around them is refused: readers differ about it.</summary>
internal static class ChunkExtensions
{
    /// <summary>True for nothing, or any number of <c>;name</c>, <c>;name=token</c>, <c>;name="text"</c>.</summary>
    public static bool AreValid(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] != (byte)';')
                return false;
            text = text[1..];
            if (!TryToken(ref text))
                return false;
            if (text.IsEmpty || text[0] != (byte)'=')
                continue;
            text = text[1..];
            if (text.IsEmpty || (text[0] == (byte)'"' ? !TryQuoted(ref text) : !TryToken(ref text)))
                return false;
        }

        return true;
    }

    private static bool TryToken(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)';', (byte)'=');
        var token = end < 0 ? text : text[..end];
        text = text[token.Length..];
        return FieldNames.IsToken(token);
    }

    private static bool TryQuoted(ref ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 1 < text.Length)
            {
                i++;                                                 // quoted-pair
                if (!FieldNames.IsValue(text.Slice(i, 1)))
                    return false;
            }
            else if (text[i] == (byte)'"')
            {
                text = text[(i + 1)..];
                return true;
            }
            else if (!FieldNames.IsValue(text.Slice(i, 1)))
            {
                return false;
            }
        }

        return false;
    }
}
