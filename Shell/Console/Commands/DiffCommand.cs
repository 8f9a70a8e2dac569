using System;
using System.CommandLine;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Planning;
using Fairlead.Console.Terminals;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead diff</c>: what a reload from one configuration to another would change, by the very code that does it.</summary>
internal static class DiffCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var old = new Argument<string>("old") { Description = "The configuration that is served by; '-' is standard input." };
        var changed = new Argument<string>("new") { Description = "The configuration to reload; '-' is standard input." };
        var json = new System.CommandLine.Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new DocumentedCommand("diff", "Print what a reload would change: backends, keys that move, listeners, routes, settings.",
            """
              fairlead diff fairlead.yaml new.yaml
              git show HEAD:fairlead.yaml | fairlead diff - fairlead.yaml
              fairlead diff old.yaml new.yaml --json

            A line begins with + for what comes, - for what goes, ~ for what changes. Keys of hash policies are counted for
            10000 sample keys with every backend healthy; 'fairlead map OLD --against NEW' does it for your own.
            Exit code 0 when nothing would change, 1 when something would, 2 when one of them is not valid.
            """)
        {
            old, changed, json,
        };
        command.SetAction(arguments =>
        {
            var (before, after) = (arguments.GetValue(old)!, arguments.GetValue(changed)!);
            if (before == ConfigFile.StandardInput && after == ConfigFile.StandardInput)
                return Asking.Refuse(terminal, "only one of them can be standard input");
            return About(before, terminal, running => About(after, terminal, wanted => Answer(ReloadPlan.Of(running, wanted), arguments.GetValue(json), terminal)));
        });
        return command;
    }

    private static int About(string file, Terminal terminal, Func<ProxySettings, int> answer)
    {
        switch (ConfigFile.Load(Some(file), terminal))
        {
            case LoadedConfig.Valid valid:
                return answer(valid.Settings);
            case LoadedConfig.Faulty faulty:
                FaultReport.WriteLines(terminal, faulty.Name, faulty.Faults);
                return ExitCode.Usage;                                // 1 would mean that they differ
            case LoadedConfig.NotFound missing:
                return Asking.Refuse(terminal, missing.Reason);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static int Answer(ReloadPlan plan, bool isJson, Terminal terminal)
    {
        if (isJson)
            terminal.Out.WriteLine(PlanJson.Of(plan));
        else
            foreach (var line in PlanText.Lines(plan))
                terminal.Out.WriteLine(line);
        return plan.IsEmpty ? ExitCode.Ok : ExitCode.False;
    }
}
