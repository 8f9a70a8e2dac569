using System;
using System.Globalization;
using System.Linq;

namespace Fairlead.Properties.Fuzz;

/// <summary><c>fuzz [--inputs N] [--seed N]</c>: a long run, ten million inputs unless told otherwise. Ends with 1 when a law was broken.</summary>
internal static class FuzzCommand
{
    public static int Run(string[] arguments)
    {
        var (inputs, seed) = (Value(arguments, "--inputs", 10_000_000), Value(arguments, "--seed", 20_261_124));
        var found = 0;
        foreach (var parser in FuzzedParser.All)
        {
            var run = Fuzzer.Run(parser, (ulong)seed, inputs / FuzzedParser.All.Length);
            Console.WriteLine(FormattableString.Invariant($"{parser.Name,-18}{run.Inputs,12:N0} inputs{run.Elapsed.TotalSeconds,8:0.0} s  {run.Finding ?? "every law held"}"));
            found += run.Finding is null ? 0 : 1;
        }

        return found == 0 ? 0 : 1;
    }

    private static long Value(string[] arguments, string name, long otherwise) =>
        arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault() is { } text ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
