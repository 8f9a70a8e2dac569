using System;
using System.Buffers;
using System.Net;

namespace Fairlead.Http1;

/// <summary>The host of a request (RFC 9110 §7.2, RFC 3986 §3.2.2): a name or IPv4 address, or a bracketed IPv6 address, and perhaps a port.</summary>
internal static class HostSyntax
{
    /// <summary>Unreserved and sub-delims without the comma, which would make a list of it; no percent-encoding.</summary>
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~!$&'()*+;="u8);

    /// <summary>True for a host, its port perhaps missing or empty; with <paramref name="needsPort"/>, neither.</summary>
    public static bool IsValid(ReadOnlySpan<byte> host, bool needsPort = false)
    {
        int end;
        if (!host.IsEmpty && host[0] == (byte)'[')
        {
            end = host.IndexOf((byte)']') + 1;
            if (end == 0 || !IsIpv6(host[1..(end - 1)]))
                return false;
        }
        else
        {
            var colon = host.IndexOf((byte)':');
            end = colon < 0 ? host.Length : colon;
            if (end == 0 || host[..end].ContainsAnyExcept(NameBytes))
                return false;
        }

        return end == host.Length ? !needsPort : host[end] == (byte)':' && (end + 1 == host.Length ? !needsPort : IsPort(host[(end + 1)..]));
    }

    private static bool IsIpv6(ReadOnlySpan<byte> text) => text.Contains((byte)':') && !text.ContainsAny("%[]/"u8) && IPAddress.IsValidUtf8(text);

    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.Length > 5)
            return false;
        var port = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            port = (port * 10) + b - '0';
        }

        return port <= 65_535;
    }
}
