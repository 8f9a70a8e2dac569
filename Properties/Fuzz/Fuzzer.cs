using System;
using System.Diagnostics;
using System.IO;
using System.IO.Hashing;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Tests.Snapshots;

namespace Fairlead.Properties.Fuzz;

/// <summary>What a run came to: inputs checked, and the first that broke a law, already kept as a file.</summary>
internal sealed record FuzzRun(long Inputs, TimeSpan Elapsed, string? Finding);

/// <summary>Checks so many inputs of every parser. An input that breaks a law is kept among the regressions, which the suite replays from then on.</summary>
internal static class Fuzzer
{
    public static string Regressions { get; } = Path.Combine(Repository.Root, "Properties", "Regressions");

    public static FuzzRun Run(FuzzedParser parser, ulong seed, long inputs)
    {
        var began = Stopwatch.GetTimestamp();
        string? finding = null;
        long checkedInputs = 0;
        Parallel.For(0L, inputs, (index, state) =>
        {
            var input = parser.Input(seed, index);
            Interlocked.Increment(ref checkedInputs);
            if (parser.Broken(input) is not { } broken)
                return;
            Interlocked.CompareExchange(ref finding, $"{parser.Name}: input {index} of seed {seed} broke a law; it is kept as {Keep(parser, input)}\n{broken}", null);
            state.Stop();
        });
        return new FuzzRun(checkedInputs, Stopwatch.GetElapsedTime(began), finding);
    }

    private static string Keep(FuzzedParser parser, byte[] input)
    {
        Directory.CreateDirectory(Regressions);
        var file = Path.Combine(Regressions, $"{parser.Name}-{XxHash64.HashToUInt64(input):x16}.bin");
        File.WriteAllBytes(file, input);
        return file;
    }
}
