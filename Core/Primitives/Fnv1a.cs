using System;

namespace Fairlead.Primitives;

/// <summary>FNV-1a, 64 bits (Fowler, Noll and Vo; RFC 9923): short, known everywhere, and weak: for compatibility only.</summary>
public static class Fnv1a
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    /// <summary>The hash of <paramref name="bytes"/>.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> bytes)
    {
        var hash = OffsetBasis;
        foreach (var value in bytes)
            hash = (hash ^ value) * Prime;
        return hash;
    }
}
