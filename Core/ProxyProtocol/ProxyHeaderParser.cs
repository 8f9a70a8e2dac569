using System;
using System.Buffers.Binary;
using System.Numerics;
using Fairlead.Http1;

namespace Fairlead.ProxyProtocol;

/// <summary>
/// Reads the header of the PROXY protocol (HAProxy, doc/proxy-protocol.txt), versions 1 and 2, at the beginning of a connection. Total: any bytes, no exception, no
/// allocation. TLVs are skipped, a checksum among them is verified.
/// </summary>
public static class ProxyHeaderParser
{
    /// <summary>The longest line of version 1 with its CR LF, as its definition says.</summary>
    public const int LineBytesMax = 107;

    /// <summary>The longest header: usual ones have below 600 bytes, and those with a client's certificate name still fit (HAProxy: 16 KiB).</summary>
    public const int BytesMax = 4 * 1024;

    private const int FixedBytes = 16;
    private const int Ipv4Bytes = 12;
    private const int Ipv6Bytes = 36;
    private const int UnixBytes = 216;
    private const int ChecksumType = 3;

    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>The header at the beginning of <paramref name="input"/>; its length is what it takes up.</summary>
    public static ProxyHeader Parse(ReadOnlySpan<byte> input)
    {
        if (IsBeginning(input, Signature))
            return input.Length < FixedBytes && !IsWrongVersion(input) ? default : ParseBlock(input);
        if (IsBeginning(input, "PROXY "u8))
            return input.Length < 6 ? default : ParseLine(input);
        return Invalid(ProxyHeaderFault.OtherProtocol);
    }

    private static bool IsBeginning(ReadOnlySpan<byte> input, ReadOnlySpan<byte> whole) =>
        input[..Math.Min(input.Length, whole.Length)].SequenceEqual(whole[..Math.Min(input.Length, whole.Length)]);

    private static ProxyHeader ParseLine(ReadOnlySpan<byte> input)
    {
        var end = input[..Math.Min(input.Length, LineBytesMax)].IndexOf("\r\n"u8);
        if (end < 0)
            return input.Length < LineBytesMax ? default : Invalid(ProxyHeaderFault.TooLong);
        var rest = input[6..end];
        var length = end + 2;
        if (rest.SequenceEqual("UNKNOWN"u8) || rest.StartsWith("UNKNOWN "u8))
            return Unnamed(length);                                  // whatever else the line says
        var kind = rest.StartsWith("TCP4 "u8) ? ProxyHeaderKind.Tcp4 : ProxyHeaderKind.Tcp6;
        if (kind == ProxyHeaderKind.Tcp6 && !rest.StartsWith("TCP6 "u8))
            return Invalid(ProxyHeaderFault.Malformed);
        rest = rest[5..];
        return TryTakeAddress(ref rest, kind, out var source) && TryTakeAddress(ref rest, kind, out var destination)
               && TryTakePort(ref rest, isLast: false, out var sourcePort) && TryTakePort(ref rest, isLast: true, out var destinationPort)
            ? new ProxyHeader(ParseStatus.Done, ProxyHeaderFault.None, length, kind) { Source = source, Destination = destination, SourcePort = sourcePort, DestinationPort = destinationPort }
            : Invalid(ProxyHeaderFault.Malformed);
    }

    private static bool TryTakeAddress(ref ReadOnlySpan<byte> rest, ProxyHeaderKind kind, out UInt128 address)
    {
        address = default;
        var space = rest.IndexOf((byte)' ');
        if (space < 0)
            return false;
        var text = rest[..space];
        rest = rest[(space + 1)..];
        if (kind == ProxyHeaderKind.Tcp6)
            return AddressText.TryReadSix(text, out address);
        var isFour = AddressText.TryReadFour(text, out var four);
        address = four;
        return isFour;
    }

    /// <summary>A port and the space after it, or the last one.</summary>
    private static bool TryTakePort(ref ReadOnlySpan<byte> rest, bool isLast, out ushort port)
    {
        var space = rest.IndexOf((byte)' ');
        var digits = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                number = ushort.MaxValue + 1;
            number = Math.Min((number * 10) + (digit - '0'), ushort.MaxValue + 1);
        }

