using System;
using System.Globalization;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Origins;

/// <summary>
/// A backend that can really die: <c>PORT NAME FILE</c> serves on loopback and notes each number in the file before its answer. It ends, its connections served, with its standard
/// input, so it cannot outlive the test that started it.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var port, var name, var file])
        {
            await Console.Error.WriteLineAsync("usage: PORT NAME FILE");
            return 2;
        }

        using var record = new Record(file);
        var origin = new NumberedOrigin(name, record);
        origin.Listen(int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture));
        await Console.Out.WriteLineAsync("listening");
        await Console.In.ReadToEndAsync();
        await origin.EndAsync();
        return 0;
    }
}
