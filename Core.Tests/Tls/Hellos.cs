using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Fairlead.Tests.Tls;

/// <summary>Writes ClientHello messages, right and wrong ones.</summary>
internal static class Hellos
{
    /// <summary>A hello with these extensions, in records of at most so many bytes.</summary>
    public static byte[] Write(byte[]? extensions, int recordBytes = 16_384) => Records(Message(extensions), recordBytes);

    /// <summary>A hello that asks for a name.</summary>
    public static byte[] Asking(string name, int recordBytes = 16_384) => Write([.. Extension(43, 2, 3, 4), .. ServerName(name), .. Extension(16, 0, 1, 0)], recordBytes);

    public static byte[] ServerName(string name) => Extension(0, Sized(2, [0, .. Sized(2, Encoding.Latin1.GetBytes(name))]));

    public static byte[] Extension(int type, params byte[] content) => [.. Number(2, type), .. Sized(2, content)];

    public static byte[] Message(byte[]? extensions)
    {
        byte[] body =
        [
            3, 3, .. Enumerable.Range(0, 32).Select(static i => (byte)i), .. Sized(1, new byte[32]), .. Sized(2, [0x13, 1, 0x13, 2]), .. Sized(1, [0]),
            .. extensions is null ? [] : Sized(2, extensions),
        ];
        return [1, .. Sized(3, body)];
    }

    public static byte[] Records(byte[] message, int recordBytes) => [.. message.Chunk(recordBytes).SelectMany(static part => (IEnumerable<byte>)[22, 3, 1, .. Sized(2, part)])];

    public static byte[] Sized(int bytes, byte[] content) => [.. Number(bytes, content.Length), .. content];

    private static byte[] Number(int bytes, int value) => [.. Enumerable.Range(1, bytes).Select(i => (byte)(value >> (8 * (bytes - i))))];
}
