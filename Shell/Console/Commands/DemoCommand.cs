using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Demo;
using Fairlead.Console.Terminals;
using Fairlead.Proxy;
using LanguageExt;
using Spectre.Console;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead demo</c>: a proxy, three origins and a dead address in one process, and a line for everything that happens.</summary>
internal static class DemoCommand
{
    private const string DefaultListen = "127.0.0.1:6188";

    public static DocumentedCommand Create(Terminal terminal)
    {
        var listen = new System.CommandLine.Option<string>("--listen", "-l") { HelpName = "address", Description = "Where the proxy listens.", DefaultValueFactory = static _ => DefaultListen };
        var command = new DocumentedCommand("demo", "See it work: a proxy before three tiny origins and one address where nobody listens.",
            """
              fairlead demo                      then, in another terminal: curl 127.0.0.1:6188 -svo /dev/null
              fairlead demo --listen :8080       on port 8080 of every IPv4 address

            Ctrl-C ends it.
            """)
        {
            listen,
        };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(listen)!, terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(string listen, Terminal terminal, CancellationToken stop)
    {
        _ = new Server();                                             // prepares the process for sockets, which has to come before the first one
        var origins = DemoOrigins.Start();
        await using (origins.ConfigureAwait(false))
        {
            var read = SettingsReader.Read(TreeOf(listen, origins)).Case;
            if (read is not ProxySettings settings)
            {
                foreach (var fault in (LanguageExt.Seq<ConfigFault>)read)
                    await terminal.Error.WriteLineAsync($"fairlead: --listen: {fault.CodeText}: {fault.Message}").ConfigureAwait(false);
                return ExitCode.Usage;
            }

            var console = terminal.StyledOut();
            var lines = new Lock();
            var server = new ConfiguredServer(settings, new ConfiguredServerOptions
            {
                ExchangeEnded = (session, _) => { lock (lines) RequestLine.Write(console, session); },
                VerdictChanged = change => { lock (lines) HealthLine.Write(console, TimeProvider.System.GetUtcNow(), change); },
            });
            var code = await Serving.RunAsync(server, () => { lock (lines) Greet(console, server.BoundTo, origins); }, terminal, stop).ConfigureAwait(false);
            if (code == ExitCode.CannotStart)
                await terminal.Error.WriteLineAsync("fairlead: another address can be given: fairlead demo --listen 127.0.0.1:0").ConfigureAwait(false);
            return code;
        }
    }

    private static ConfigNode TreeOf(string listen, DemoOrigins origins) => TreeBuilder.Map(
        ("listeners", TreeBuilder.List(TreeBuilder.Map(("bind", TreeBuilder.Text(listen))))),
        ("upstreams", TreeBuilder.Map(("demo", TreeBuilder.Map(
            ("backends", TreeBuilder.List([.. origins.Origins.Select(static origin => TreeBuilder.Text(origin.Address)), TreeBuilder.Text(origins.Nobody)])),
            ("health", TreeBuilder.Map(("tcp", TreeBuilder.Map()), ("every", TreeBuilder.Text("1s")))))))),
        ("routes", TreeBuilder.List(TreeBuilder.Map(("to", TreeBuilder.Text("demo"))))));

    private static void Greet(IAnsiConsole console, IReadOnlyList<EndPoint> bound, DemoOrigins origins)
    {
        var table = new Table().NoBorder().HideHeaders().AddColumn("what").AddColumn("where").AddColumn("who");
        foreach (var endPoint in bound)
            table.AddRow("proxy", Markup.Escape(endPoint.ToString()!), "round robin over what follows");
        foreach (var origin in origins.Origins)
            table.AddRow("origin", Markup.Escape(origin.Address), Markup.Escape(origin.Name));
        table.AddRow("nobody", Markup.Escape(origins.Nobody), "refuses connections; the first health check takes it out");
        console.Write(table);
        console.MarkupLine("");
        console.MarkupLineInterpolated($"Type in another terminal:  [bold]curl {Reachable(bound)} -svo /dev/null[/]");
        console.MarkupLine("Each request is a line here. Ctrl-C ends the demo.");
        console.MarkupLine("");
    }

    /// <summary>An address that can be dialled: every-address stands for this machine.</summary>
    private static string Reachable(IReadOnlyList<EndPoint> bound) => bound.Count > 0 && bound[0] is IPEndPoint ip
        ? new IPEndPoint(ip.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : ip.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : ip.Address, ip.Port).ToString()
        : bound.Count > 0 ? $"--unix-socket {bound[0]} http://demo/" : DefaultListen;
}
