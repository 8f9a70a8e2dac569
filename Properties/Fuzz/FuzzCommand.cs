using System;
using System.Globalization;
using System.Linq;

namespace Fairlead.Properties.Fuzz;

/// <summary><c>fuzz [--inputs N] [--seed N] [--parser NAME]</c>: a long run, ten million inputs of all parsers unless told otherwise. Ends with 1 when a law was broken.</summary>
internal static class FuzzCommand
{
    public static int Run(string[] arguments)
    {
        var (inputs, seed) = (Number(arguments, "--inputs", 10_000_000), Number(arguments, "--seed", 20_261_124));
        var parsers = Text(arguments, "--parser") is { } name ? [FuzzedParser.Named(name)] : FuzzedParser.All;
        var found = 0;
        foreach (var parser in parsers)
        {
            var run = Fuzzer.Run(parser, (ulong)seed, inputs / parsers.Length);
            Console.WriteLine(FormattableString.Invariant($"{parser.Name,-18}{run.Inputs,12:N0} inputs{run.Elapsed.TotalSeconds,8:0.0} s  {run.Finding ?? "every law held"}"));
            found += run.Finding is null ? 0 : 1;
        }

        return found == 0 ? 0 : 1;
    }

    private static long Number(string[] arguments, string name, long otherwise) =>
        Text(arguments, name) is { } text ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;

    private static string? Text(string[] arguments, string name) => arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
}
