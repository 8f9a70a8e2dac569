using System.Collections.Generic;
using System.Linq;
using Fairlead.Http;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LanguageExt.UnsafeValueAccess;

namespace Fairlead.Properties.Http;

/// <summary>Ranges of status codes as somebody might write them down.</summary>
public sealed record RangesCase((int First, int Last)[] Ranges)
{
    public override string ToString() => string.Join(",", Ranges.Select(static range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
}

/// <summary>Generates <see cref="RangesCase"/>: near each other, so that they touch and overlap.</summary>
public static class RangesCases
{
    public static Arbitrary<RangesCase> Arbitrary() => Arb.From(
        from count in Gen.Choose(1, 6)
        from ranges in Gen.ArrayOf(
            from first in Gen.Frequency((4, Gen.Choose(198, 215)), (1, Gen.Choose(100, 599)))
            from length in Gen.Frequency((2, Gen.Constant(0)), (2, Gen.Choose(1, 5)), (1, Gen.Choose(0, 499)))
            select (first, System.Math.Min(first + length, 599)), count)
        select new RangesCase(ranges));
}

[Properties(Arbitrary = [typeof(RangesCases)], MaxTest = 1_000)]
public sealed class StatusSetLaws
{
    private static readonly IEnumerable<int> Statuses = Enumerable.Range(90, 520);

    [Property]
    public void Has_exactly_the_codes_written_down(RangesCase given) => Assert.Equal(
        Statuses.Where(status => given.Ranges.Any(range => range.First <= status && status <= range.Last)),
        Statuses.Where(Parse(given).Contains));

    [Property]
    public void Reads_back_what_it_writes(RangesCase given) => Assert.Equal(Parse(given), StatusSet.Parse(Parse(given).ToString()));

    [Property]
    public void Equal_sets_are_equal_however_they_were_written(RangesCase given)
    {
        var oneByOne = Statuses.Where(Parse(given).Contains).Reverse().Select(static status => (status, status));
        Assert.Equal(Parse(given), Parse(new RangesCase([.. oneByOne])));
        Assert.Equal(Parse(given).ToString(), Parse(new RangesCase([.. given.Ranges.Reverse()])).ToString());
    }

    [Property]
    public void Ranges_ascend_with_a_gap_between_them(RangesCase given)
    {
        var ranges = Parse(given).Ranges.ToArray();
        Assert.All(ranges.Zip(ranges.Skip(1)), static pair => Assert.True(pair.Item1.Last + 1 < pair.Item2.First));
    }

    [Property]
    public void Any_text_is_read_or_refused(string text) =>
        Assert.True(StatusSet.Parse(text ?? "").Match(static set => set.Ranges.Count > 0, static () => true));

    private static StatusSet Parse(RangesCase given) => StatusSet.Parse(given.ToString()).ValueUnsafe();
}
