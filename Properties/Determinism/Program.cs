using System;
using System.Globalization;

namespace Fairlead.Properties.Determinism;

/// <summary>
/// The test assembly started as a program: <c>trace-hash SEED CULTURE</c> prints the hash of one simulated trace, computed in this process under that culture, and after it
/// two lines that show the culture was in force; <c>fuzz</c> is a long run of the fuzzer. Test runners load the assembly and never come here.
/// </summary>
internal static class Program
{
    public const string TraceHash = "trace-hash";

    private static int Main(string[] arguments)
    {
        if (arguments is ["fuzz", ..])
            return Fuzz.FuzzCommand.Run(arguments[1..]);
        if (arguments is not [TraceHash, var seed, var culture])
        {
            Console.Error.WriteLine($"usage: {TraceHash} SEED CULTURE, or fuzz [--inputs N] [--seed N] [--parser NAME]; the tests are run by 'dotnet test'");
            return 2;
        }

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Foreign(culture);
        Console.WriteLine(Simulation.Simulation.TraceHash(ulong.Parse(seed, CultureInfo.InvariantCulture)));
        Console.WriteLine((-1234.5).ToString("N1", CultureInfo.CurrentCulture));
        Console.WriteLine("i".ToUpper(CultureInfo.CurrentCulture));
        return 0;
    }

    // Signs are set by hand: without ICU a culture has a name but invariant signs, and with it Turkish writes an ordinary minus.
    private static CultureInfo Foreign(string name)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(name).Clone();
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        return culture;
    }
}
