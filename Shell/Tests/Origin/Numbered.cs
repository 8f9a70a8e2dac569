using System;
using System.Globalization;
using System.Text;

namespace Fairlead.Shell.Tests.Origins;

/// <summary>What belongs to a number: bodies that no other number has, and that show where they were cut or mixed.</summary>
public static class Numbered
{
    private const string Prefix = "/n/";

    /// <summary>The target of request <paramref name="number"/>.</summary>
    public static string Target(long number) => FormattableString.Invariant($"{Prefix}{number}");

    /// <summary>The number in a target, or null.</summary>
    public static long? NumberOf(string target) =>
        target.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(target.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The body of a PUT or POST: mostly small, now and then more than one receive.</summary>
    public static string RequestBody(long number) => Repeat(number, 10 + (int)(number * 7919 % 3_000) + (number % 16 == 5 ? 30_000 : 0));

    /// <summary>The body of the answer: who answered what, then as above; now and then more than a socket takes at once.</summary>
    public static string ResponseBody(string method, long number, string origin) =>
        FormattableString.Invariant($"{method} {number} by {origin}\n") + Repeat(number, (int)(number * 6271 % 4_000) + (number % 32 == 7 ? 300_000 : 0));

    private static string Repeat(long number, int length)
    {
        var unit = number.ToString(CultureInfo.InvariantCulture) + ".";
        var text = new StringBuilder(length + unit.Length);
        while (text.Length < length)
            text.Append(unit);
        return text.ToString();
    }
}
