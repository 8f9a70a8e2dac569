using System.Text;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Console.Explaining;
using Fairlead.Console.Terminals;
using Fairlead.Primitives;
using Fairlead.Routing;
using LanguageExt;
using static LanguageExt.Prelude;
using ParseResult = System.CommandLine.ParseResult;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead explain</c>: why a request goes where it goes, by the very code that decides it.</summary>
internal static class ExplainCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var options = new ExplainOptions();
        var command = new DocumentedCommand("explain", "Say which backend a request gets, and why that one.",
            """
              fairlead explain fairlead.yaml --path /cart?id=7 --client 10.1.2.3
              fairlead explain fairlead.yaml --host shop.example --header "x-user: 7" --down 10.0.0.2:8080
              fairlead explain fairlead.yaml -u shop --in-flight 10.0.0.1:8080=32 --ticket 5
              fairlead explain fairlead.yaml --cookie backend=81e5… --json | jq .chosen

            Without --upstream the route is found by host and path. Backends are healthy unless told otherwise, nothing is in
            flight, and no latency is known. Exit code 1 when no backend is chosen or no route matches.
            """);
        foreach (var argument in options.Arguments)
            command.Add(argument);
        foreach (var option in options.All)
            command.Add(option);
        command.SetAction(arguments => Asking.About(ConfigArguments.Given(arguments, options.File, options.Config), terminal, settings =>
            Explain(settings, arguments, options, terminal)));
        return command;
    }

    private static int Explain(ProxySettings settings, ParseResult arguments, ExplainOptions options, Terminal terminal)
    {
        var asked = RequestOf(settings, arguments, options);
        if (asked.Case is not AskedRequest request)
            return Asking.Refuse(terminal, (string)asked.Case);

        var route = Option<TakenRoute>.None;
        var name = arguments.GetValue(options.Upstream);
        if (name is null)
        {
            route = RouteOf(settings, request);
            if (route.Case is not TakenRoute taken)
            {
                terminal.Error.WriteLine($"fairlead: no route for host {request.Authority} and path {request.Target} (404); the routes are in the configuration, or say --upstream");
                return ExitCode.False;
            }

            name = taken.Settings.To;
        }

        return DecisionOf(settings, name, request, route, arguments, options).Match(
            Left: why => Asking.Refuse(terminal, why),
            Right: decision =>
            {
                if (arguments.GetValue(options.Json))
                    terminal.Out.WriteLine(DecisionJson.Of(decision));
                else
                    DecisionText.Write(decision, terminal.Out);
                return decision.HasChosen ? ExitCode.Ok : ExitCode.False;
            });
    }

    private static Either<string, AskedRequest> RequestOf(ProxySettings settings, ParseResult arguments, ExplainOptions options)
    {
        if (!IpText.TryParse(arguments.GetValue(options.Client), out var client))
            return Left($"--client: '{arguments.GetValue(options.Client)}' is not an IP address");
        var headers = toSeq(arguments.GetValue(options.Header)!).Strict();
        var host = arguments.GetValue(options.Host) ?? (headers.Exists(IsHost) ? null : "localhost");
        var cookies = arguments.GetValue(options.Cookie)!;
        var hostLine = Optional(host).Map(static value => "Host: " + value);
        var cookieLine = cookies.Length > 0 ? Some("Cookie: " + string.Join("; ", cookies)) : None;
        var fields = toSeq<string>([.. hostLine, .. headers, .. cookieLine]);
        return AskedRequest.Of(settings, client, arguments.GetValue(options.Path)!, fields.Strict());
    }

    private static bool IsHost(string field) => field.StartsWith("host:", System.StringComparison.OrdinalIgnoreCase);

    private static Option<TakenRoute> RouteOf(ProxySettings settings, AskedRequest request)
    {
        var index = RouteTable.Of([.. settings.Routes]).Match(request.AuthorityBytes, request.PathBytes);
        return index < 0 ? None : Some(new TakenRoute(index + 1, settings.Routes[index]));
    }

    private static Either<string, Decision> DecisionOf(
        ProxySettings settings, string name, AskedRequest request, Option<TakenRoute> route, ParseResult arguments, ExplainOptions options) =>
        from all in NamedUpstream.Find(settings, name)
        from down in all.With("--down", arguments.GetValue(options.Down)!, Standing.Failed)
        from upstream in down.With("--drain", arguments.GetValue(options.Drain)!, Standing.Draining)
        from inFlight in InFlight.Of(upstream, arguments.GetValue(options.InFlight)!)
        from tried in Tried(upstream, arguments.GetValue(options.Tried)!)
        select Decide(upstream, request, route, inFlight, tried, arguments.GetValue(options.Ticket), arguments.GetValue(options.Seed));

    private static Decision Decide(NamedUpstream upstream, AskedRequest request, Option<TakenRoute> route, int[] inFlight, ulong[] tried, ulong ticket, ulong seed)
    {
        var selector = upstream.Selector;
        var key = request.KeyOf(upstream.Settings.Policy);
        var token = upstream.Settings.Selection.Sticky.Map(sticky => request.Cookie(sticky.CookieName)).IfNone([]);
        var input = new PickInput { Ticket = ticket, Entropy = new Entropy(seed).Draw().Draw, Key = key, InFlight = inFlight, Tried = tried };
        var selection = selector.Select(input, token, waiting: 0);
        return new Decision(request, route, upstream, inFlight, key, selection, selector.Explain(input, token), Encoding.UTF8.GetString(selector.SetCookieFor(selection)));
    }

    private static Either<string, ulong[]> Tried(NamedUpstream upstream, string[] addresses)
    {
        var words = new ulong[(upstream.Candidates.Length + 63) / 64];
        foreach (var address in addresses)
        {
            var found = upstream.IndexOf("--tried", address);
            if (found.Case is not int index)
                return Left((string)found.Case);
            words[index >> 6] |= 1UL << (index & 63);
        }

        return Right(words);
    }
}
