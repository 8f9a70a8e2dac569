using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Fairlead.Properties.Determinism;

/// <summary>What a fresh process of this assembly answered: the hash of the trace, and how it writes a number and a capital i.</summary>
internal sealed record OtherProcess(string Hash, string Number, string CapitalI)
{
    /// <summary>
    /// Runs the simulation of that seed in a process of its own under Turkish rules. They come from ICU; where a machine has none, the process still has Turkish signs, only
    /// letters are capitalised as everywhere.
    /// </summary>
    public static async Task<OtherProcess> RunAsync(ulong seed)
    {
        var (exitCode, output, error) = await StartAsync(seed, invariant: false);
        if (exitCode != 0 && error.Contains("ICU", StringComparison.Ordinal))
            (exitCode, output, error) = await StartAsync(seed, invariant: true);

        var lines = output.Split('\n', StringSplitOptions.TrimEntries);
        return exitCode == 0 && lines is [var hash, var number, var capital, ..]
            ? new OtherProcess(hash, number, capital)
            : throw new InvalidOperationException($"exit code {exitCode}: {error}{output}");
    }

    private static async Task<(int ExitCode, string Output, string Error)> StartAsync(ulong seed, bool invariant)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet")
        {
            ArgumentList = { "exec", typeof(OtherProcess).Assembly.Location, Program.TraceHash, seed.ToString(CultureInfo.InvariantCulture), "tr-TR" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariant ? "1" : "0";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY"] = "0";

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output, await error);
    }
}
