using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead run</c>: the proxy that a file describes.</summary>
internal static class RunCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var file = ConfigArguments.File();
        var config = ConfigArguments.Config();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No banner and no health changes on standard error; faults and failures are still told." };
        var command = new DocumentedCommand("run", "Run the proxy that a configuration describes, until it is stopped.",
            """
              fairlead run                       the first of $FAIRLEAD_CONFIG, ./fairlead.yaml,
                                                 $XDG_CONFIG_HOME/fairlead/fairlead.yaml, /etc/fairlead/fairlead.yaml
              fairlead run fairlead.yaml         that file
              envsubst < my.yaml | fairlead run -   from standard input
              fairlead run >> access.log         the access log is standard output, everything else is standard error

            SIGTERM or Ctrl-C stops gracefully, within the drain-limit; a second one stops at once (exit code 4).
            SIGHUP reads the file again: a valid one is served by from then on, one with faults changes nothing.
            A configuration with faults, or a listener that cannot be bound, ends with exit code 3.
            """)
        {
            file, config, quiet,
        };
        command.SetAction((arguments, stop) => RunAsync(arguments, stop));
        return command;

        Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
        {
            switch (ConfigFile.Load(ConfigArguments.Given(arguments, file, config), terminal))
            {
                case LoadedConfig.Valid valid:
                    return Serving.RunAsync(valid.Name, valid.Settings, arguments.GetValue(quiet), terminal, stop,
                        again: () => ConfigFile.Load(ConfigArguments.Given(arguments, file, config), terminal));
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
