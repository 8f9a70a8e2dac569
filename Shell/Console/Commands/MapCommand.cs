using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead map</c>: which backend each key goes to, by the very code that decides it for requests.</summary>
internal static class MapCommand
{
    private const int OutputBufferBytes = 64 * 1024;

    public static DocumentedCommand Create(Terminal terminal)
    {
        var file = ConfigArguments.File();
        var config = ConfigArguments.Config();
        var upstream = new System.CommandLine.Option<string?>("--upstream", "-u") { HelpName = "name", Description = "Whose policy decides; may be left out when there is only one." };
        var down = new System.CommandLine.Option<string[]>("--down", "-d") { HelpName = "address", Description = "A backend that is out of service; may be given again. All others are healthy.", DefaultValueFactory = static _ => [] };
        var seed = new System.CommandLine.Option<ulong>("--seed") { HelpName = "number", Description = "What the draws of the random policy begin with.", DefaultValueFactory = static _ => 0 };
        var command = new DocumentedCommand("map", "Print the backend of each key on standard input: key, tab, backend.",
            """
              fairlead map fairlead.yaml --upstream blog < keys.txt
              fairlead map -c fairlead.yaml -u blog --down 10.0.0.2:8080 < keys.txt
              seq 1000 | fairlead map fairlead.yaml -u blog | cut -f2 | sort | uniq -c

            For ketama a line is the key itself; for source-ip-hash it is the client's address; round-robin and random only
            count the lines. '-' and exit code 1 mean that a key has no backend.
            """)
        {
            file, config, upstream, down, seed,
        };
        command.SetAction(arguments =>
        {
            var given = ConfigArguments.Given(arguments, file, config);
            if (given == Some(ConfigFile.StandardInput))
                return Refuse(terminal, "standard input has the keys, so the configuration must be a file");
            switch (ConfigFile.Load(given, terminal))
            {
                case LoadedConfig.Valid valid:
                    return Map(valid.Settings, arguments.GetValue(upstream), arguments.GetValue(down)!, arguments.GetValue(seed), terminal);
                case LoadedConfig.Faulty faulty:
                    FaultReport.WriteLines(terminal, faulty.Name, faulty.Faults);
                    return ExitCode.False;
                case LoadedConfig.NotFound missing:
                    return Refuse(terminal, missing.Reason);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });
        return command;
    }

    private static int Map(ProxySettings settings, string? name, string[] down, ulong seed, Terminal terminal)
    {
        var names = settings.Upstreams.Map(static upstream => upstream.Name).Strict();
        if (name is null && names.Count > 1)
            return Refuse(terminal, $"there are several upstreams, so say --upstream with one of {string.Join(", ", names)}");
        var chosen = settings.Upstreams.Find(upstream => name is null || upstream.Name == name);
        return chosen.Match(
            None: () => Refuse(terminal, $"there is no upstream '{name}'{DidYouMean.Phrase(name!, names, "the upstreams are")}"),
            Some: upstream =>
            {
                var isDown = new bool[upstream.Backends.Count];
                var addresses = upstream.Backends.Map(static backend => backend.Address.ToString()!).Strict();
                foreach (var address in down)
                {
                    var canonical = BackendAddress.Parse(address).Map(static parsed => parsed.ToString()!).IfNone(address);
                    var index = addresses.ToList().IndexOf(canonical);
                    if (index < 0)
                        return Refuse(terminal, $"--down: '{address}' is no backend of {upstream.Name}{DidYouMean.Phrase(address, addresses, "the backends are")}");
                    isDown[index] = true;
                }

                return Map(upstream, isDown, seed, terminal);
            });
    }

    private static int Map(UpstreamSettings upstream, bool[] isDown, ulong seed, Terminal terminal)
    {
        var candidates = upstream.Backends.Select(static (backend, index) => new Candidate(new Slot(index), backend.Address, backend.Weight)).ToImmutableArray();
        var picker = Pickers.Of(upstream.Policy, candidates, [.. isDown.Select(static down => !down)]);
        var entropy = new Entropy(seed);
        var isComplete = true;
        using var keys = new StreamReader(terminal.OpenInput(), Encoding.UTF8);
        using var output = new StreamWriter(terminal.OutBytes, new UTF8Encoding(false), OutputBufferBytes, leaveOpen: true);
        var ticket = 0UL;
        while (keys.ReadLine() is { } key)
        {
            (var draw, entropy) = entropy.Draw();
            var index = Picker.None;
            PickKey.OfText(upstream.Policy, key).Match(
                Some: bytes => { index = picker.Pick(new PickInput { Ticket = ticket, Entropy = draw, Key = bytes }); },
                None: () => terminal.Error.WriteLine($"fairlead: line {ticket + 1}: '{key}' is not an IP address"));
            isComplete &= index != Picker.None;
            output.Write(key);
            output.Write('\t');
            output.Write(index == Picker.None ? "-" : candidates[index].Address.ToString());
            output.Write('\n');
            ticket++;
        }

        return isComplete ? ExitCode.Ok : ExitCode.False;
    }

    private static int Refuse(Terminal terminal, string why)
    {
        terminal.Error.WriteLine("fairlead: " + why);
        return ExitCode.Usage;
    }
}
