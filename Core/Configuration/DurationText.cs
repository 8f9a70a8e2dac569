using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>Durations as people write them: whole numbers with units, the largest first, each at most once: <c>250ms</c>, <c>1m30s</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class DurationText
{
    /// <summary>Longer than this is a slip of the pen: 24 days, as HAProxy, whose milliseconds fit 31 bits.</summary>
    public static TimeSpan Max => TimeSpan.FromDays(24);

    /// <summary>More than this is too long in any unit, and times a day it still fits 63 bits.</summary>
    private const long CountMax = 10_000_000_000;

    private static readonly ImmutableArray<(string Unit, long Milliseconds)> Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>The duration that <paramref name="text"/> says; saturates beyond what <see cref="Max"/> refuses anyway.</summary>
    public static Option<TimeSpan> Parse(string text)
    {
        var milliseconds = 0L;
        var (at, unit) = (0, -1);
        while (at < text.Length)
        {
            var digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            var letters = digits;
            while (letters < text.Length && char.IsAsciiLetter(text[letters]))
                letters++;
            var next = IndexOfUnit(text.AsSpan(digits, letters - digits));
            if (digits == at || next <= unit)
                return None;
            if (!long.TryParse(text.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > CountMax)
                count = CountMax;
            milliseconds = Math.Min(milliseconds + (count * Units[next].Milliseconds), 1L << 52);
            (at, unit) = (letters, next);
        }

        return unit < 0 ? None : Some(new TimeSpan(Math.Min(milliseconds, (long)Max.TotalMilliseconds + 1) * TimeSpan.TicksPerMillisecond));
    }

    /// <summary>The text <see cref="Parse"/> reads as that duration (whole milliseconds, not negative).</summary>
    public static string Write(TimeSpan duration)
    {
        var rest = duration.Ticks / TimeSpan.TicksPerMillisecond;
        if (rest <= 0)
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, milliseconds) in Units)
        {
            if (rest >= milliseconds)
                text.Append((rest / milliseconds).ToString(CultureInfo.InvariantCulture)).Append(unit);
            rest %= milliseconds;
        }

        return text.ToString();
    }

    private static int IndexOfUnit(ReadOnlySpan<char> unit)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (unit.SequenceEqual(Units[i].Unit))
                return i;
        }

        return -1;
    }
}
