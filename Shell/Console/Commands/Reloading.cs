using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using Fairlead.Proxy;

namespace Fairlead.Console.Commands;

/// <summary>Reads the configuration again on SIGHUP. What came of it is told on standard error; a file with faults changes nothing.</summary>
internal sealed class Reloading : IDisposable
{
    private readonly ConfiguredServer _server;
    private readonly Func<LoadedConfig> _load;
    private readonly Terminal _terminal;
    private readonly Lock _oneAtATime = new();
    private readonly PosixSignalRegistration _signal;

    public Reloading(ConfiguredServer server, Func<LoadedConfig> load, Terminal terminal)
    {
        (_server, _load, _terminal) = (server, load, terminal);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    public void Dispose() => _signal.Dispose();

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;                                       // by itself it would end the process
        lock (_oneAtATime)
            Reload();
    }

    private void Reload()
    {
        switch (_load())
        {
            case LoadedConfig.Valid valid:
                Apply(valid);
                break;
            case LoadedConfig.Faulty faulty:
                FaultReport.WriteLines(_terminal, faulty.Name, faulty.Faults);
                Tell($"{faulty.Name} was not reloaded; serving goes on as before");
                break;
            case LoadedConfig.NotFound missing:
                Tell($"{missing.Reason}; serving goes on as before");
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Apply(LoadedConfig.Valid valid)
    {
        try
        {
            var later = _server.Reload(valid.Settings);
            Tell(later.IsEmpty ? $"reloaded {valid.Name}" : $"reloaded {valid.Name}; {string.Join(", ", later)} as changed with the next start");
        }
        catch (ServerStartException cannot)
        {
            Tell($"{valid.Name} was not reloaded: {cannot.Message}");
        }
    }

    private void Tell(string what) => _terminal.Error.WriteLine("fairlead: " + what);
}
