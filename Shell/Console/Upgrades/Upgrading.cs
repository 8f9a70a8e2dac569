using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Systemd;
using Fairlead.Console.Terminals;
using Fairlead.Proxy;

namespace Fairlead.Console.Upgrades;

/// <summary>On SIGUSR2 another process takes over; when it serves, this one ends as its connections do. A process that does not come to serve changes nothing.</summary>
internal sealed class Upgrading : IDisposable
{
    /// <summary>How long a new process may take until it serves.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    /// <summary>SIGUSR2 on Linux, which the runtime has no name for.</summary>
    public const int Signal = 12;

    private readonly Server _server;
    private readonly ProcessCommand _command;
    private readonly TimeSpan _limit;
    private readonly ServiceNotifier _notifier;
    private readonly Terminal _terminal;
    private readonly PosixSignalRegistration? _signal;
    private Successor? _successor;
    private volatile bool _isStopping;

    public Upgrading(Server server, ProcessCommand command, TimeSpan limit, ServiceNotifier notifier, Terminal terminal)
    {
        (_server, _command, _limit, _notifier, _terminal) = (server, command, limit, notifier, terminal);
        _signal = OperatingSystem.IsLinux() ? PosixSignalRegistration.Create((PosixSignal)Signal, OnSignal) : null;
    }

    public void Dispose() => _signal?.Dispose();

    /// <summary>This process was asked to stop: so is one that has not taken over yet.</summary>
    public void Stop()
    {
        _isStopping = true;
        Volatile.Read(ref _successor)?.Kill();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;                                       // by itself it would end the process
        var successor = new Successor(_command);
        if (_isStopping || Interlocked.CompareExchange(ref _successor, successor, null) is not null)
            Tell("not upgraded: an upgrade or a stop is under way");
        else
            _ = Task.Run(() => UpgradeAsync(successor));
    }

    private async Task UpgradeAsync(Successor successor)
    {
        try
        {
            switch (await successor.TakeOverAsync(_server.Listeners, _limit).ConfigureAwait(false))
            {
                case UpgradeOutcome.Serves serves:
                    _notifier.HandOver(serves.Process);
                    _server.HandOver();
                    Tell(string.Create(CultureInfo.InvariantCulture, $"upgraded: process {serves.Process} serves; this one ends with its last request"));
                    return;                                          // the successor stays: there is no second upgrade of this process
                case UpgradeOutcome.Failed failed:
                    Tell($"not upgraded: {failed.Reason}; serving goes on as before");
                    break;
                default:
                    throw new UnreachableException();
            }
        }
        catch (Exception bug)
        {
            successor.Kill();
            _server.UnexpectedError(bug);
        }

        Volatile.Write(ref _successor, null);
    }

    private void Tell(string what) => _terminal.Error.WriteLine("fairlead: " + what);
}