        port = (ushort)number;
        return isLast == (space < 0) && digits.Length is >= 1 and <= 5 && number <= ushort.MaxValue && (digits.Length == 1 || digits[0] != '0');
    }

    private static bool IsWrongVersion(ReadOnlySpan<byte> input) => input.Length > Signature.Length && input[Signature.Length] is not (0x20 or 0x21);

    private static ProxyHeader ParseBlock(ReadOnlySpan<byte> input)
    {
        if (IsWrongVersion(input))
            return Invalid(ProxyHeaderFault.Malformed);
        var isLocal = input[12] == 0x20;
        var (family, transport) = (input[13] >> 4, input[13] & 0x0f);
        if (!isLocal && (family > 3 || transport > 2))
            return Invalid(ProxyHeaderFault.Malformed);
        var length = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        var named = isLocal ? 0 : AddressBytes(family, transport);
        if (length < FixedBytes + named)
            return Invalid(ProxyHeaderFault.Malformed);
        if (length > BytesMax)
            return Invalid(ProxyHeaderFault.TooLong);
        if (input.Length < length)
            return default;

        var header = input[..length];
        var fault = isLocal || named == 0 ? ProxyHeaderFault.None : CheckTlvs(header, FixedBytes + named);   // where they would begin is told by the family alone
        if (fault != ProxyHeaderFault.None)
            return Invalid(fault);
        var addresses = header[FixedBytes..];
        return input[13] switch
        {
            0x11 when !isLocal => new ProxyHeader(ParseStatus.Done, ProxyHeaderFault.None, length, ProxyHeaderKind.Tcp4)
            {
                Source = BinaryPrimitives.ReadUInt32BigEndian(addresses),
                Destination = BinaryPrimitives.ReadUInt32BigEndian(addresses[4..]),
                SourcePort = BinaryPrimitives.ReadUInt16BigEndian(addresses[8..]),
                DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(addresses[10..]),
            },
            0x21 when !isLocal => new ProxyHeader(ParseStatus.Done, ProxyHeaderFault.None, length, ProxyHeaderKind.Tcp6)
            {
                Source = BinaryPrimitives.ReadUInt128BigEndian(addresses),
                Destination = BinaryPrimitives.ReadUInt128BigEndian(addresses[16..]),
                SourcePort = BinaryPrimitives.ReadUInt16BigEndian(addresses[32..]),
                DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(addresses[34..]),
            },
            _ => Unnamed(length),
        };
    }

    /// <summary>Bytes of the address block; 0 when either half is unspecified.</summary>
    private static int AddressBytes(int family, int transport) => transport == 0 ? 0 : family switch
    {
        1 => Ipv4Bytes,
        2 => Ipv6Bytes,
        3 => UnixBytes,
        _ => 0,
    };

    private static ProxyHeaderFault CheckTlvs(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            if (header.Length - at < 3)
                return ProxyHeaderFault.Malformed;
            var (type, length) = (header[at], BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]));
            at += 3;
            if (header.Length - at < length || (type == ChecksumType && length != sizeof(uint)))
                return ProxyHeaderFault.Malformed;
            if (type == ChecksumType && BinaryPrimitives.ReadUInt32BigEndian(header[at..]) != ChecksumOf(header, at))
                return ProxyHeaderFault.Checksum;
            at += length;
        }

        return ProxyHeaderFault.None;
    }

    /// <summary>The CRC-32C (RFC 9260, appendix A) of the header with zeros where the checksum itself stands.</summary>
    internal static uint ChecksumOf(ReadOnlySpan<byte> header, int checksumAt)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + sizeof(uint) ? (byte)0 : header[i]);
        return ~crc;
    }

    private static ProxyHeader Unnamed(int length) => new(ParseStatus.Done, ProxyHeaderFault.None, length, ProxyHeaderKind.Unnamed);

    private static ProxyHeader Invalid(ProxyHeaderFault fault) => new(ParseStatus.Invalid, fault, 0, ProxyHeaderKind.Unnamed);
}
