using System;
using System.Buffers.Binary;

namespace Fairlead.ProxyProtocol;

/// <summary>Addresses as the lines of version 1 have them, read into numbers without an object: strict dotted quads, and RFC 4291 §2.2 without zone and brackets.</summary>
internal static class AddressText
{
    private const int Groups = 8;

    public static bool TryReadFour(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (var i = 0; i < sizeof(uint); i++)
        {
            var dot = text.IndexOf((byte)'.');
            if (dot < 0 != (i == sizeof(uint) - 1))
                return false;
            var digits = dot < 0 ? text : text[..dot];
            text = text[(dot + 1)..];
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (digits.Length > 1 && digits[0] == '0'))
                return false;
            var octet = 0;
            foreach (var digit in digits)
                octet = (octet * 10) + (digit - '0');
            if (octet > byte.MaxValue)
                return false;
            address = (address << 8) | (uint)octet;
        }

        return true;
    }

    public static bool TryReadSix(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        groups.Clear();
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
            return ReadGroups(text, groups) == Groups && Join(groups, out address);

        var before = ReadGroups(text[..gap], groups, mayBeEmpty: true);
        Span<ushort> after = stackalloc ushort[Groups];
        var count = ReadGroups(text[(gap + 2)..], after, mayBeEmpty: true);
        if (before < 0 || count < 0 || before + count >= Groups || (gap > 0 && text[..gap].Contains((byte)'.')))
            return false;
        after[..count].CopyTo(groups[(Groups - count)..]);
        return Join(groups, out address);
    }

    /// <summary>How many groups were read, a dotted quad at the end being two; -1 when it is none.</summary>
    private static int ReadGroups(ReadOnlySpan<byte> text, Span<ushort> groups, bool mayBeEmpty = false)
    {
        if (text.IsEmpty)
            return mayBeEmpty ? 0 : -1;
        var count = 0;
        while (true)
        {
            var colon = text.IndexOf((byte)':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains((byte)'.'))
            {
                if (count > Groups - 2 || !TryReadFour(group, out var four))
                    return -1;
                (groups[count], groups[count + 1]) = ((ushort)(four >> 16), (ushort)four);
                return count + 2;
            }

            if (count == Groups || !TryReadHex(group, out groups[count]))
                return -1;
            count++;
            if (colon < 0)
                return count;
            text = text[(colon + 1)..];
        }
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out ushort group)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            var value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                group = 0;
                return false;
            }

            number = (number << 4) | value;
        }

        group = (ushort)number;
        return digits.Length is >= 1 and <= 4;
    }

    private static bool Join(ReadOnlySpan<ushort> groups, out UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[2 * Groups];
        for (var i = 0; i < Groups; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * i)..], groups[i]);
        address = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }
}
