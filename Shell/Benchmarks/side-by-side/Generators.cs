using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>What a load generator counted.</summary>
internal readonly record struct Counted(long Requests, long Errors, double Seconds, double P50Milliseconds, double P99Milliseconds, double? P999Milliseconds);

/// <summary>The programs that ask, on the core that the proxy does not have.</summary>
internal static class Generators
{
    /// <summary>wrk keeps its TLS sessions, so that with a new connection a request each but the first is resumed.</summary>
    public static Counted Wrk(Scenario.Load load, string script, int port, int seconds)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "side-by-side");
        var output = Run(
            ["wrk", "-t1", string.Create(CultureInfo.InvariantCulture, $"-c{load.Connections}"), string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"), "-s", Path.Combine(folder, script), UrlOf(load, port)],
            ("REPORT_LUA", Path.Combine(folder, "report.lua")));
        var line = Array.Find(output.Split('\n'), static line => line.StartsWith("FAIRLEAD ", StringComparison.Ordinal)) ?? throw new InvalidOperationException("wrk reported nothing: " + output);
        var told = line.Split(' ').Skip(1).Select(static number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();   // requests, five kinds of errors, the run's microseconds, bytes, three percentiles
        return new Counted(told[0], told[1] + told[2] + told[3] + told[4] + told[5] + Empty(load, told[0], told[7]), told[6] / 1e6, told[8] / 1e3, told[9] / 1e3, told[10] / 1e3);
    }

    /// <summary>ab makes each connection from nothing: every handshake is a full one.</summary>
    public static Counted Ab(Scenario.Load load, int port, int seconds)
    {
        var percentiles = Path.GetTempFileName();
        try
        {
            var output = Run(["ab", "-q", "-t", seconds.ToString(CultureInfo.InvariantCulture), "-n", "1000000", "-c", load.Connections.ToString(CultureInfo.InvariantCulture), "-e", percentiles, UrlOf(load, port)]);
            var times = File.ReadLines(percentiles).Skip(1).Select(static line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();   // by percent, from 0
            return new Counted((long)Told(output, "Complete requests:")!, (long)((Told(output, "Failed requests:") ?? 0) + (Told(output, "Non-2xx responses:") ?? 0)) + Empty(load, (long)Told(output, "Complete requests:")!, (long)(Told(output, "HTML transferred:") ?? 0)), Told(output, "Time taken for tests:")!.Value, times[50], times[99], null);
        }
        finally
        {
            File.Delete(percentiles);
        }
    }

    /// <summary>One error if there is nothing, or less in the answers than they must have: a connection that is closed in the handshake is a request to ab.</summary>
    private static long Empty(Scenario.Load load, long requests, long bytes) => requests == 0 || bytes < requests * load.BodyBytes ? 1 : 0;

    private static string UrlOf(Scenario.Load load, int port) => string.Create(CultureInfo.InvariantCulture, $"{(load.IsTls ? "https" : "http")}://127.0.0.1:{port}{load.Path}");

    private static double? Told(string output, string what) =>
        Array.Find(output.Split('\n'), line => line.StartsWith(what, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[what.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)
            : null;

    private static string Run(string[] command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Stage.LoadCore.ToString(CultureInfo.InvariantCulture), .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', command)} ended with {process.ExitCode}: {output}{error.Result}"));
    }
}
