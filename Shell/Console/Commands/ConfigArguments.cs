using System.CommandLine;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary>How commands are told their configuration: as an argument, or by <c>--config</c>, which fingers know from other servers.</summary>
internal static class ConfigArguments
{
    public static Argument<string?> File()
    {
        var file = new Argument<string?>("file")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The configuration; '-' is standard input. Without it: $FAIRLEAD_CONFIG, ./fairlead.yaml, $XDG_CONFIG_HOME/fairlead/fairlead.yaml, /etc/fairlead/fairlead.yaml.",
        };
        file.Validators.Add(static result =>
        {
            // An option nobody knows would be taken for a file.
            if (result.Tokens is [{ Value: ['-', _, ..] option }, ..])
                result.AddError($"There is no option '{option}'; a file of that name is './{option}'.");
        });
        return file;
    }

    public static System.CommandLine.Option<string?> Config()
    {
        var option = new System.CommandLine.Option<string?>("--config", "-c") { HelpName = "file", Description = "The same as the argument." };
        option.Validators.Add(static result =>
        {
            if (result.Parent is System.CommandLine.Parsing.CommandResult command && command.Command.Arguments.Count > 0 && command.GetValue<string?>("file") is not null)
                result.AddError("Name the configuration once, as the argument or by --config.");
        });
        return option;
    }

    public static LanguageExt.Option<string> Given(ParseResult arguments, Argument<string?> file, System.CommandLine.Option<string?> config) =>
        Optional(arguments.GetValue(config) ?? arguments.GetValue(file));
}
