using System.Collections.Generic;
using System.CommandLine;

namespace Fairlead.Console.Commands;

/// <summary>What can be said to <c>fairlead explain</c> about a request and the state of the backends.</summary>
internal sealed class ExplainOptions
{
    public Argument<string?> File { get; } = ConfigArguments.File();

    public Option<string?> Config { get; } = ConfigArguments.Config();

    public Option<string?> Upstream { get; } = new("--upstream", "-u") { HelpName = "name", Description = "The upstream; without it the route of host and path says which." };

    public Option<string> Path { get; } = new("--path", "-p") { HelpName = "path", Description = "Path and query of the request.", DefaultValueFactory = static _ => "/" };

    public Option<string?> Host { get; } = new("--host") { HelpName = "host", Description = "Its Host field; without it localhost, or what --header says." };

    public Option<string[]> Header { get; } = Several("--header", "-H", "field", "A field such as \"x-user: 7\"; may be given again.");

    public Option<string[]> Cookie { get; } = Several("--cookie", "-b", "name=value", "A cookie; may be given again.");

    public Option<string> Client { get; } = new("--client") { HelpName = "address", Description = "The address that connects to the proxy.", DefaultValueFactory = static _ => "127.0.0.1" };

    public Option<string[]> Down { get; } = Several("--down", "-d", "address", "A backend whose checks or requests fail; may be given again.");

    public Option<string[]> Drain { get; } = Several("--drain", null, "address", "A backend that is draining: nothing new, but sticky clients stay; may be given again.");

    public Option<string[]> InFlight { get; } = Several("--in-flight", null, "address=n", "Requests in flight at a backend; may be given again.");

    public Option<string[]> Tried { get; } = Several("--tried", null, "address", "A backend this request has tried before; may be given again.");

    public Option<ulong> Ticket { get; } = new("--ticket") { HelpName = "number", Description = "How many requests of the upstream came before.", DefaultValueFactory = static _ => 0 };

    public Option<ulong> Seed { get; } = new("--seed") { HelpName = "number", Description = "What the draw of random policies begins with.", DefaultValueFactory = static _ => 0 };

    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object instead of text; its shape is in CONFIGURATION.md." };

    public IEnumerable<Argument> Arguments => [File];

    public IEnumerable<Option> All => [Config, Upstream, Path, Host, Header, Cookie, Client, Down, Drain, InFlight, Tried, Ticket, Seed, Json];

    private static Option<string[]> Several(string name, string? alias, string helpName, string description) =>
        new(name, alias is null ? [] : [alias]) { HelpName = helpName, Description = description, DefaultValueFactory = static _ => [] };
}
