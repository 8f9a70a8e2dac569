using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Origins;

namespace Fairlead.Shell.Tests.Story;

/// <summary>A backend as a process of its own, so that it can be killed and stopped as one; what it has seen stays known whatever becomes of it.</summary>
internal sealed class FaultOrigin : IAsyncDisposable
{
    private const int Sigkill = 9;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private readonly string _record;
    private readonly DeadPort _place = new();
    private Process? _process;

    public FaultOrigin(string name, TestFolder folder)
    {
        (Name, Port, _record) = (name, _place.Port, folder.Write(name + ".seen", ""));
    }

    public string Name { get; }

    public int Port { get; }

    public string Address => FormattableString.Invariant($"127.0.0.1:{Port}");

    public bool Runs => _process is { HasExited: false };

    /// <summary>Grows with each request seen.</summary>
    public long SeenBytes => new FileInfo(_record).Length;

    /// <summary>Starts it, at its port as ever, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        _place.Dispose();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Fairlead.Shell.Tests.Origin.dll"), Port.ToString(CultureInfo.InvariantCulture), Name, _record])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        Assert.Equal("listening", await _process.StandardOutput.ReadLineAsync().Within(what: $"origin {Name} to listen"));
    }

    public async Task KillAsync()
    {
        Send(Sigkill);
        await _process!.WaitForExitAsync().Within(what: $"origin {Name} to be dead");
    }

    public void Stop() => Send(Sigstop);

    public void Continue() => Send(Sigcont);

    public Task BehaveAsync(Manner manner) => BehaveAsync(manner, TimeSpan.Zero);

    public async Task BehaveAsync(Manner manner, TimeSpan wait)
    {
        await using var client = await TestClient.ConnectAsync(Port);
        Assert.Equal(200, (await client.GetAsync(FormattableString.Invariant($"/manner/{manner}/{(int)wait.TotalMilliseconds}"))).Status);
    }

    /// <summary>Lets it answer what it has and end.</summary>
    public async Task EndAsync()
    {
        if (!Runs)
            return;
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync().Within(what: $"origin {Name} to end");
    }

    /// <summary>The requests it has seen, in order, those before its deaths included: method and number.</summary>
    public IEnumerable<(string Method, long Number)> Seen() =>
        File.ReadLines(_record).Select(static line => line.Split(' ')).Select(static pair => (pair[0], long.Parse(pair[1], CultureInfo.InvariantCulture)));

    public async ValueTask DisposeAsync()
    {
        _place.Dispose();
        if (Runs)
            await KillAsync();
        _process?.Dispose();
    }

    private void Send(int signal) => Assert.Equal(0, Kill(_process!.Id, signal));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
