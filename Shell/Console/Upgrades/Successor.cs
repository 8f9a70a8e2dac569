using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports.Linux;

namespace Fairlead.Console.Upgrades;

/// <summary>What came of starting another process to serve in place of this one.</summary>
internal abstract record UpgradeOutcome
{
    private UpgradeOutcome() { }

    /// <summary>It accepts connections on our sockets.</summary>
    public sealed record Serves(int Process) : UpgradeOutcome;

    /// <summary>It does not, and is gone.</summary>
    public sealed record Failed(string Reason) : UpgradeOutcome;
}

/// <summary>
/// A process that is to take over. It inherits our listening sockets, so that no connection is refused while both or neither of us accepts, and the end of a pipe, into which it writes a byte when it
/// serves; a process that ends before closes the pipe by that.
/// </summary>
internal sealed class Successor
{
    /// <summary>The descriptor of the pipe.</summary>
    public const string ReadyVariable = "FAIRLEAD_READY";

    private readonly ProcessCommand _command;
    private Process? _process;

    public Successor(ProcessCommand command) => _command = command;

    /// <summary>Starts it and waits until it serves, but no longer than <paramref name="limit"/>.</summary>
    public async Task<UpgradeOutcome> TakeOverAsync(IEnumerable<ListenerBinding> listeners, TimeSpan limit)
    {
        var descriptors = new List<(int Descriptor, bool OwnsFile, ListenerAddress Address)>();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        try
        {
            foreach (var listener in listeners)
                descriptors.Add((listener.Duplicate(), listener.OwnsFile, listener.Address));
            _process = Process.Start(StartOf(InheritedSockets.Text(descriptors), pipe.GetClientHandleAsString()));
        }
        catch (Exception e) when (e is Win32Exception or SocketException or IOException)
        {
            return new UpgradeOutcome.Failed($"cannot start {_command.FileName}: {e.Message}");
        }
        finally
        {
            foreach (var (descriptor, _, _) in descriptors)
                Syscalls.Close(descriptor);                           // from now on a program started for another reason would get them, too
            pipe.DisposeLocalCopyOfClientHandle();
        }

        return await ReadyAsync(_process!, pipe, limit).ConfigureAwait(false);
    }

    /// <summary>Ends it: nobody wants it any more.</summary>
    public void Kill()
    {
        try
        {
            _process?.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // Gone already.
        }
    }

    /// <summary>Tells the process that started this one that it may go. Once, when connections are accepted.</summary>
    public static void TellPredecessor()
    {
        if (Environment.GetEnvironmentVariable(ReadyVariable) is not { Length: > 0 } descriptor)
            return;
        Environment.SetEnvironmentVariable(ReadyVariable, null);
        try
        {
            using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, descriptor);
            pipe.WriteByte((byte)'1');
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            // It did not wait.
        }
    }

    private async Task<UpgradeOutcome> ReadyAsync(Process process, AnonymousPipeServerStream pipe, TimeSpan limit)
    {
        var word = Task.Run(pipe.ReadByte);                           // a pipe is read by a thread that waits
        var isInTime = await Task.WhenAny(word, Task.Delay(limit)).ConfigureAwait(false) == word;
        if (isInTime && await word.ConfigureAwait(false) >= 0)
            return new UpgradeOutcome.Serves(process.Id);
        if (!isInTime)
            Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        await word.ConfigureAwait(false);
        return new UpgradeOutcome.Failed(isInTime
            ? string.Create(CultureInfo.InvariantCulture, $"the new process ended with exit code {process.ExitCode} before it served")
            : $"the new process did not serve within {DurationText.Write(limit)}");
    }

    private ProcessStartInfo StartOf(string listeners, string ready)
    {
        var start = new ProcessStartInfo(_command.FileName) { UseShellExecute = false };
        foreach (var argument in _command.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment[InheritedSockets.Variable] = listeners;
        start.Environment[ReadyVariable] = ready;
        start.Environment.Remove("WATCHDOG_PID");                     // says that the watchdog is ours alone
        return start;
    }
}
