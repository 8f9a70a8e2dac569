using System;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>The word somebody probably meant: the nearest by edits (insert, delete, replace, swap of neighbours), when it is near enough.</summary>
public static class DidYouMean
{
    /// <summary>Longer words are not compared: nobody mistypes a key of that length.</summary>
    private const int LengthMax = 64;

    /// <summary>The nearest of <paramref name="known"/> within a third of the word's length (at least one edit); the earlier one of two equally near.</summary>
    public static Option<string> Of(string word, Seq<string> known)
    {
        if (word.Length > LengthMax)
            return None;
        var best = Option<string>.None;
        var bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate);
            if (distance >= bestDistance)
                continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary><c>; did you mean 'x'?</c>, or a list of what there is when nothing is near.</summary>
    public static string Phrase(string word, Seq<string> known, string knownAre) => Of(word, known).Match(
        Some: near => $"; did you mean '{near}'?",
        None: () => known.IsEmpty ? "" : $"; {knownAre}: {string.Join(", ", known)}");

    /// <summary>Optimal string alignment distance, over three rows.</summary>
    private static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var above = new int[right.Length + 1];
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            above[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, above, row) = (above, row, before);
        }

        return above[right.Length];
    }
}
