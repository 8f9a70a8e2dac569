using System.Collections.Generic;
using System.Linq;
using Fairlead.Health;
using Fairlead.Primitives;

namespace Fairlead.Properties.Health;

/// <summary>What a history of results means, said without a counter: the last run that was long enough decides. Slow, obvious, and all the code under test must agree with.</summary>
internal static class ReferenceHealth
{
    /// <summary>The polarity of the last full run of <paramref name="rise"/> passes or <paramref name="fall"/> failures; the start when there was none.</summary>
    public static bool IsUp(bool atStart, IReadOnlyList<bool> results, int rise, int fall) =>
        Enumerable.Range(1, results.Count)
            .Select(end => results.Take(end).ToArray())
            .Select(prefix => EndsWith(prefix, fall, false) ? false : EndsWith(prefix, rise, true) ? true : (bool?)null)
            .LastOrDefault(static decided => decided is not null) ?? atStart;

    /// <summary>
    /// The verdict after results told as reasons (null = passed), each at its instant; <paramref name="began"/> is when nothing was known. Down counts from the result that ended the
    /// last time of being up, or from the first failure of what waited.
    /// </summary>
    public static Verdict VerdictOf(InitialHealth initial, IReadOnlyList<(string? Reason, Instant At)> results, int rise, int fall, Instant began)
    {
        if (IsUp(initial, results, rise, fall))
            return new Verdict.Up();
        if (results.LastOrDefault(static one => one.Reason is not null).Reason is not { } reason)
            return new Verdict.Down(new DownReason.Awaiting(), began);
        var lastUp = Enumerable.Range(0, results.Count).LastOrDefault(count => IsUp(initial, [.. results.Take(count)], rise, fall), -1);
        var turn = lastUp >= 0 ? lastUp : results.Select(static (one, i) => (one.Reason, Index: i)).First(static one => one.Reason is not null).Index;
        var needed = lastUp >= 0 ? fall : 1;
        return new Verdict.Down(new DownReason.ProbeFailed(reason, needed, needed), results[turn].At);
    }

    private static bool IsUp(InitialHealth initial, IReadOnlyList<(string? Reason, Instant At)> results, int rise, int fall)
    {
        var passes = results.Select(static one => one.Reason is null).ToArray();
        return initial == InitialHealth.FirstProbe && passes.Length > 0
            ? IsUp(passes[0], [.. passes.Skip(1)], rise, fall)
            : IsUp(initial == InitialHealth.Up, passes, rise, fall);
    }

    private static bool EndsWith(bool[] results, int run, bool polarity) => results.Length >= run && results.TakeLast(run).All(result => result == polarity);
}
