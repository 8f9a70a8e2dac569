using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>A built program of this repository, running as a process of its own; what it writes is kept line by line.</summary>
internal sealed class FairleadProcess : IAsyncDisposable
{
    private const int Sighup = 1;
    private const int Sigkill = 9;
    private const int Sigusr2 = 12;
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();

    private FairleadProcess(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, params string[] under)
        : this([.. under, .. ProgramOf(assembly), .. arguments], environment)
    {
    }

    private static string[] ProgramOf(string assembly) =>
        assembly == "fairlead.dll" && Environment.GetEnvironmentVariable(NativeVariable) is { Length: > 0 } native ? [native] : ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly)];

    private FairleadProcess(string[] command, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in command.Skip(1))
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

    /// <summary>The variable that names a native <c>fairlead</c> to test in place of the one built with the tests.</summary>
    public const string NativeVariable = "FAIRLEAD_NATIVE";

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Error => [.. _error];

    /// <summary>Where it listens, as its banner says; in the order of the configuration.</summary>
    public IReadOnlyList<IPEndPoint> Listening { get; private set; } = [];

    public int Port => Listening[0].Port;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>The processes that took over one after the other, as the ones before them said.</summary>
    public IReadOnlyList<int> Successors =>
        [.. Error.Select(static line => Regex.Match(line, "^fairlead: upgraded: process ([0-9]+) serves")).Where(static match => match.Success).Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    /// <summary>Starts <c>fairlead run</c> with that YAML and waits until it says where it listens.</summary>
    public static Task<FairleadProcess> RunAsync(string yaml, params string[] options) => RunAsync(yaml, null, [], options);

    /// <summary>The same by a program that becomes it: <c>prlimit --nofile=200</c>, <c>nohup</c>.</summary>
    public static Task<FairleadProcess> RunUnderAsync(string yaml, params string[] under) => RunAsync(yaml, null, under, []);

    /// <summary>The same with variables of its own.</summary>
    public static Task<FairleadProcess> RunAsync(string yaml, IReadOnlyDictionary<string, string>? environment, params string[] options) => RunAsync(yaml, environment, [], options);

    private static async Task<FairleadProcess> RunAsync(string yaml, IReadOnlyDictionary<string, string>? environment, string[] under, string[] options)
    {
        var folder = new TestFolder();
        var fairlead = new FairleadProcess("fairlead.dll", ["run", folder.Write("fairlead.yaml", yaml), .. options], environment, under) { _owned = folder };
        try
        {
            await fairlead.ReadyAsync();
            return fairlead;
        }
        catch
        {
            await fairlead.DisposeAsync();                           // nobody else knows of it
            throw;
        }
    }

    /// <summary>Starts the console with those arguments.</summary>
    public static FairleadProcess Start(params string[] arguments) => new("fairlead.dll", arguments, null);

    /// <summary>
    /// Starts the console with listening sockets as systemd gives them: descriptors from 3, named by <c>LISTEN_FDNAMES</c>. A shell puts them there and becomes the process whose
    /// number it says.
    /// </summary>
    public static FairleadProcess StartActivated(IReadOnlyList<Socket> sockets, string names, params string[] arguments)
    {
        var inheritable = sockets.Select(static socket => Duplicate((int)socket.SafeHandle.DangerousGetHandle())).ToArray();
        try
        {
            var moves = inheritable.Select(static (from, i) => string.Create(CultureInfo.InvariantCulture, $"{3 + i}<&{from} {from}<&-"));
            var script = $"exec {string.Join(' ', moves)}; LISTEN_PID=$$ LISTEN_FDS={sockets.Count} LISTEN_FDNAMES={names} exec \"$@\"";
            return new FairleadProcess(["bash", "-c", script, "bash", .. ProgramOf("fairlead.dll"), .. arguments], null);
        }
        finally
        {
            foreach (var descriptor in inheritable)
                _ = Close(descriptor);
        }
    }

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

    /// <summary>Asks it, or the last of its successors, to stop gracefully.</summary>
    public void Terminate() => Send(Sigterm, Serving);

    /// <summary>Writes that YAML over the file it was started with and asks it to read it again.</summary>
    public void Reload(string yaml)
    {
        Rewrite(yaml);
        Send(Sighup, Serving);
    }

    /// <summary>Writes that YAML over the file it was started with, and says nothing.</summary>
    public void Rewrite(string yaml) => _owned!.Write("fairlead.yaml", yaml);

    /// <summary>Puts another file in place of the one it was started with.</summary>
    public void Replace(string yaml) => File.Move(_owned!.Write("fairlead.yaml.new", yaml), Path.Combine(_owned.Path, "fairlead.yaml"), overwrite: true);

    /// <summary>Asks it, or the last of its successors, to let a new process take over.</summary>
    public void Upgrade() => Send(Sigusr2, Serving);

    /// <summary>Waits until it is gone, although a successor may go on writing to its streams; its exit code.</summary>
    public async Task<int> GoneAsync()
    {
        await Eventually.True(() => _process.HasExited, "the process to end; it wrote:\n" + Everything);
        return _process.ExitCode;
    }

    /// <summary>Waits until a successor is gone; whoever inherited it may not have asked for its exit code yet.</summary>
    public static Task GoneAsync(int process) => Eventually.True(() => IsGone(process), "the successor to end");

    private static bool IsGone(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private int Serving => Successors is [.., var last] ? last : _process.Id;

    private void Send(int signal, int process)
    {
        if (Kill(process, signal) != 0)
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
        foreach (var successor in Successors.Where(static successor => !IsGone(successor)))
            Kill(successor, Sigkill);
        await _process.WaitForExitAsync().Within(what: "a killed process to end");
        _process.Dispose();
        _owned?.Dispose();
    }

    /// <summary>All that it wrote, for the message of a failure.</summary>
    public string Everything => string.Join('\n', Output.Concat(Error));

    private string? BannerLine() => Error.FirstOrDefault(static line => line.Contains("listening on ", StringComparison.Ordinal));

    private static List<IPEndPoint> EndPointsIn(string banner) => banner.Split("listening on ")[1].Split(';')[0].Split(", ")
        .Select(static text => IPEndPoint.TryParse(text.Split(' ')[0], out var endPoint) ? endPoint : null).OfType<IPEndPoint>().ToList();

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
