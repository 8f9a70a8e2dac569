using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;

namespace Fairlead.Balancing;

/// <summary>
/// CRC-32 (IEEE) of the short texts a ring hashes, four bytes a step, and continued from the state a common beginning left. From sixteen bytes on the library, which folds
/// them with vector instructions, is faster.
/// </summary>
internal static class RingCrc
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = 0xffffffff;

    private const uint Polynomial = 0xedb88320;                       // reversed
    private const int FoldedBytesMin = 16;

    private static readonly ImmutableArray<uint> Tables = TablesOf();   // four of 256: what a byte adds when none to three bytes follow it in its step

    /// <summary>The CRC of those bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => bytes.Length < FoldedBytesMin ? ~Continue(Start, bytes) : Crc32.HashToUInt32(bytes);

    /// <summary>The state after further bytes; its complement is the CRC.</summary>
    public static uint Continue(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
            state = Continue(state, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        var tables = Tables.AsSpan();
        foreach (var b in bytes)
            state = tables[(byte)(state ^ b)] ^ state >> 8;
        return state;
    }

    /// <summary>The state after four bytes, the first of them the lowest.</summary>
    public static uint Continue(uint state, uint bytes)
    {
        var tables = Tables.AsSpan();
        var mixed = state ^ bytes;
        return tables[768 + (byte)mixed] ^ tables[512 + (byte)(mixed >> 8)] ^ tables[256 + (byte)(mixed >> 16)] ^ tables[(int)(mixed >> 24)];
    }

    private static ImmutableArray<uint> TablesOf()
    {
        var tables = new uint[4 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var state = i;
            for (var bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? state >> 1 ^ Polynomial : state >> 1;
            tables[i] = state;
        }

        for (var i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ tables[i - 256] >> 8;
        return [.. tables];
    }
}
