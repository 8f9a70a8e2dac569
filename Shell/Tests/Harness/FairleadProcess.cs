using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A built program of this repository, running as a process of its own; what it writes is kept line by line.</summary>
internal sealed class FairleadProcess : IAsyncDisposable
{
    private const int Sighup = 1;
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();

    private FairleadProcess(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, int? descriptorsMax = null)
    {
        var start = new ProcessStartInfo(descriptorsMax is null ? "dotnet" : "prlimit") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (descriptorsMax is { } max)
        {
            start.ArgumentList.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--nofile={max}"));
            start.ArgumentList.Add("dotnet");
        }

        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Error => [.. _error];

    /// <summary>Where it listens, as its banner says; in the order of the configuration.</summary>
    public IReadOnlyList<IPEndPoint> Listening { get; private set; } = [];

    public int Port => Listening[0].Port;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>fairlead run</c> with that YAML and waits until it says where it listens.</summary>
    public static async Task<FairleadProcess> RunAsync(string yaml, int? descriptorsMax = null)
    {
        var folder = new TestFolder();
        var fairlead = new FairleadProcess("fairlead.dll", ["run", folder.Write("fairlead.yaml", yaml)], null, descriptorsMax);
        fairlead._owned = folder;
        await fairlead.ReadyAsync();
        return fairlead;
    }

    /// <summary>Starts the console with those arguments.</summary>
    public static FairleadProcess Start(params string[] arguments) => new("fairlead.dll", arguments, null);

    /// <summary>Starts another program that lies beside the tests; its system trusts the authorities in <paramref name="trusted"/> (PEM) instead of the usual ones.</summary>
    public static FairleadProcess StartProgram(string assembly, IEnumerable<string> arguments, string? trusted = null) =>
        new(assembly, arguments, trusted is null ? null : new Dictionary<string, string> { ["SSL_CERT_FILE"] = trusted });

    /// <summary>Runs the console to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> ToEndAsync(params string[] arguments)
    {
        await using var fairlead = Start(arguments);
        var code = await fairlead.ExitCodeAsync();
        return (code, string.Join('\n', fairlead.Output), string.Join('\n', fairlead.Error));
    }

    private TestFolder? _owned;

    /// <summary>Waits for the banner.</summary>
    public async Task ReadyAsync()
    {
        await Eventually.True(() => BannerLine() is not null || _process.HasExited, "the banner");
        Listening = EndPointsIn(BannerLine() ?? throw new InvalidOperationException("it ended instead of listening:\n" + Everything));
    }

    /// <summary>The line of standard output or error that satisfies the condition, once there is one.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted, string what)
    {
        try
        {
            await Eventually.True(() => Output.Concat(Error).Any(wanted), what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it wrote:\n{Everything}");
        }

        return Output.Concat(Error).First(wanted);
    }

    /// <summary>Asks it to stop gracefully.</summary>
    public void Terminate() => Send(Sigterm);

    /// <summary>Writes that YAML over the file it was started with and asks it to read it again.</summary>
    public void Reload(string yaml)
    {
        _owned!.Write("fairlead.yaml", yaml);
        Send(Sighup);
    }

    private void Send(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException("no such process");
    }

    public async Task<int> ExitCodeAsync(TimeSpan? deadline = null)
    {
        await _process.WaitForExitAsync().Within(deadline, "the process to end; it wrote:\n" + Everything);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().Within(what: "a killed process to end");
        _process.Dispose();
        _owned?.Dispose();
    }

    private string Everything => string.Join('\n', Output.Concat(Error));

    private string? BannerLine() => Error.FirstOrDefault(static line => line.Contains("listening on ", StringComparison.Ordinal));

    private static List<IPEndPoint> EndPointsIn(string banner) => banner.Split("listening on ")[1].Split(';')[0].Split(", ")
        .Select(static text => IPEndPoint.TryParse(text.Split(' ')[0], out var endPoint) ? endPoint : null).OfType<IPEndPoint>().ToList();

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
