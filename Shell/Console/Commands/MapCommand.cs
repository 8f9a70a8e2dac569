using System.Globalization;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Mapping;
using Fairlead.Console.Terminals;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead map</c>: which backend each key goes to, or which keys another configuration moves, by the very code that decides it for requests.</summary>
internal static class MapCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var file = ConfigArguments.File();
        var config = ConfigArguments.Config();
        var upstream = new System.CommandLine.Option<string?>("--upstream", "-u") { HelpName = "name", Description = "Whose policy decides; may be left out when there is only one." };
        var down = new System.CommandLine.Option<string[]>("--down", "-d") { HelpName = "address", Description = "A backend that is out of service; may be given again. All others are healthy.", DefaultValueFactory = static _ => [] };
        var seed = new System.CommandLine.Option<ulong>("--seed") { HelpName = "number", Description = "What the draws of policies without key begin with.", DefaultValueFactory = static _ => 0 };
        var against = new System.CommandLine.Option<string?>("--against", "-a") { HelpName = "file", Description = "The configuration after a change: print the keys it moves (key, tab, from, tab, to), and a summary on standard error." };
        var summary = new System.CommandLine.Option<bool>("--summary", "-s") { Description = "With --against: only the summary, on standard output." };
        var maxMoved = PercentOption("--max-moved", "With --against: exit code 1 when more than this share of the keys moves.");
        var command = new DocumentedCommand("map", "Print the backend of each key on standard input (key, tab, backend), or which keys a change moves.",
            """
              fairlead map fairlead.yaml --upstream blog < keys.txt
              fairlead map -c fairlead.yaml -u blog --down 10.0.0.2:8080 < keys.txt
              seq 1000 | fairlead map fairlead.yaml -u blog | cut -f2 | sort | uniq -c
              fairlead map old.yaml --against new.yaml --summary --max-moved 15% < keys.txt

            A line is the key itself; for source-ip-hash and nginx-ip-hash it is the client's address; policies without key
            only count the lines. Nothing is in flight and no latency is known. '-' and exit code 1 mean that a key has no
            backend. Of the moved keys the summary says how many had to: the fewest moves by which every backend comes to
            have as many keys as it has after the change (the sum of what each has lost; all keys of one that is gone are
            in it). It says also what an exactly even policy would move (the same sum of shares by weight).
            """)
        {
            file, config, upstream, down, seed, against, summary, maxMoved,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(against) is null && (result.GetValue(summary) || result.GetValue(maxMoved) is not null))
                result.AddError("--summary and --max-moved say something about a change: name the other configuration by --against.");
        });
        command.SetAction(arguments =>
        {
            var given = ConfigArguments.Given(arguments, file, config);
            if (given == Some(ConfigFile.StandardInput) || arguments.GetValue(against) == ConfigFile.StandardInput)
                return Asking.Refuse(terminal, "standard input has the keys, so the configuration must be a file");
            var name = arguments.GetValue(upstream);
            var isDown = arguments.GetValue(down)!;
            var keys = new KeyStream(terminal, arguments.GetValue(seed));
            return Asking.About(given, terminal, before => arguments.GetValue(against) is { } other
                ? Asking.About(other, terminal, after =>
                    Compared(before, after, name, isDown).Match(
                        Left: why => Asking.Refuse(terminal, why),
                        Right: pair => KeyComparison.Write(pair.Before, pair.After, keys, arguments.GetValue(summary), arguments.GetValue(maxMoved), terminal)))
                : NamedUpstream.Find(before, name).Bind(found => found.With("--down", isDown, Standing.Failed)).Match(
                    Left: why => Asking.Refuse(terminal, why),
                    Right: found => KeyMapping.Write(found, keys, terminal)));
        });
        return command;
    }

    /// <summary>The upstream in both configurations; an address that is down must be a backend of one of them.</summary>
    private static Either<string, (NamedUpstream Before, NamedUpstream After)> Compared(ProxySettings before, ProxySettings after, string? name, string[] down) =>
        from old in NamedUpstream.Find(before, name)
        from changed in NamedUpstream.Find(after, name ?? old.Settings.Name).MapLeft(static why => "in the other configuration, " + why)
        from oldDown in old.With("--down", down.Where(address => old.Has(address) || !changed.Has(address)), Standing.Failed)
        from changedDown in changed.With("--down", down.Where(changed.Has), Standing.Failed)
        select (oldDown, changedDown);

    private static System.CommandLine.Option<double?> PercentOption(string name, string description) => new(name)
    {
        HelpName = "percent",
        Description = description,
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text.EndsWith('%') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100)
                return percent;
            result.AddError($"'{text}' is not a percentage from 0% to 100%.");
            return null;
        },
    };
}
