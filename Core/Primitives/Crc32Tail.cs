using System;
using System.IO.Hashing;

namespace Fairlead.Primitives;

/// <summary>
/// The CRC-32 (IEEE) of a text with others put before it, without reading the text again: crc(A ‖ B) = crc(A) · x^(8·|B|) + crc(B) over the polynomials modulo 2
/// (zlib's <c>crc32_combine</c>). <c>default</c> is nonsense.
/// </summary>
public readonly record struct Crc32Tail(uint Crc, uint Power)
{
    private const uint Polynomial = 0xEDB88320;                       // bit 31 is x^0, as in the checksum itself
    private const uint One = 1U << 31;
    private const uint OneByte = 1U << 23;                            // x^8

    /// <summary>The tail <paramref name="text"/>.</summary>
    public static Crc32Tail Of(ReadOnlySpan<byte> text)
    {
        var (power, square) = (One, OneByte);
        for (var length = text.Length; length != 0; length >>= 1)
        {
            if ((length & 1) != 0)
                power = Product(power, square);
            square = Product(square, square);
        }

        return new Crc32Tail(Crc32.HashToUInt32(text), power);
    }

    /// <summary>The CRC-32 of <paramref name="head"/> and the tail after it.</summary>
    public uint After(ReadOnlySpan<byte> head) => Product(Crc32.HashToUInt32(head), Power) ^ Crc;

    private static uint Product(uint left, uint right)
    {
        var product = 0U;
        for (; left != 0; left <<= 1)
        {
            product ^= right & (uint)((int)left >> 31);
            right = (right >> 1) ^ (Polynomial & (0U - (right & 1)));
        }

        return product;
    }
}
