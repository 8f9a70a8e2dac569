using System;
using System.Globalization;
using System.Linq;
using LanguageExt;

namespace Fairlead.Http;

/// <summary>A set of status codes as inclusive ranges, each within 100–599, ascending, with a gap between one and the next: equal sets have equal ranges.</summary>
public sealed record StatusSet
{
    private StatusSet(Seq<(int First, int Last)> ranges) => Ranges = ranges;

    /// <summary>The ranges, ascending.</summary>
    public Seq<(int First, int Last)> Ranges { get; }

    /// <summary>Only 200, the default of Pingora and Envoy.</summary>
    public static StatusSet Ok { get; } = new(Prelude.Seq1((200, 200)));

    /// <summary>No status.</summary>
    public static StatusSet Empty { get; } = new(Seq<(int First, int Last)>.Empty);

    /// <summary>True when <paramref name="status"/> is in one of the ranges.</summary>
    public bool Contains(int status)
    {
        for (var i = 0; i < Ranges.Count; i++)
        {
            if (status >= Ranges[i].First && status <= Ranges[i].Last)
                return true;
        }

        return false;
    }

    /// <summary>Reads <c>200</c>, <c>200-299</c>, or a comma list of both, spaces allowed around each number; none for anything else.</summary>
    public static Option<StatusSet> Parse(string text) =>
        Prelude.toSeq(text.Split(',')).Map(ParseRange).Sequence().Map(static ranges => new StatusSet(Merge(ranges)));

    /// <summary>The text <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(",", Ranges.Map(static range =>
        range.First == range.Last ? Text(range.First) : Text(range.First) + "-" + Text(range.Last)));

    private static Option<(int First, int Last)> ParseRange(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return from first in ParseStatus(dash < 0 ? text : text[..dash])
               from last in ParseStatus(dash < 0 ? text : text[(dash + 1)..])
               where first <= last
               select (first, last);
    }

    private static Option<int> ParseStatus(string text) =>
        text.Trim(' ') is { Length: 3 } digits
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        && status is >= 100 and <= 599
            ? status
            : Option<int>.None;

    private static Seq<(int First, int Last)> Merge(Seq<(int First, int Last)> ranges) =>
        ranges.OrderBy(static range => range.First).Aggregate(Seq<(int First, int Last)>.Empty, static (merged, next) =>
            !merged.IsEmpty && next.First <= merged.Last.Last + 1
                ? merged.Take(merged.Count - 1).Add((merged.Last.First, Math.Max(merged.Last.Last, next.Last))).Strict()
                : merged.Add(next));

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
