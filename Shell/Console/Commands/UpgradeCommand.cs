using System;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Terminals;
using Fairlead.Console.Upgrades;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead upgrade</c>: asks a running proxy to let a new process take over, and says what came of it.</summary>
internal static partial class UpgradeCommand
{
    /// <summary>How long is waited for the new process: as long as the old one waits, and a little.</summary>
    private static readonly TimeSpan Patience = Upgrading.DefaultLimit + TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static DocumentedCommand Create(Terminal terminal)
    {
        var pid = new Option<int?>("--pid") { HelpName = "number", Description = "The process to upgrade; what comes of it is told by that process alone." };
        var pidFile = new Option<string?>("--pid-file") { HelpName = "file", Description = "The file given to 'fairlead run --pid-file': waits until it names the new process." };
        var command = new DocumentedCommand("upgrade", "Let a new process take over a running proxy without a dropped connection (SIGUSR2).",
            """
              fairlead upgrade --pid-file /run/fairlead.pid
              fairlead upgrade --pid 4711        the same as kill -USR2 4711, but only if that is a process that upgrades

            The new process is started with the arguments of the old one, from the file that lies there now, and is given its
            listening sockets. When it serves, the old one ends with its last request; when it does not, the old one goes on.
            Exit code 0 when the new process serves (with --pid: when it was asked to), 1 when it does not.
            """)
        {
            pid, pidFile,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(pid) is null == result.GetValue(pidFile) is null)
                result.AddError("Name the process by either --pid or --pid-file.");
        });
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(pid), arguments.GetValue(pidFile) is { } file ? terminal.Absolute(file) : null, terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(int? pid, string? pidFile, Terminal terminal, CancellationToken stop)
    {
        if ((pid ?? PidFile.Read(pidFile!)) is not { } process)
            return Asking.Refuse(terminal, $"{pidFile} names no process");
        if (!SignalMask.Caught(process).Has(Upgrading.Signal))
            return Asking.Refuse(terminal, string.Create(CultureInfo.InvariantCulture, $"process {process} is none that can be upgraded: it does not handle SIGUSR2, or is not there"));
        if (!OperatingSystem.IsLinux() || Kill(process, Upgrading.Signal) != 0)
            return Asking.Refuse(terminal, $"cannot ask it: {Marshal.GetLastPInvokeErrorMessage()}");
        if (pidFile is null)
            return ExitCode.Ok;

        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            if (PidFile.Read(pidFile) is { } successor && successor != process)
            {
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"process {successor} serves"));
                return ExitCode.Ok;
            }

            await Task.Delay(Pause, stop).ConfigureAwait(false);      // of another process there is only its file to look at
        }

        terminal.Error.WriteLine("fairlead: no new process serves; the old one has said why");
        return ExitCode.False;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
