using System;
using System.Globalization;
using System.Net;
using Fairlead.Http1;

namespace Fairlead.Http;

/// <summary>
/// The fields that tell a backend who is in front of the proxy: X-Forwarded-For, -Proto, -Host, and Via (RFC 9110 §7.6.3). What a peer that is not trusted says of this is
/// dropped; a trusted one's list is continued. Underscore twins go always: CGI-like backends read <c>X_Forwarded_For</c> as the same variable.
/// </summary>
public static class ForwardedFields
{
    /// <summary>Longest text of an address: an IPv6 one with an IPv4 tail (INET6_ADDRSTRLEN without its zero).</summary>
    public const int AddressBytesMax = 45;

    /// <summary>Longest name that can be an underscore twin; no field that is known here is longer.</summary>
    private const int TwinBytesMax = 32;

    /// <summary>An address as .NET writes it may carry a zone, <c>%</c> and ten digits, which is cut off.</summary>
    internal const int ScopedAddressBytesMax = AddressBytesMax + 11;

    internal static ReadOnlySpan<byte> Prefix => "x-forwarded-"u8;

    private static ReadOnlySpan<byte> OwnName => "fairlead"u8;

    /// <summary>
    /// Strips <paramref name="fields"/> in place, order kept, and says how many are kept. Twins go in any case; from a peer that is not trusted also X-Forwarded-For, -Proto
    /// and -Host, Forwarded and X-Real-IP.
    /// </summary>
    public static int Strip(ReadOnlySpan<byte> head, Span<HeaderField> fields, bool peerIsTrusted)
    {
        var kept = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known == FieldName.Other ? !IsTwin(field.Name.Of(head)) : peerIsTrusted || !IsForwarding(field.Known))
                fields[kept++] = field;
        }

        return kept;
    }

    /// <summary>What this proxy adds to Via: the version in which the request came, and our name.</summary>
    public static ReadOnlySpan<byte> OwnVia(Http1.HttpVersion received) => received == Http1.HttpVersion.Http10 ? "1.0 fairlead"u8 : "1.1 fairlead"u8;

    /// <summary>True for a field in which a proxy says whom it speaks for.</summary>
    public static bool IsForwarding(FieldName name) =>
        name is FieldName.XForwardedFor or FieldName.XForwardedProto or FieldName.XForwardedHost or FieldName.Forwarded or FieldName.XRealIp;

    /// <summary>Room that <see cref="WriteFor"/> needs at most for these fields.</summary>
    public static int ForBytesMax(ReadOnlySpan<HeaderField> fields)
    {
        var bytes = AddressBytesMax;
        foreach (ref readonly var field in fields)
        {
            if (field.Known == FieldName.XForwardedFor)
                bytes += field.Value.Length + 2;
        }

        return bytes;
    }

    /// <summary>
    /// The value of the one X-Forwarded-For to send: every one in <paramref name="fields"/> (several lines are one list, RFC 9110 §5.3), then <paramref name="peer"/>. Answers the
    /// bytes written; 0 when <paramref name="destination"/> is too small. <paramref name="arena"/> is what the fields' slices refer to.
    /// </summary>
    public static int WriteFor(Span<byte> destination, ReadOnlySpan<byte> arena, ReadOnlySpan<HeaderField> fields, IPAddress peer)
    {
        var written = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known == FieldName.XForwardedFor && !field.Value.IsEmpty && !TryAppend(destination, ref written, field.Value.Of(arena)))
                return 0;
        }

        Span<byte> scratch = stackalloc byte[ScopedAddressBytesMax];
        return TryAppend(destination, ref written, Text(peer, scratch)) ? written : 0;
    }

    /// <summary>How often this proxy stands in Via already; more than a few times is a loop.</summary>
    public static int CountOwnVia(ReadOnlySpan<byte> arena, ReadOnlySpan<HeaderField> fields)
    {
        var count = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Via)
                continue;
            foreach (var member in new ListMembers(arena, field.Value))
                count += IsOwn(member.Of(arena)) ? 1 : 0;
        }

        return count;
    }

    /// <summary><c>[protocol/]version SP received-by [SP comment]</c>: ours is told by received-by alone, so that another version of the protocol counts too.</summary>
    private static bool IsOwn(ReadOnlySpan<byte> member)
    {
        var blank = member.IndexOfAny((byte)' ', (byte)'\t');
        if (blank < 0)
            return false;
        var receivedBy = member[blank..].TrimStart(" \t"u8);
        var end = receivedBy.IndexOfAny((byte)' ', (byte)'\t');
        return FieldNames.EqualsIgnoreCase(end < 0 ? receivedBy : receivedBy[..end], OwnName);
    }

    private static bool IsTwin(ReadOnlySpan<byte> name)
    {
        if (name.Length > TwinBytesMax || !name.Contains((byte)'_'))
            return false;
        Span<byte> dashed = stackalloc byte[TwinBytesMax];
        dashed = dashed[..name.Length];
        name.Replace(dashed, (byte)'_', (byte)'-');
        return FieldNames.Recognise(dashed) != FieldName.Other;
    }

    /// <summary>The address without zone, which means nothing to others; an IPv4 one in its own form also when it came over an IPv6 socket.</summary>
    internal static ReadOnlySpan<byte> Text(IPAddress address, Span<byte> scratch)
    {
        if (address.IsIPv4MappedToIPv6)
            return MappedText(address, scratch);
        if (!address.TryFormat(scratch, out var length))
            return default;
        var zone = scratch[..length].IndexOf((byte)'%');
        return scratch[..(zone < 0 ? length : zone)];
    }

    /// <summary>The IPv4 address of <c>::ffff:0:0/96</c>; octet by octet, since .NET writes some of these without dots and a conversion would allocate.</summary>
    private static ReadOnlySpan<byte> MappedText(IPAddress address, Span<byte> scratch)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        var length = 0;
        foreach (var octet in octets[12..])
        {
            if (length > 0)
                scratch[length++] = (byte)'.';
            octet.TryFormat(scratch[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        return scratch[..length];
    }

    private static bool TryAppend(Span<byte> destination, ref int written, ReadOnlySpan<byte> member)
    {
        var separator = written == 0 ? default : ", "u8;
        if (separator.Length + member.Length > destination.Length - written)
            return false;
        separator.CopyTo(destination[written..]);
        written += separator.Length;
        member.CopyTo(destination[written..]);
        written += member.Length;
        return true;
    }
}
