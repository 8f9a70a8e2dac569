using System;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Http;

/// <summary>
/// Removes what concerns only the connection a message came over (RFC 9110 §7.6.1): a fixed set of fields, and those that Connection nominates. Framing goes too; whoever
/// sends the message on writes its own. What is left keeps its order. A nomination must not make the proxy drop what protects the backend, hence the refusals.
/// </summary>
public static class HopByHop
{
    /// <summary>Nominations one message may have, options such as <c>close</c> included (Pingora refuses ten or more).</summary>
    public const int NominationsMax = 9;

    /// <summary>Strips <paramref name="fields"/> in place and says how many are kept. With a fault nothing is changed.</summary>
    public static int StripRequest(ReadOnlySpan<byte> head, Span<HeaderField> fields, out HeadFault fault)
    {
        Span<Slice> nominated = stackalloc Slice[NominationsMax];
        fault = ReadRequestNominations(head, fields, nominated, out var count);
        return fault == HeadFault.None ? Keep(head, fields, nominated[..count]) : fields.Length;
    }

    /// <summary>Strips <paramref name="fields"/> in place and says how many are kept. Nominations that would be refused in a request are ignored, and so are those beyond <see cref="NominationsMax"/>.</summary>
    public static int StripResponse(ReadOnlySpan<byte> head, Span<HeaderField> fields)
    {
        Span<Slice> nominated = stackalloc Slice[NominationsMax];
        return Keep(head, fields, nominated[..ReadResponseNominations(head, fields, nominated)]);
    }

    /// <summary>
    /// Writes the names that a response nominates, as a list, and answers its bytes: for its trailers, which come after <see cref="StripResponse"/>. -1 when there are more than
    /// <paramref name="destination"/> holds.
    /// </summary>
    public static int WriteNominations(Span<byte> destination, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        var written = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Connection)
                continue;
            var value = field.Value.Of(head);
            if (destination.Length - written < value.Length + 1)
                return -1;
            value.CopyTo(destination[written..]);
            destination[written + value.Length] = (byte)',';
            written += value.Length + 1;
        }

        return written;
    }

    /// <summary>True for a field that never goes beyond this hop, nominated or not.</summary>
    public static bool IsHopByHop(FieldName name) => name is FieldName.Connection or FieldName.KeepAlive or FieldName.ProxyConnection
        or FieldName.ProxyAuthenticate or FieldName.ProxyAuthorization or FieldName.Te or FieldName.Trailer or FieldName.TransferEncoding
        or FieldName.ContentLength or FieldName.Upgrade or FieldName.Http2Settings or FieldName.Expect;

    private static HeadFault ReadRequestNominations(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, Span<Slice> nominated, out int count)
    {
        count = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Connection)
                continue;
            foreach (var member in new ListMembers(head, field.Value))
            {
                var name = member.Of(head);
                if (count == NominationsMax)
                    return HeadFault.TooManyNominations;
                if (!FieldNames.IsToken(name))
                    return HeadFault.BadNomination;
                if (MustReachBackend(name))
                    return HeadFault.ForbiddenNomination;
                nominated[count++] = member;
            }
        }

        return HeadFault.None;
    }

    private static int ReadResponseNominations(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, Span<Slice> nominated)
    {
        var count = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Connection)
                continue;
            foreach (var member in new ListMembers(head, field.Value))
            {
                if (count == NominationsMax)
                    return count;
                if (!MustReachBackend(member.Of(head)))
                    nominated[count++] = member;
            }
        }

        return count;
    }

    /// <summary>Routing, framing, forwarding and credentials: a client that could have these dropped could change what the backend takes a request for.</summary>
    private static bool MustReachBackend(ReadOnlySpan<byte> name) =>
        FieldNames.Recognise(name) is FieldName.Host or FieldName.ContentLength or FieldName.TransferEncoding or FieldName.Forwarded or FieldName.XRealIp
            or FieldName.Via or FieldName.Authorization or FieldName.Cookie
        || (name.Length >= ForwardedFields.Prefix.Length && FieldNames.EqualsIgnoreCase(name[..ForwardedFields.Prefix.Length], ForwardedFields.Prefix));

    private static int Keep(ReadOnlySpan<byte> head, Span<HeaderField> fields, ReadOnlySpan<Slice> nominated)
    {
        var kept = 0;
        foreach (ref readonly var field in fields)
        {
            if (!IsHopByHop(field.Known) && !IsNominated(field.Name.Of(head), head, nominated))
                fields[kept++] = field;
        }

        return kept;
    }

    private static bool IsNominated(ReadOnlySpan<byte> name, ReadOnlySpan<byte> head, ReadOnlySpan<Slice> nominated)
    {
        foreach (var member in nominated)
        {
            if (member.Length == name.Length && FieldNames.EqualsIgnoreCase(member.Of(head), name))
                return true;
        }

        return false;
    }
}
