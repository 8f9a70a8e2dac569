using System;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using LanguageExt;

namespace Fairlead.Console.Commands;

/// <summary>What commands that answer questions about a configuration have in common.</summary>
internal static class Asking
{
    /// <summary>Answers by a valid configuration; one that is not, or is not there, is told instead.</summary>
    public static int About(Option<string> given, Terminal terminal, Func<ProxySettings, int> answer)
    {
        switch (ConfigFile.Load(given, terminal))
        {
            case LoadedConfig.Valid valid:
                return answer(valid.Settings);
            case LoadedConfig.Faulty faulty:
                FaultReport.WriteLines(terminal, faulty.Name, faulty.Faults);
                return ExitCode.False;
            case LoadedConfig.NotFound missing:
                return Refuse(terminal, missing.Reason);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Says why a question has no answer.</summary>
    public static int Refuse(Terminal terminal, string why)
    {
        terminal.Error.WriteLine("fairlead: " + why);
        return ExitCode.Usage;
    }
}
