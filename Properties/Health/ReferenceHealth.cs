using System.Collections.Generic;
using System.Linq;
using Fairlead.Health;

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

    /// <summary>The verdict after results told as reasons (null = passed).</summary>
    public static Verdict VerdictOf(InitialHealth initial, IReadOnlyList<string?> results, int rise, int fall)
    {
        var passes = results.Select(static reason => reason is null).ToArray();
        var firstDecides = initial == InitialHealth.FirstProbe && passes.Length > 0;
        var isUp = firstDecides
            ? IsUp(passes[0], passes.Skip(1).ToArray(), rise, fall)
            : IsUp(initial == InitialHealth.Up, passes, rise, fall);
        return isUp ? new Verdict.Up()
            : results.LastOrDefault(static reason => reason is not null) is { } reason ? new Verdict.Down(reason)
            : new Verdict.Awaiting();
    }

    private static bool EndsWith(bool[] results, int run, bool polarity) => results.Length >= run && results.TakeLast(run).All(result => result == polarity);
}
