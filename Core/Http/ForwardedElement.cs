using System;
using System.Net;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Http;

/// <summary>
/// The Forwarded field (RFC 7239): a list of elements, one a proxy, each of pairs such as <c>for="[2001:db8::1]:80";proto=https</c>. Ours comes last and says who connected to us,
/// how, and for which host.
/// </summary>
public static class ForwardedElement
{
    /// <summary><c>for="[]";proto=https;host=""</c> and a separator.</summary>
    private const int FixedBytesMax = 32;

    /// <summary>Room that <see cref="Write"/> needs at most for these fields.</summary>
    public static int BytesMax(ReadOnlySpan<HeaderField> fields, int authorityLength)
    {
        var bytes = FixedBytesMax + ForwardedFields.AddressBytesMax + authorityLength;
        foreach (ref readonly var field in fields)
        {
            if (field.Known == FieldName.Forwarded)
                bytes += field.Value.Length + 2;
        }

        return bytes;
    }

    /// <summary>
    /// The value of the one Forwarded to send: every one in <paramref name="fields"/>, then our element; a malformed one is left out, since ours could end up inside its quotes.
    /// Answers the bytes written; 0 when <paramref name="destination"/> is too small. <paramref name="authority"/> is valid as a host, so that quotes are enough around it; empty
    /// leaves it out.
    /// </summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> arena, ReadOnlySpan<HeaderField> fields, IPAddress peer, bool isTls, ReadOnlySpan<byte> authority)
    {
        Span<byte> scratch = stackalloc byte[ForwardedFields.ScopedAddressBytesMax];
        var address = ForwardedFields.Text(peer, scratch);
        Span<Slice> entries = stackalloc Slice[ClientAddress.EntriesMax];
        var text = new Text(destination);
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Forwarded || ReadFor(arena, field.Value, entries) <= 0)
                continue;
            text.Append(field.Value.Of(arena));
            text.Append(", "u8);
        }

        var isV6 = address.Contains((byte)':');
        text.Append(isV6 ? "for=\"["u8 : "for="u8);
        text.Append(address);
        text.Append(isV6 ? "]\";proto="u8 : ";proto="u8);
        text.Append(isTls ? "https"u8 : "http"u8);
        if (!authority.IsEmpty)
        {
            var isToken = FieldNames.IsToken(authority);
            text.Append(isToken ? ";host="u8 : ";host=\""u8);
            text.Append(authority);
            text.Append(isToken ? default : "\""u8);
        }

        return text.Length;
    }

    /// <summary>
    /// Where the <c>for</c> of each element of a value stands, quotes left out, in order; an empty slice for an element without. Answers their number, or -1 when the value is
    /// malformed, repeats a <c>for</c>, or has more elements than <paramref name="entries"/> holds: then nothing in it can be told from a forgery.
    /// </summary>
    public static int ReadFor(ReadOnlySpan<byte> head, Slice value, Span<Slice> entries)
    {
        var (at, end) = (value.Start, value.End);
        var count = 0;
        while (true)
        {
            SkipBlanks(head, ref at, end);
            if (at == end)
                return count;
            if (head[at] == (byte)',')
            {
                at++;
                continue;
            }

            if (count == entries.Length || !TryElement(head, ref at, end, out entries[count]))
                return -1;
            count++;
        }
    }

    /// <summary>Pairs up to the next comma, which is left.</summary>
    private static bool TryElement(ReadOnlySpan<byte> head, ref int at, int end, out Slice node)
    {
        node = default;
        var hasNode = false;
        while (true)
        {
            SkipBlanks(head, ref at, end);
            if (at < end && head[at] is not ((byte)';' or (byte)','))
            {
                var name = Token(head, ref at, end);
                if (name.IsEmpty || at == end || head[at++] != (byte)'=' || !TryValue(head, ref at, end, out var value, out var isEscaped))
                    return false;
                if (FieldNames.EqualsIgnoreCase(name.Of(head), "for"u8))
                {
                    if (hasNode || isEscaped)
                        return false;
                    (node, hasNode) = (value, true);
                }

                SkipBlanks(head, ref at, end);
            }

            if (at == end || head[at] == (byte)',')
                return true;
            if (head[at++] != (byte)';')
                return false;
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> head, ref int at, int end, out Slice value, out bool isEscaped)
    {
        isEscaped = false;
        if (at == end || head[at] != (byte)'"')
        {
            value = Token(head, ref at, end);
            return !value.IsEmpty;
        }

        var start = ++at;
        while (at < end && head[at] != (byte)'"')
        {
            isEscaped |= head[at] == (byte)'\\';
            at += head[at] == (byte)'\\' ? 2 : 1;
        }

        value = new Slice(start, Math.Min(at, end) - start);
        return at++ < end;
    }

    private static Slice Token(ReadOnlySpan<byte> head, ref int at, int end)
    {
        var start = at;
        while (at < end && FieldNames.IsToken(head.Slice(at, 1)))
            at++;
        return new Slice(start, at - start);
    }

    private static void SkipBlanks(ReadOnlySpan<byte> head, ref int at, int end)
    {
        while (at < end && head[at] is (byte)' ' or (byte)'\t')
            at++;
    }

    /// <summary>Bytes appended to a span; nothing once it did not fit.</summary>
    private ref struct Text(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;
        private int _length;
        private bool _overflowed;

        public readonly int Length => _overflowed ? 0 : _length;

        public void Append(scoped ReadOnlySpan<byte> bytes)
        {
            _overflowed = _overflowed || !bytes.TryCopyTo(_destination[_length..]);
            if (!_overflowed)
                _length += bytes.Length;
        }
    }
}
