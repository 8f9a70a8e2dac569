using System;
using System.Globalization;
using System.Net;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Http;

/// <summary>
/// Who the client is. Without trusted proxies the connection says so; behind them X-Forwarded-For, or Forwarded, is read from its end, where our own proxies wrote, up to the first address that
/// is not one of them. Further left anybody may have written anything, so nothing there counts, and text that is no address ends the walk at the last proxy believed.
/// </summary>
public static class ClientAddress
{
    /// <summary>Entries looked at; more trusted proxies than this in a row are a mistake (nginx and Envoy count the hops in single digits).</summary>
    public const int EntriesMax = 64;

    private static ReadOnlySpan<byte> V6Bytes => "0123456789abcdefABCDEF:."u8;

    /// <summary>The client's address. Allocates only when <paramref name="peer"/> is trusted and sent X-Forwarded-For, or is an IPv4 address in IPv6 form, which is answered as IPv4.</summary>
    public static IPAddress Effective(IPAddress peer, ReadOnlySpan<IPNetwork> trusted, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields) =>
        Effective(peer, trusted, head, fields, ForwardingFields.XForwarded);

    /// <summary>The same, by Forwarded when <paramref name="forwarding"/> has nothing else: a proxy that writes one of the two passes on what a client wrote into the other.</summary>
    public static IPAddress Effective(
        IPAddress peer, ReadOnlySpan<IPNetwork> trusted, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, ForwardingFields forwarding)
    {
        var believed = Plain(peer);
        if (trusted.IsEmpty || !IsTrusted(believed, trusted))
            return believed;
        return forwarding == ForwardingFields.Forwarded ? ByForwarded(believed, trusted, head, fields) : ByXForwardedFor(believed, trusted, head, fields);
    }

    private static IPAddress ByForwarded(IPAddress believed, ReadOnlySpan<IPNetwork> trusted, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        Span<Slice> entries = stackalloc Slice[EntriesMax];
        var seen = 0;
        for (var i = fields.Length - 1; i >= 0; i--)
        {
            if (fields[i].Known != FieldName.Forwarded)
                continue;
            var count = ForwardedElement.ReadFor(head, fields[i].Value, entries);
            if (count < 0)
                return believed;
            while (count-- > 0)
            {
                if (++seen > EntriesMax || entries[count].IsEmpty || !TryParse(entries[count].Of(head), out var address))
                    return believed;
                believed = address;
                if (!IsTrusted(believed, trusted))
                    return believed;
            }
        }

        return believed;
    }

    private static IPAddress ByXForwardedFor(IPAddress believed, ReadOnlySpan<IPNetwork> trusted, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        var seen = 0;
        for (var i = fields.Length - 1; i >= 0; i--)
        {
            if (fields[i].Known != FieldName.XForwardedFor)
                continue;
            var rest = fields[i].Value.Of(head);
            while (TryTakeLast(ref rest, out var entry))
            {
                if (++seen > EntriesMax || !TryParse(entry, out var address))
                    return believed;
                believed = address;
                if (!IsTrusted(believed, trusted))
                    return believed;
            }
        }

        return believed;
    }

    /// <summary>True when one of <paramref name="trusted"/> has the address.</summary>
    public static bool IsTrusted(IPAddress address, ReadOnlySpan<IPNetwork> trusted)
    {
        foreach (ref readonly var network in trusted)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>Takes the last member that is not empty off a comma list.</summary>
    private static bool TryTakeLast(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> entry)
    {
        while (!list.IsEmpty)
        {
            var comma = list.LastIndexOf((byte)',');
            entry = list[(comma + 1)..].Trim(" \t"u8);
            list = comma < 0 ? default : list[..comma];
            if (!entry.IsEmpty)
                return true;
        }

        entry = default;
        return false;
    }

    /// <summary>Reads <c>192.0.2.1</c>, <c>192.0.2.1:80</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c> and <c>[2001:db8::1]:80</c>; none of the other forms that <see cref="IPAddress"/> would take.</summary>
    private static bool TryParse(ReadOnlySpan<byte> entry, out IPAddress address)
    {
        if (entry[0] == (byte)'[')
        {
            var close = entry.IndexOf((byte)']');
            if (close > 0 && IsEmptyOrPort(entry[(close + 1)..]))
                return TryParseV6(entry[1..close], out address);
            address = IPAddress.None;
            return false;
        }

        var colon = entry.IndexOf((byte)':');
        if (colon < 0)
            return TryParseV4(entry, out address);
        if (entry[(colon + 1)..].Contains((byte)':'))
            return TryParseV6(entry, out address);
        address = IPAddress.None;
        return IsEmptyOrPort(entry[colon..]) && TryParseV4(entry[..colon], out address);
    }

    private static bool TryParseV4(ReadOnlySpan<byte> text, out IPAddress address)
    {
        Span<byte> octets = stackalloc byte[4];
        var isQuad = TryReadQuad(text, octets);
        address = isQuad ? new IPAddress(octets) : IPAddress.None;
        return isQuad;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.ContainsAnyExcept(V6Bytes))                                 // a zone, brackets within brackets
            return false;
        var tail = text[(text.LastIndexOf((byte)':') + 1)..];
        if (tail.Length == text.Length || (tail.Contains((byte)'.') && !TryReadQuad(tail, stackalloc byte[4])) || !IPAddress.TryParse(text, out var parsed))
            return false;
        address = Plain(parsed);
        return true;
    }

    private static bool TryReadQuad(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            var dot = text.IndexOf((byte)'.');
            if (dot < 0 != (i == octets.Length - 1))
                return false;
            var digits = dot < 0 ? text : text[..dot];
            text = text[(dot + 1)..];
            var isOctal = digits.Length > 1 && digits[0] == (byte)'0';      // to some readers, who would see another address
            if (isOctal || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out octets[i]))
                return false;
        }

        return true;
    }

    private static bool IsEmptyOrPort(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] == (byte)':' && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
