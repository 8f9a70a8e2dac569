using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using Fairlead.Console.Configuration;
using Fairlead.Console.Planning;
using Fairlead.Console.Systemd;
using Fairlead.Console.Terminals;
using Fairlead.Console.Upgrades;
using Fairlead.Proxy;

namespace Fairlead.Console.Commands;

/// <summary>
/// Reads the configuration again on SIGHUP, and when it changes if a file to watch is named. What came of it is told on standard error; a file with faults changes nothing.
/// </summary>
internal sealed partial class Reloading : IDisposable
{
    private const int Sighup = 1;
    private const nint DefaultAction = 0;

    private readonly ConfiguredServer _server;
    private readonly Func<LoadedConfig> _load;
    private readonly bool _isQuiet;
    private readonly ServiceNotifier _notifier;
    private readonly Terminal _terminal;
    private readonly Lock _oneAtATime = new();
    private readonly PosixSignalRegistration _signal;
    private readonly Watching? _watch;

    public Reloading(ConfiguredServer server, Func<LoadedConfig> load, string? watched, bool isQuiet, ServiceNotifier notifier, Terminal terminal)
    {
        (_server, _load, _isQuiet, _notifier, _terminal) = (server, load, isQuiet, notifier, terminal);
        if (SignalMask.IgnoredHere().Has(Sighup))
            _ = SetAction(Sighup, DefaultAction);                    // nohup has it ignored, and the runtime leaves ignored signals alone: whoever sends it wants a reload
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        _watch = watched is null ? null : new Watching(watched, Reload);
    }

    public void Dispose()
    {
        _signal.Dispose();
        _watch?.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;                                       // by itself it would end the process
        Reload();
    }

    private void Reload()
    {
        lock (_oneAtATime)
        {
            _notifier.Reloading();
            _notifier.Ready(Loaded());
        }
    }

    /// <summary>What came of it, in one line.</summary>
    private string Loaded()
    {
        switch (_load())
        {
            case LoadedConfig.Valid valid:
                return Apply(valid);
            case LoadedConfig.Faulty faulty:
                FaultReport.WriteLines(_terminal, faulty.Name, faulty.Faults);
                return Tell($"{faulty.Name} was not reloaded; serving goes on as before");
            case LoadedConfig.NotFound missing:
                return Tell($"{missing.Reason}; serving goes on as before");
            default:
                throw new UnreachableException();
        }
    }

    private string Apply(LoadedConfig.Valid valid)
    {
        try
        {
            var plan = _server.Reload(valid.Settings);
            var told = Tell($"reloaded {valid.Name}: {(plan.IsEmpty ? "nothing changed" : plan.Changes.Count == 1 ? "1 change" : $"{plan.Changes.Count} changes")}");
            if (!_isQuiet)
            {
                foreach (var line in PlanText.Lines(plan))
                    _terminal.Error.WriteLine("  " + line);
            }

            return told;
        }
        catch (ServerStartException cannot)
        {
            return Tell($"{valid.Name} was not reloaded: {cannot.Message}; serving goes on as before");
        }
    }

    private string Tell(string what)
    {
        _terminal.Error.WriteLine("fairlead: " + what);
        return what;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetAction(int signal, nint action);
}
