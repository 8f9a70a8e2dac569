using System;
using System.Buffers.Text;
using Fairlead.Http1;

namespace Fairlead.Http;

/// <summary>
/// How long the sender of a response asks to be left alone (RFC 9110 §10.2.3), in seconds or as a date. A date is taken relative to the response's own Date, so that two clocks need
/// not agree; without one it says nothing.
/// </summary>
public static class RetryAfter
{
    private const int DateBytes = 29;                                // Sun, 06 Nov 1994 08:49:37 GMT

    /// <summary>What the response says; null when it says nothing that can be understood, or says it twice. A date in the past is zero.</summary>
    public static TimeSpan? Of(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        ReadOnlySpan<byte> said = default, date = default;
        foreach (ref readonly var field in fields)
        {
            var name = field.Name.Of(head);
            if (FieldNames.EqualsIgnoreCase(name, "Date"u8))
                date = field.Value.Of(head);
            if (!FieldNames.EqualsIgnoreCase(name, "Retry-After"u8))
                continue;
            if (!said.IsEmpty)
                return null;
            said = field.Value.Of(head);
        }

        return IsNumber(said) ? Seconds(said)
            : TryDate(said, out var until) && TryDate(date, out var now) ? TimeSpan.FromTicks(Math.Max(0, (until - now).Ticks))
            : null;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static TimeSpan Seconds(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int seconds, out _) ? TimeSpan.FromSeconds(seconds, 0) : TimeSpan.MaxValue;

    private static bool TryDate(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        return text.Length == DateBytes && Utf8Parser.TryParse(text, out date, out var length, 'R') && length == DateBytes;
    }
}
