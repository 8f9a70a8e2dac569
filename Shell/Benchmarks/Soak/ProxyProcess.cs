using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Benchmarks.Soak;

/// <summary>What a proxy holds at a moment. Resident memory is taken before the collection that the managed bytes are counted after.</summary>
internal readonly record struct Holding(long ResidentBytes, long ManagedBytes, int Descriptors, int Threads, int UnobservedFaults);

/// <summary><c>fairlead run</c> as a process of its own with a <see cref="StartupHook"/> in it. Its access log is read and dropped.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private const int Sighup = 1;
    private const int Sigterm = 15;

    /// <summary>What the program writes when something happened that nobody thought of, and what the runtime does.</summary>
    private static readonly string[] FaultWords = ["unexpected", "Exception", "   at "];

    private readonly TestFolder _folder = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly TaskCompletionSource<string> _banner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _witnessed = Channel.CreateUnbounded<string>();
    private int _reloads;

    private ProxyProcess(string yaml)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead.dll"), "run", _folder.Write("fairlead.yaml", yaml)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => OnError(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, in the order of the configuration.</summary>
    public IReadOnlyList<int> Ports { get; private set; } = [];

    public int Reloads => Volatile.Read(ref _reloads);

    /// <summary>Lines that tell of an exception.</summary>
    public IReadOnlyList<string> Faults => [.. _faults];

    /// <summary>Descriptors open at present, without those of assemblies: code that is loaded late is no leak.</summary>
    public int Descriptors => new DirectoryInfo($"/proc/{_process.Id}/fd").EnumerateFileSystemInfos().Count(static one => one.LinkTarget is { } target && !target.EndsWith(".dll", StringComparison.Ordinal));

    public static async Task<ProxyProcess> RunAsync(string yaml)
    {
        var proxy = new ProxyProcess(yaml);
        try
        {
            var banner = await proxy._banner.Task.Within(what: "the proxy to listen");
            proxy.Ports = [.. banner.Split("listening on ")[1].Split(';')[0].Split(", ").Select(static text => IPEndPoint.Parse(text.Split(' ')[0]).Port)];
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();                              // nobody else knows of it
            throw;
        }
    }

    public void Reload(string yaml)
    {
        _folder.Write("fairlead.yaml", yaml);
        Send(Sighup);
    }

    public async Task<Holding> MeasureAsync()
    {
        var (resident, threads, descriptors) = (Status("VmRSS:") * 1024, Status("Threads:"), Descriptors);
        Send(StartupHook.Signal);
        var told = (await _witnessed.Reader.ReadAsync().AsTask().Within(what: "the witness in the proxy")).Split(' ');
        return new Holding(resident, Number(told[0]), descriptors, (int)threads, (int)Number(told[1]));
    }

    /// <summary>Stops it gracefully; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Send(Sigterm);
        await _process.WaitForExitAsync().Within(TimeSpan.FromSeconds(40), "the proxy to stop");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().Within(what: "a killed process to end");
        _process.Dispose();
        _folder.Dispose();
    }

    private void OnOutput(string? line)
    {
        if (line is null)
            return;
        KeepFault(line);
    }

    private void OnError(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith(StartupHook.LineBegin, StringComparison.Ordinal))
            _witnessed.Writer.TryWrite(line[StartupHook.LineBegin.Length..]);
        else if (line.StartsWith("fairlead: reloaded ", StringComparison.Ordinal))
            Interlocked.Increment(ref _reloads);
        else if (line.Contains("listening on ", StringComparison.Ordinal))
            _banner.TrySetResult(line);
        KeepFault(line);
    }

    private void KeepFault(string line)
    {
        if (FaultWords.Any(word => line.Contains(word, StringComparison.Ordinal)))
            _faults.Enqueue(line);
    }

    private long Status(string name) => File.ReadLines($"/proc/{_process.Id}/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => Number(line[name.Length..].Trim().Split(' ')[0])).Single();

    private void Send(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException("the proxy has ended:\n" + string.Join('\n', _faults));
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
