using System;
using System.Buffers.Binary;
using System.Globalization;
using Fairlead.Primitives;

namespace Fairlead.ProxyProtocol;

/// <summary>Writes headers of the PROXY protocol. Allocates nothing; what it writes, <see cref="ProxyHeaderParser"/> reads as the same.</summary>
public static class ProxyHeaderWriter
{
    /// <summary>Room that is always enough.</summary>
    public const int BytesMax = ProxyHeaderParser.LineBytesMax;

    /// <summary>Writes version 1, a line; how many bytes it took.</summary>
    public static int WriteLine(in ProxyHeader header, Span<byte> destination)
    {
        if (header.Kind == ProxyHeaderKind.Unnamed)
            return Append("PROXY UNKNOWN\r\n"u8, destination);
        Span<byte> address = stackalloc byte[16];
        var isFour = header.Kind == ProxyHeaderKind.Tcp4;
        var skipped = isFour ? 12 : 0;
        var length = Append(isFour ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8, destination);
        BinaryPrimitives.WriteUInt128BigEndian(address, header.Source);
        length += IpText.Write(address[skipped..], destination[length..]);
        destination[length++] = (byte)' ';
        BinaryPrimitives.WriteUInt128BigEndian(address, header.Destination);
        length += IpText.Write(address[skipped..], destination[length..]);
        length += AppendPort(header.SourcePort, destination[length..]);
        length += AppendPort(header.DestinationPort, destination[length..]);
        return length + Append("\r\n"u8, destination[length..]);
    }

    /// <summary>Writes version 2, a block; without a name it says LOCAL. How many bytes it took.</summary>
    public static int WriteBlock(in ProxyHeader header, Span<byte> destination)
    {
        var at = Append(ProxyHeaderParser.Signature, destination);
        var isFour = header.Kind == ProxyHeaderKind.Tcp4;
        destination[at++] = header.Kind == ProxyHeaderKind.Unnamed ? (byte)0x20 : (byte)0x21;
        destination[at++] = header.Kind == ProxyHeaderKind.Unnamed ? (byte)0 : isFour ? (byte)0x11 : (byte)0x21;
        var addresses = destination[(at + 2)..];
        var length = 0;
        if (header.Kind != ProxyHeaderKind.Unnamed)
        {
            var one = isFour ? sizeof(uint) : 16;
            WriteNumber(header.Source, isFour, addresses);
            WriteNumber(header.Destination, isFour, addresses[one..]);
            BinaryPrimitives.WriteUInt16BigEndian(addresses[(2 * one)..], header.SourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(addresses[((2 * one) + 2)..], header.DestinationPort);
            length = (2 * one) + 4;
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)length);
        return at + 2 + length;
    }

    private static void WriteNumber(UInt128 address, bool isFour, Span<byte> destination)
    {
        if (isFour)
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)address);
        else
            BinaryPrimitives.WriteUInt128BigEndian(destination, address);
    }

    private static int AppendPort(ushort port, Span<byte> destination)
    {
        destination[0] = (byte)' ';
        port.TryFormat(destination[1..], out var written, default, CultureInfo.InvariantCulture);
        return 1 + written;
    }

    private static int Append(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
