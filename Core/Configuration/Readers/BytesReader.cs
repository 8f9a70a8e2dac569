using System;
using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads sizes in bytes: <c>65536</c>, <c>8KiB</c>, <c>1MiB</c>, <c>2GiB</c> (powers of 1024) and <c>kB</c>, <c>MB</c>, <c>GB</c> (powers of 1000).</summary>
internal static class BytesReader
{
    private const string Wanted = "a size such as 8KiB, 1MiB or 65536";

    private static readonly ImmutableArray<(string Unit, long Bytes)> Units =
        [("", 1), ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000)];

    /// <summary>A size from <paramref name="least"/> to <paramref name="most"/> bytes.</summary>
    public static Reader<int> Between(int least, int most) => node => Number(node).Bind(bytes => bytes >= least && bytes <= most
        ? Good((int)bytes)
        : Bad<int>(node, FaultCode.Bytes, $"{Invariant(bytes)} bytes is out of range; it may be {Write(least)} to {Write(most)}"));

    /// <summary>Any size, or <c>off</c> for none.</summary>
    public static Validation<ConfigFault, Option<long>> AnyOrOff(ConfigNode node) =>
        node is ConfigNode.Scalar { Text: "off" } ? Good(Option<long>.None) : Number(node).Map(static bytes => Some(bytes));

    /// <summary>The size that <paramref name="text"/> says.</summary>
    public static Option<long> Parse(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? text.Length : end;
        foreach (var (unit, bytes) in Units)
        {
            if (text.AsSpan(digits).SequenceEqual(unit)
                && long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= long.MaxValue / bytes)
                return Some(count * bytes);
        }

        return None;
    }

    /// <summary>The shortest text <see cref="Parse"/> reads as that size.</summary>
    public static string Write(long bytes) => bytes switch
    {
        > 0 when bytes % (1L << 30) == 0 => Invariant(bytes >> 30) + "GiB",
        > 0 when bytes % (1L << 20) == 0 => Invariant(bytes >> 20) + "MiB",
        > 0 when bytes % (1L << 10) == 0 => Invariant(bytes >> 10) + "KiB",
        _ => Invariant(bytes) + "B",
    };

    private static Validation<ConfigFault, long> Number(ConfigNode node) => ScalarReader.Text(node, Wanted).Bind(text => Parse(text).Match(
        Some: Good,
        None: () => Bad<long>(node, FaultCode.Bytes, $"'{Shapes.Shortened(text)}' is not {Wanted}{Hint(text)}")));

    /// <summary>nginx's 8k is 8192 bytes, and elsewhere 8000.</summary>
    private static string Hint(string text) => text is [.. var digits, 'k' or 'K' or 'm' or 'M' or 'g' or 'G'] && NumberReader.Whole(digits).IsSome
        ? $"; write {digits}{char.ToUpperInvariant(text[^1])}iB for a power of 1024, or {digits}{(text[^1] is 'k' or 'K' ? "k" : char.ToUpperInvariant(text[^1]))}B for a power of 1000"
        : "";

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
