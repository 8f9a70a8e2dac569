using System;
using System.Net;
using System.Net.Sockets;
using Fairlead.Http1;

namespace Fairlead.ProxyProtocol;

/// <summary>Whom a PROXY header speaks of.</summary>
public enum ProxyHeaderKind : byte
{
    /// <summary>Nobody that can be named: a proxy's own connection (LOCAL), UNKNOWN, or a protocol that is none of ours. The addresses of the connection itself hold.</summary>
    Unnamed = 0,

    /// <summary>A TCP connection over IPv4.</summary>
    Tcp4,

    /// <summary>A TCP connection over IPv6.</summary>
    Tcp6,
}

/// <summary>Why bytes are no PROXY header.</summary>
public enum ProxyHeaderFault : byte
{
    /// <summary>They are one, or may become one.</summary>
    None = 0,

    /// <summary>They begin like neither version: another protocol.</summary>
    OtherProtocol,

    /// <summary>They begin like one and are malformed.</summary>
    Malformed,

    /// <summary>It is longer than <see cref="ProxyHeaderParser.BytesMax"/>.</summary>
    TooLong,

    /// <summary>Its CRC-32C is another.</summary>
    Checksum,
}

/// <summary>What a PROXY header says. Addresses are numbers, of IPv4 the lower 32 bits. <c>default</c> is the need for more bytes.</summary>
public readonly record struct ProxyHeader(ParseStatus Status, ProxyHeaderFault Fault, int Length, ProxyHeaderKind Kind)
{
    /// <summary>Who connected.</summary>
    public UInt128 Source { get; init; }

    /// <summary>To which address.</summary>
    public UInt128 Destination { get; init; }

    /// <summary>The port of <see cref="Source"/>.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The port of <see cref="Destination"/>.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>A header of a TCP connection; one end IPv4 and the other IPv6 gives IPv6, with the one mapped.</summary>
    public static ProxyHeader Of(IPAddress source, int sourcePort, IPAddress destination, int destinationPort)
    {
        var isFour = source.AddressFamily == AddressFamily.InterNetwork && destination.AddressFamily == AddressFamily.InterNetwork;
        return new ProxyHeader(ParseStatus.Done, ProxyHeaderFault.None, 0, isFour ? ProxyHeaderKind.Tcp4 : ProxyHeaderKind.Tcp6)
        {
            Source = NumberOf(source, isFour),
            Destination = NumberOf(destination, isFour),
            SourcePort = (ushort)sourcePort,
            DestinationPort = (ushort)destinationPort,
        };
    }

    /// <summary>The address of a number in <see cref="Source"/> or <see cref="Destination"/>; an IPv4-mapped one as IPv4.</summary>
    public IPAddress AddressOf(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        if (Kind == ProxyHeaderKind.Tcp4)
            return new IPAddress(bytes[12..]);
        var six = new IPAddress(bytes);
        return six.IsIPv4MappedToIPv6 ? six.MapToIPv4() : six;
    }

    private static UInt128 NumberOf(IPAddress address, bool isFour)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            address.TryWriteBytes(bytes, out _);
        }
        else
        {
            address.TryWriteBytes(bytes[12..], out _);
            if (!isFour)
                bytes[10] = bytes[11] = 0xff;
        }

        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
