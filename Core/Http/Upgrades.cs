using System;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Http;

/// <summary>
/// Which change of protocol is asked of a backend, and whether its 101 answers just that (RFC 9110 §7.8, RFC 6455 §4). Asked for only where a message has one reading: a GET
/// of HTTP/1.1 without a body, one Upgrade line that Connection lists. After a 101 both sides see bytes we do not, so one that nobody asked for is no answer.
/// </summary>
public static class Upgrades
{
    /// <summary>Longest list of protocols that is asked for; the names in use have ten bytes.</summary>
    public const int AskedBytesMax = 256;

    /// <summary>
    /// True for <c>name</c> or <c>name/version</c> that may be allowed at all. Other versions of HTTP, and TLS below it, may not: a client could hide its next requests in them
    /// from whoever decides what it may ask for ("h2c smuggling").
    /// </summary>
    public static bool CanBeAllowed(ReadOnlySpan<byte> protocol)
    {
        var slash = protocol.IndexOf((byte)'/');
        var name = slash < 0 ? protocol : protocol[..slash];
        return FieldNames.IsToken(name) && (slash < 0 || FieldNames.IsToken(protocol[(slash + 1)..])) && protocol.Length <= AskedBytesMax
               && !FieldNames.EqualsIgnoreCase(name, "h2c"u8) && !FieldNames.EqualsIgnoreCase(name, "h2"u8)
               && !FieldNames.EqualsIgnoreCase(name, "http"u8) && !FieldNames.EqualsIgnoreCase(name, "tls"u8);
    }

    /// <summary>Where in a request's head the protocols stand that the client offers; empty when it offers none, or in a way that is not forwarded.</summary>
    public static Slice Offered(in RequestHead request, ReadOnlySpan<HeaderField> fields) =>
        request.Kind == MethodKind.Get && request.Version == HttpVersion.Http11 && request.Body is { Kind: BodyKind.None } or { Kind: BodyKind.Length, Length: 0 }
        && (request.Hop & HopOptions.Upgrade) != 0 && TryOnly(fields, out var value)
            ? value
            : default;

    /// <summary>Writes what is asked for: the members of <paramref name="offered"/> that are allowed, as one list. Answers its bytes; 0 asks for nothing.</summary>
    public static int WriteAsked(Span<byte> destination, ReadOnlySpan<byte> offered, ReadOnlySpan<byte[]> allowed)
    {
        var written = 0;
        foreach (var member in new ListMembers(offered, new Slice(0, offered.Length)))
        {
            var protocol = member.Of(offered);
            if (!IsAllowed(protocol, allowed))
                continue;
            var separator = written == 0 ? default : ", "u8;
            if (destination.Length - written < separator.Length + protocol.Length)
                return 0;
            separator.CopyTo(destination[written..]);
            protocol.CopyTo(destination[(written + separator.Length)..]);
            written += separator.Length + protocol.Length;
        }

        return written;
    }

    /// <summary>
    /// True when a 101 answers what was asked for: in HTTP/1.1, Connection lists the one Upgrade line, and each protocol in it is one of <paramref name="asked"/>.
    /// <paramref name="chosen"/> is where they stand in <paramref name="head"/>.
    /// </summary>
    public static bool IsAnswered(in ResponseHead response, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, ReadOnlySpan<byte> asked, out Slice chosen)
    {
        chosen = default;
        if (response.StatusCode != 101 || response.Version != HttpVersion.Http11 || (response.Hop & HopOptions.Upgrade) == 0 || !TryOnly(fields, out var value))
            return false;
        var members = 0;
        foreach (var member in new ListMembers(head, value))
        {
            if (!ListMembers.Has(asked, member.Of(head)))
                return false;
            members++;
        }

        chosen = members > 0 ? value : default;
        return members > 0;
    }

    private static bool TryOnly(ReadOnlySpan<HeaderField> fields, out Slice value)
    {
        var count = 0;
        value = default;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Upgrade)
                continue;
            value = field.Value;
            count++;
        }

        return count == 1;
    }

    private static bool IsAllowed(ReadOnlySpan<byte> protocol, ReadOnlySpan<byte[]> allowed)
    {
        foreach (var one in allowed)
        {
            if (FieldNames.EqualsIgnoreCase(protocol, one))
                return CanBeAllowed(protocol);
        }

        return false;
    }
}
