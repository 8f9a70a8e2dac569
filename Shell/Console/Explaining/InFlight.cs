using System.Globalization;
using Fairlead.Console.Commands;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Explaining;

/// <summary>Reads requests in flight as told: <c>ADDRESS=N</c>.</summary>
internal static class InFlight
{
    /// <summary>By candidate; 0 where nothing was told.</summary>
    public static Either<string, int[]> Of(NamedUpstream upstream, string[] told)
    {
        var counts = new int[upstream.Candidates.Length];
        foreach (var text in told)
        {
            var equals = text.LastIndexOf('=');
            if (equals < 0 || !int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return Left($"--in-flight: '{text}' is not ADDRESS=N, such as 10.0.0.1:8080=32");
            var found = upstream.IndexOf("--in-flight", text[..equals]);
            if (found.Case is not int index)
                return Left((string)found.Case);
            counts[index] = count;
        }

        return Right(counts);
    }
}
