using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Commands;

/// <summary>
/// <c>fairlead proxy</c>: one upstream from flags alone. The flags become the tree that a file would become, so the rules and their messages are the same.
/// </summary>
internal static class ProxyCommand
{
    private const string Upstream = "default";

    public static DocumentedCommand Create(Terminal terminal)
    {
        var flags = new ProxyFlags();
        var command = new DocumentedCommand("proxy", "Run a proxy before a few backends, without a file.",
            """
              fairlead proxy --listen :8080 --to 10.0.0.1:80 --to 10.0.0.2:80,weight=3
              fairlead proxy --listen 0.0.0.0:6188 --to a.example:443 --to b.example:443,weight=3 \
                --tls --sni example.com --set-header "Host: example.com" \
                --policy ketama --key "header x-user" --health tcp --every 1s
              fairlead proxy --listen unix:/run/fairlead.sock --to unix:/run/app.sock --health http --health-path /healthz

            'fairlead run' has many more settings (several listeners and upstreams, routes, timeouts, limits).
            """);
        flags.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(flags, arguments, terminal, stop));
        return command;
    }

    private static Task<int> RunAsync(ProxyFlags flags, ParseResult arguments, Terminal terminal, CancellationToken stop)
    {
        var named = new List<string>();
        var read = SettingsReader.Read(flags.TreeOf(arguments, Upstream, named));
        return read.Match(
            Succ: settings => Serving.RunAsync("flags", settings, new ServingOptions { IsQuiet = arguments.GetValue(flags.Quiet) }, terminal, stop),
            Fail: faults =>
            {
                foreach (var fault in faults)
                    terminal.Error.WriteLine($"fairlead: {(fault.At.Line > 0 ? named[fault.At.Line - 1] + ": " : "")}{fault.CodeText}: {fault.Message}");
                return Task.FromResult(ExitCode.Usage);
            });
    }
}
