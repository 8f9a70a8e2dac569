using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using LanguageExt;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead validate</c>: every fault of a configuration, without binding or connecting anything.</summary>
internal static class ValidateCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var file = ConfigArguments.File();
        var config = ConfigArguments.Config();
        var quiet = new System.CommandLine.Option<bool>("--quiet", "-q") { Description = "Do not print 'ok'." };
        var output = new System.CommandLine.Option<string>("--output", "-o") { HelpName = "text|json", Description = "How to print the faults: lines on standard error, or one JSON object on standard output.", DefaultValueFactory = static _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new DocumentedCommand("validate", "Check a configuration without binding anything; prints every fault. Also: fairlead -t",
            """
              fairlead validate fairlead.yaml    prints 'ok', or each fault as file:line:column: code: message
              fairlead -t -c fairlead.yaml       the same, for fingers that know nginx or HAProxy
              fairlead validate - < new.yaml     from standard input
              fairlead validate -o json          for editors and pipelines

            Exit code 0 when it is valid, 1 when it is not, 2 when there is no such file.
            The codes are listed in CONFIGURATION.md.
            """)
        {
            file, config, quiet, output,
        };
        command.SetAction(arguments =>
        {
            var isJson = arguments.GetValue(output) == "json";
            switch (ConfigFile.Load(ConfigArguments.Given(arguments, file, config), terminal))
            {
                case LoadedConfig.Valid valid:
                    if (isJson)
                        terminal.Out.WriteLine(FaultReport.JsonOf(valid.Name, Seq<ConfigFault>.Empty));
                    else if (!arguments.GetValue(quiet))
                        terminal.Out.WriteLine("ok");
                    return ExitCode.Ok;
                case LoadedConfig.Faulty faulty:
                    if (isJson)
                        terminal.Out.WriteLine(FaultReport.JsonOf(faulty.Name, faulty.Faults));
                    else
                        FaultReport.WriteLines(terminal, faulty.Name, faulty.Faults);
                    return ExitCode.False;
                case LoadedConfig.NotFound missing:
                    terminal.Error.WriteLine("fairlead: " + missing.Reason);
                    return ExitCode.Usage;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });
        return command;
    }
}
