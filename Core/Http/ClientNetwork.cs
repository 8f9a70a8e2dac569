using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Http;

/// <summary>What counts as one client: an IPv4 address, or the /64 of an IPv6 one, which is the least that one household or machine is given (RFC 6177).</summary>
public static class ClientNetwork
{
    private const int Ipv6PrefixBytes = 8;

    /// <summary>The number of <paramref name="address"/>'s client; an IPv4 address and the same one mapped into IPv6 are one client.</summary>
    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            bytes[10] = bytes[11] = 0xff;
            address.TryWriteBytes(bytes[12..], out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
            if (!address.IsIPv4MappedToIPv6)
                bytes[Ipv6PrefixBytes..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
