using LanguageExt;

namespace Fairlead.Http;

/// <summary>A set of status codes as inclusive ranges, each within 100–599, sorted and not overlapping.</summary>
public sealed record StatusSet
{
    private StatusSet(Seq<(int First, int Last)> ranges) => Ranges = ranges;

    /// <summary>The ranges, ascending.</summary>
    public Seq<(int First, int Last)> Ranges { get; }

    /// <summary>Only 200, the default of Pingora and Envoy.</summary>
    public static StatusSet Ok { get; } = new(Prelude.Seq1((200, 200)));

    /// <summary>True when <paramref name="status"/> is in one of the ranges.</summary>
    public bool Contains(int status)
    {
        foreach (var (first, last) in Ranges)
        {
            if (status >= first && status <= last)
                return true;
        }

        return false;
    }

    /// <summary>Reads <c>200</c>, <c>200-299</c>, or a comma list of both; none for anything else.</summary>
    public static Option<StatusSet> Parse(string text)
    {
        var ranges = new System.Collections.Generic.List<(int First, int Last)>();
        foreach (var part in text.Split(',', System.StringSplitOptions.TrimEntries))
        {
            var dash = part.IndexOf('-');
            if (!TryStatus(dash < 0 ? part : part[..dash], out var first) || !TryStatus(dash < 0 ? part : part[(dash + 1)..], out var last) || last < first)
                return Option<StatusSet>.None;
            ranges.Add((first, last));
        }

        return new StatusSet(Merge(ranges));
    }

    /// <summary>The text <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(",", Ranges.Map(static r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));

    private static bool TryStatus(string text, out int status)
    {
        status = 0;
        return text.Trim() is { Length: 3 } digits
               && int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out status)
               && status is >= 100 and <= 599;
    }

    private static Seq<(int First, int Last)> Merge(System.Collections.Generic.List<(int First, int Last)> ranges)
    {
        ranges.Sort();
        var merged = Seq<(int First, int Last)>.Empty;
        foreach (var range in ranges)
        {
            merged = !merged.IsEmpty && range.First <= merged.Last.Last + 1
                ? merged.Take(merged.Count - 1).Strict().Add((merged.Last.First, System.Math.Max(merged.Last.Last, range.Last)))
                : merged.Add(range);
        }

        return merged.Strict();
    }
}
