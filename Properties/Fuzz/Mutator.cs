using System;
using System.Text;

namespace Fairlead.Properties.Fuzz;

/// <summary>Spoils valid traffic the ways attackers and broken programs do: bits, bytes, line ends, lines, lengths, and words that mean something elsewhere.</summary>
internal static class Mutator
{
    /// <summary>Longer than any limit a parser has on one line.</summary>
    private const int LongFieldBytes = 9_000;

    private static readonly string[] Specials =
        ["\r", "\n", "\r\n", "\r\n\r\n", "\0", "\t", " ", "  ", "\v", "\f", "\x7f", "\u0085", "\u00a0", "\u00ff", ":", ": ", ";", "=", ",", "\"", "\\", "%", "%00", "%0d%0a", "%2e", "/", "..", "@", "?", "#", "0", "-1", "+1", "0x"];

    private static readonly string[] Lines =
    [
        "Content-Length: 3\r\n", "Content-Length: 0\r\n", "Content-Length: 3, 3\r\n", "Content-Length : 3\r\n", "content-length:03\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding:\tchunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer_Encoding: chunked\r\n",
        "X: a\r\n b\r\n", "X: a\r\n\tTransfer-Encoding: chunked\r\n", "X: a\rTransfer-Encoding: chunked\r\n", "X: a\nTransfer-Encoding: chunked\r\n", "Host: b.test\r\n", "Connection: close, content-length\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", "Expect: 100-continue\r\n", "0\r\n\r\n", "1\r\nZ\r\n", "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n", "\r\n", ": x\r\n", "X\r\n",
    ];

    public static byte[] Mutate(byte[] valid, byte[] other, Dice dice)
    {
        var bytes = valid;
        for (var times = dice.Below(4); times > 0; times--)
            bytes = Once(bytes, other, dice);
        return bytes;
    }

    /// <summary>Noise: of bytes that parsers look for, or of any.</summary>
    public static byte[] Noise(Dice dice)
    {
        var isPlain = dice.OneIn(2);
        var text = new StringBuilder();
        for (var count = dice.Below(40); count > 0; count--)
            text.Append(isPlain ? ((char)dice.Below(256)).ToString() : dice.Pick<string>(Specials));
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static byte[] Once(byte[] bytes, byte[] other, Dice dice)
    {
        var at = dice.Below(bytes.Length + 1);
        var to = Math.Min(bytes.Length, at + dice.Below(dice.OneIn(4) ? 64 : 6));
        var before = bytes.AsSpan(0, at);
        var between = bytes.AsSpan(at, to - at);
        var after = bytes.AsSpan(to);
        switch (dice.Below(12))
        {
            case 0 when at < bytes.Length:
                return [.. before, (byte)(bytes[at] ^ (1 << dice.Below(8))), .. bytes.AsSpan(at + 1)];
            case 1:
                return [.. before, .. Latin(dice.Pick<string>(Specials)), .. bytes.AsSpan(at)];
            case 2:
                return [.. before, .. Latin(dice.Pick<string>(Specials)), .. after];
            case 3:
                return [.. before, .. after];
            case 4:
                return [.. before, .. between, .. between, .. after];
            case 5:
                return [.. before];
            case 6:
                return [.. before, .. other.AsSpan(dice.Below(other.Length + 1))];
            case 7:
                return AtLineEnd(bytes, at, static (line, rest) => [.. line, .. "\n"u8, .. rest]);
            case 8:
                return AtLineEnd(bytes, at, static (line, rest) => [.. line, .. "\r\n "u8, .. rest]);
            case 9:
                var inserted = Latin(dice.Pick<string>(Lines));
                return AtLineEnd(bytes, at, (line, rest) => [.. line, .. "\r\n"u8, .. inserted, .. rest]);
            case 10 when dice.OneIn(8):
                var filler = new byte[dice.Below(LongFieldBytes)];
                Array.Fill(filler, (byte)dice.Pick("a0 \t,;%/"u8));
                return [.. before, .. filler, .. bytes.AsSpan(at)];
            default:
                return [.. before, (byte)dice.Below(256), .. bytes.AsSpan(at)];
        }
    }

    private delegate byte[] Joined(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest);

    /// <summary>At the first line end behind <paramref name="at"/>; as it is without one.</summary>
    private static byte[] AtLineEnd(byte[] bytes, int at, Joined joined)
    {
        var end = bytes.AsSpan(at).IndexOf("\r\n"u8);
        return end < 0 ? bytes : joined(bytes.AsSpan(0, at + end), bytes.AsSpan(at + end + 2));
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
