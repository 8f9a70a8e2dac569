using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Commands;
using Fairlead.Console.Terminals;
using static LanguageExt.Prelude;

namespace Fairlead.Console;

/// <summary>The command line: which commands there are, and what is told to somebody who called it wrongly.</summary>
internal static class CommandLine
{
    private const string Examples =
        """
          fairlead demo                      see it work
          fairlead run fairlead.yaml         the real thing
          fairlead -t fairlead.yaml          is this file valid?
          fairlead explain fairlead.yaml --path /cart --client 10.1.2.3
                                             why does this request go where it goes?
          fairlead proxy --listen :8080 --to 10.0.0.1:80 --to 10.0.0.2:80,weight=3
                                             no file needed

        'fairlead COMMAND --help' explains each command with examples.
        Exit codes: 0 done or stopped gracefully, 1 what was asked about is not so, 2 called wrongly or no such file,
        3 could not start, 4 stopped by force.
        """;

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetName().Version!.ToString(3);     // attributes are trimmed away in a native binary

    /// <summary>Does what <paramref name="args"/> say, and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var parsed = Create(terminal).Parse(WithVerb(args));
        if (parsed.Action is ParseErrorAction)
            return Explain(parsed, terminal);

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,                         // signals are the server's: it stops gracefully
        }).ConfigureAwait(false);
    }

    /// <summary>Says what is wrong with the call. Without a command there is no more to say than which there are.</summary>
    private static int Explain(ParseResult parsed, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        if (command is not RootCommand root)
        {
            foreach (var error in parsed.Errors)
                terminal.Error.WriteLine("fairlead: " + error.Message);
            terminal.Error.WriteLine($"Try 'fairlead {command.Name} --help'.");
            return ExitCode.Usage;
        }

        var names = toSeq(root.Subcommands).Map(static verb => verb.Name).Strict();
        terminal.Error.WriteLine(parsed.UnmatchedTokens is [var unknown, ..]
            ? $"fairlead: there is no command '{unknown}'{DidYouMean.Phrase(unknown, names, "the commands are")}"
            : $"fairlead: say what to do: {string.Join(", ", names)}");
        terminal.Error.WriteLine("Try 'fairlead --help', or 'fairlead demo' to see it work.");
        return ExitCode.Usage;
    }

    private static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Fairlead, a load-balancing HTTP reverse proxy.")
        {
            DemoCommand.Create(terminal),
            RunCommand.Create(terminal),
            ProxyCommand.Create(terminal),
            ValidateCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            MapCommand.Create(terminal),
            DiffCommand.Create(terminal),
            UpgradeCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            VersionCommand.Create(terminal),
        };
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help, Examples);
            else if (option is VersionOption)
                option.Action = new PrintVersion(terminal);
        }

        return root;
    }

    /// <summary><c>-t</c> first means validate.</summary>
    private static string[] WithVerb(string[] args) => args is ["-t", .. var rest] ? ["validate", .. rest] : args;

    private sealed class HelpWithExamples(HelpAction help, string rootExamples) : SynchronousCommandLineAction
    {
        private const int Width = 110;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.MaxWidth = Width;
            help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            output.WriteLine(parseResult.CommandResult.Command is DocumentedCommand documented ? documented.Examples : rootExamples);
            return ExitCode.Ok;
        }
    }

    private sealed class PrintVersion(Terminal terminal) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            terminal.Out.WriteLine(Version);
            return ExitCode.Ok;
        }
    }
}
