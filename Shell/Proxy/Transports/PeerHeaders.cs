using System;
using Fairlead.Configuration;
using Fairlead.ProxyProtocol;

namespace Fairlead.Proxy.Transports;

/// <summary>PROXY headers as they are sent to backends.</summary>
internal static class PeerHeaders
{
    private static readonly byte[] OwnLine = Write(ProxyProtocolVersion.V1, default);
    private static readonly byte[] OwnBlock = Write(ProxyProtocolVersion.V2, default);

    /// <summary>What a connection of the proxy itself begins with, a health check: UNKNOWN, or LOCAL.</summary>
    public static ReadOnlyMemory<byte> OfOwn(ProxyProtocolVersion version) => version switch
    {
        ProxyProtocolVersion.V1 => OwnLine,
        ProxyProtocolVersion.V2 => OwnBlock,
        _ => default,
    };

    public static byte[] Write(ProxyProtocolVersion version, in ProxyHeader header)
    {
        Span<byte> written = stackalloc byte[ProxyHeaderWriter.BytesMax];
        var length = version == ProxyProtocolVersion.V1 ? ProxyHeaderWriter.WriteLine(header, written) : ProxyHeaderWriter.WriteBlock(header, written);
        return written[..length].ToArray();
    }
}
