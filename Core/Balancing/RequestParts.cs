using System;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Balancing;

/// <summary>Finds named values in a request, as sent, without decoding and without allocating; empty when there is none of that name.</summary>
internal static class RequestParts
{
    /// <summary>The value of the first field of that name, in any case (RFC 9110 §5.1).</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, ReadOnlySpan<char> name)
    {
        foreach (ref readonly var field in fields)
        {
            if (Ascii.EqualsIgnoreCase(field.Name.Of(head), name))
                return field.Value.Of(head);
        }

        return [];
    }

    /// <summary>The value of the first cookie of that name (RFC 6265 §4.2.1; HTTP/2 clients send several fields, RFC 9113 §8.2.3). Names are case-sensitive.</summary>
    public static ReadOnlySpan<byte> Cookie(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields, ReadOnlySpan<char> name)
    {
        foreach (ref readonly var field in fields)
        {
            if (Ascii.EqualsIgnoreCase(field.Name.Of(head), "cookie") && TryPair(field.Value.Of(head), (byte)';', name, out var value))
                return value;
        }

        return [];
    }

    /// <summary>The value of the first parameter of that name in a query that begins with <c>?</c> or is empty. A parameter without <c>=</c> has an empty value.</summary>
    public static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> query, ReadOnlySpan<char> name) =>
        !query.IsEmpty && TryPair(query[1..], (byte)'&', name, out var value) ? value : [];

    private static bool TryPair(ReadOnlySpan<byte> pairs, byte separator, ReadOnlySpan<char> name, out ReadOnlySpan<byte> value)
    {
        foreach (var range in pairs.Split(separator))
        {
            var pair = pairs[range];
            if (separator == ';')
                pair = pair.Trim(" \t"u8);                            // only cookies have white space around pairs
            var equals = pair.IndexOf((byte)'=');
            if (!Ascii.Equals(equals < 0 ? pair : pair[..equals], name))
                continue;
            value = equals < 0 ? [] : pair[(equals + 1)..];
            return true;
        }

        value = [];
        return false;
    }
}
