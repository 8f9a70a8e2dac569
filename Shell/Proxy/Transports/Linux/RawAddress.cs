using System;
using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>Addresses as the kernel writes them (ip(7), ipv6(7)).</summary>
internal static class RawAddress
{
    /// <summary>sizeof(sockaddr_storage).</summary>
    public const int BytesMax = 128;

    /// <summary>Address and port; null for a socket that has none, a Unix-domain one. IPv4 over an IPv6 socket is IPv4.</summary>
    public static (IPAddress Address, int Port)? EndPointOf(ReadOnlySpan<byte> address)
    {
        var family = address.Length < sizeof(ushort) ? 0 : MemoryMarshal.Read<ushort>(address);
        switch (family)
        {
            case 2:                                                  // AF_INET
                return (new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
            case 10:                                                 // AF_INET6
                var six = new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..]));
                return (six.IsIPv4MappedToIPv6 ? six.MapToIPv4() : six, BinaryPrimitives.ReadUInt16BigEndian(address[2..]));
            default:
                return null;
        }
    }

    /// <summary>Our end of a connection; null when it has no address, or has none any more.</summary>
    public static unsafe (IPAddress Address, int Port)? OwnEndOf(int socket)
    {
        Span<byte> address = stackalloc byte[BytesMax];
        var length = (uint)BytesMax;
        fixed (byte* pointer = address)
            return Syscalls.OwnAddress(socket, pointer, &length) == 0 ? EndPointOf(address[..(int)length]) : null;
    }
}
