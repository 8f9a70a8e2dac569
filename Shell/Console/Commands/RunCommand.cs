using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using Fairlead.Console.Upgrades;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead run</c>: the proxy that a file describes.</summary>
internal static class RunCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var file = ConfigArguments.File();
        var config = ConfigArguments.Config();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No banner and no health changes on standard error; faults and failures are still told." };
        var watch = new Option<bool>("--watch", "-w") { Description = "Reload the file by itself when its content changes." };
        var pidFile = new Option<string?>("--pid-file") { HelpName = "file", Description = "Write the number of the process that serves there; also after an upgrade." };
        var binary = new Option<string?>("--upgrade-binary") { HelpName = "file", Description = "What an upgrade starts, with the same arguments; the program's own file by default." };
        var limit = new Option<string?>("--upgrade-limit") { HelpName = "duration", Description = $"How long an upgrade waits for the new process; {DurationText.Write(Upgrading.DefaultLimit)} by default." };
        limit.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var text }] && !DurationText.Parse(text).Exists(static parsed => parsed > TimeSpan.Zero && parsed <= DurationText.Max))
                result.AddError($"--upgrade-limit: '{text}' is not a duration such as 30s.");
        });
        var command = new DocumentedCommand("run", "Run the proxy that a configuration describes, until it is stopped.",
            """
              fairlead run                       the first of $FAIRLEAD_CONFIG, ./fairlead.yaml,
                                                 $XDG_CONFIG_HOME/fairlead/fairlead.yaml, /etc/fairlead/fairlead.yaml
              fairlead run fairlead.yaml         that file
              envsubst < my.yaml | fairlead run -   from standard input
              fairlead run >> access.log         the access log is standard output, everything else is standard error
              fairlead run --watch fairlead.yaml reloads it whenever it changes

            SIGTERM or Ctrl-C stops gracefully, within the drain-limit; a second one stops at once (exit code 4).
            SIGHUP reads the file again: a valid one is served by from then on, one with faults changes nothing. What changed is
            told; 'fairlead diff OLD NEW' tells it before.
            SIGUSR2 starts the program anew and gives it the listening sockets: 'fairlead upgrade'. Sockets of systemd are used
            where a listener has their address, and systemd is told of start, reload and stop.
            A configuration with faults, or a listener that cannot be bound, ends with exit code 3.
            """)
        {
            file, config, quiet, watch, pidFile, binary, limit,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(watch) && ConfigFile.StandardInput == (result.GetValue(config) ?? result.GetValue(file)))
                result.AddError("--watch watches a file; standard input is none.");
        });
        command.SetAction((arguments, stop) => RunAsync(arguments, stop));
        return command;

        Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
        {
            switch (ConfigFile.Load(ConfigArguments.Given(arguments, file, config), terminal))
            {
                case LoadedConfig.Valid valid:
                    return Serving.RunAsync(valid.Name, valid.Settings, new ServingOptions
                    {
                        IsQuiet = arguments.GetValue(quiet),
                        Again = () => ConfigFile.Load(ConfigArguments.Given(arguments, file, config), terminal),
                        Watched = arguments.GetValue(watch) ? terminal.Absolute(valid.Name) : null,
                        PidFile = arguments.GetValue(pidFile) is { } path ? terminal.Absolute(path) : null,
                        UpgradeBinary = arguments.GetValue(binary),
                        UpgradeLimit = arguments.GetValue(limit) is { } text ? DurationText.Parse(text).IfNone(Upgrading.DefaultLimit) : Upgrading.DefaultLimit,
                    }, terminal, stop);
                case LoadedConfig.Faulty faulty:
                    FaultReport.WriteLines(terminal, faulty.Name, faulty.Faults);
                    return Task.FromResult(ExitCode.CannotStart);
                case LoadedConfig.NotFound missing:
                    terminal.Error.WriteLine("fairlead: " + missing.Reason);
                    return Task.FromResult(ExitCode.Usage);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }
}
