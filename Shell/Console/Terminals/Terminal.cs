using System;
using System.Collections;
using System.IO;
using System.Text;
using LanguageExt;
using Spectre.Console;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Terminals;

/// <summary>
/// What a command sees of the process: streams, environment, working directory. Results go to <see cref="Out"/>, diagnostics to <see cref="Error"/>; both may be
/// written to by several threads.
/// </summary>
internal sealed class Terminal
{
    /// <summary>Lines are never wrapped by us: a path that is cut in two cannot be copied.</summary>
    private const int WidthMax = 10_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output as bytes, for the access log; what <see cref="Out"/> wrote is there before it.</summary>
    public required Stream OutBytes { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>True when <see cref="Out"/> is a terminal whose user wants colours.</summary>
    public bool HasColors { get; init; }

    /// <summary>True when <see cref="Error"/> is a terminal whose user wants colours.</summary>
    public bool ErrorHasColors { get; init; }

    public required HashMap<string, string> Variables { get; init; }

    /// <summary>What relative file names are relative to.</summary>
    public required string Directory { get; init; }

    public static Terminal OfProcess()
    {
        var variables = VariablesOfProcess();
        // https://no-color.org: set and not empty.
        var wantsColors = variables.Find("NO_COLOR").Filter(static v => v.Length > 0).IsNone && variables.Find("TERM") != Some("dumb");
        var output = System.Console.OpenStandardOutput();
        return new Terminal
        {
            OpenInput = System.Console.OpenStandardInput,
            OutBytes = output,
            Out = TextWriter.Synchronized(new StreamWriter(output, Utf8) { AutoFlush = true }),
            Error = TextWriter.Synchronized(new StreamWriter(System.Console.OpenStandardError(), Utf8) { AutoFlush = true }),
            HasColors = wantsColors && !System.Console.IsOutputRedirected,
            ErrorHasColors = wantsColors && !System.Console.IsErrorRedirected,
            Variables = variables,
            Directory = Environment.CurrentDirectory,
        };
    }

    /// <summary><see cref="Out"/> with Spectre's markup; without colours it writes the bare text.</summary>
    public IAnsiConsole StyledOut() => Styled(Out, HasColors);

    /// <summary><see cref="Error"/> with Spectre's markup.</summary>
    public IAnsiConsole StyledError() => Styled(Error, ErrorHasColors);

    /// <summary>An absolute file name.</summary>
    public string Absolute(string fileName) => Path.GetFullPath(fileName, Directory);

    private static IAnsiConsole Styled(TextWriter writer, bool colors)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = WidthMax;
        return console;
    }

    private static HashMap<string, string> VariablesOfProcess()
    {
        var variables = HashMap<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables = variables.AddOrUpdate((string)variable.Key, (string?)variable.Value ?? "");
        return variables;
    }
}
