using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Primitives;

/// <summary>
/// IP addresses as text, strictly: dotted quads of decimal numbers without leading zeros (an octal reading would be another address), RFC 4291 §2.2 forms of
/// IPv6 without zone and brackets; written as RFC 5952 §4 recommends.
/// </summary>
public static class IpText
{
    /// <summary>Longest text written: an IPv4-mapped address.</summary>
    public const int BytesMax = 45;

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    /// <summary>Reads an address; false for anything else. Never looks at network interfaces.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return IsQuad(text) && IPAddress.TryParse(text, out address);

        var tail = text[(colon + 1)..];
        return !text.ContainsAnyExcept(Ipv6Characters)
               && (!tail.Contains('.') || IsQuad(tail))
               && IPAddress.TryParse(text, out address)
               && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    /// <summary>Writes the text of an address given as 4 or 16 bytes into at least <see cref="BytesMax"/> bytes; how many it took. Allocates nothing.</summary>
    public static int Write(ReadOnlySpan<byte> address, Span<byte> destination) =>
        address.Length == 4 ? WriteQuad(address, destination) : WriteIpv6(address, destination);

    private static bool IsQuad(ReadOnlySpan<char> text)
    {
        var octets = 0;
        foreach (var range in text.Split('.'))
        {
            var octet = text[range];
            var isDecimal = octet.Length is >= 1 and <= 3 && !octet.ContainsAnyExceptInRange('0', '9') && (octet.Length == 1 || octet[0] != '0');
            if (!isDecimal || ++octets > 4)
                return false;
        }

        return octets == 4;
    }

    private static int WriteQuad(ReadOnlySpan<byte> octets, Span<byte> destination)
    {
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            if (i > 0)
                destination[length++] = (byte)'.';
            octets[i].TryFormat(destination[length..], out var written);
            length += written;
        }

        return length;
    }

    private static int WriteIpv6(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        if (bytes.StartsWith(MappedPrefix))
        {
            "::ffff:"u8.CopyTo(destination);
            return 7 + WriteQuad(bytes[12..], destination[7..]);
        }

        var (zeroStart, zeroLength) = LongestZeroRun(bytes);
        var length = 0;
        for (var group = 0; group < 8; group++)
        {
            if (group == zeroStart)
            {
                "::"u8.CopyTo(destination[length..]);
                length += 2;
                group += zeroLength - 1;
                continue;
            }

            if (group > 0 && group != zeroStart + zeroLength)
                destination[length++] = (byte)':';
            ((ushort)(bytes[2 * group] << 8 | bytes[2 * group + 1])).TryFormat(destination[length..], out var written, "x");
            length += written;
        }

        return length;
    }

    // RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals.
    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<byte> bytes)
    {
        var best = (Start: -1, Length: 1);
        var run = 0;
        for (var group = 0; group < 8; group++)
        {
            run = (bytes[2 * group] | bytes[2 * group + 1]) == 0 ? run + 1 : 0;
            if (run > best.Length)
                best = (group - run + 1, run);
        }

        return best;
    }
}
