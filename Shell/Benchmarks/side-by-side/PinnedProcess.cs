using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>A program on one core, with the processes it starts. Ended by id, and only its own.</summary>
internal sealed class PinnedProcess : IDisposable
{
    private const double TicksPerSecond = 100;                        // USER_HZ, the unit of /proc/PID/stat on Linux

    private readonly Process _process;

    private PinnedProcess(Process process) => _process = process;

    public static PinnedProcess Start(int core, string file, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), file, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} does not start");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PinnedProcess(process);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>User and system time of the process and its children so far, in microseconds.</summary>
    public double CpuMicroseconds => Tree().Sum(static pid => Stat(pid) is { } stat ? stat.Ticks / TicksPerSecond * 1e6 : 0);

    /// <summary>Resident memory of the process and its children, in KiB; what several share is counted once (PSS of proc(5)).</summary>
    public long ResidentKiB => Tree().Sum(static pid => Told(pid, "smaps_rollup", "Pss:"));

    /// <summary>The most each of them ever had, in KiB, less what it shares now.</summary>
    public long PeakKiB => Tree().Sum(static pid => Told(pid, "status", "VmHWM:") + Told(pid, "smaps_rollup", "Pss:") - Told(pid, "smaps_rollup", "Rss:"));

    /// <summary>Lets it end by itself, and waits until it has.</summary>
    public void Terminate()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        if (!_process.WaitForExit(60_000))
            throw new InvalidOperationException("it does not end");
    }

    public void Dispose()
    {
        foreach (var pid in Tree())                                    // parents first: one that lives starts a child that ended anew
        {
            try
            {
                using var one = Process.GetProcessById(pid);
                one.Kill();
                one.WaitForExit(5_000);
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }

        _process.Dispose();
    }

    private IReadOnlyList<int> Tree()
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } stat)
                (children.TryGetValue(stat.Parent, out var list) ? list : children[stat.Parent] = []).Add(pid);
        }

        var tree = new List<int> { _process.Id };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(children.GetValueOrDefault(tree[i], []));
        return tree;
    }

    private static (int Parent, long Ticks)? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');   // field 3 of proc(5) is fields[0]
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Told(int pid, string file, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/{file}").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
