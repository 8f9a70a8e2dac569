using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Terminals;
using Fairlead.Proxy;

namespace Fairlead.Console.Commands;

/// <summary>Runs a proxy until it is stopped: banner and health changes on standard error, access log on standard output.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(string configName, ProxySettings settings, bool isQuiet, Terminal terminal, CancellationToken stop, Func<LoadedConfig>? again = null)
    {
        var error = terminal.StyledError();
        var server = new ConfiguredServer(settings, new ConfiguredServerOptions
        {
            AccessLog = terminal.OutBytes,
            VerdictChanged = change =>
            {
                if (!isQuiet)
                    HealthLine.Write(error, TimeProvider.System.GetUtcNow(), change);
            },
        });
        using var reload = again is null ? null : new Reloading(server, again, terminal);
        return await RunAsync(server, () =>
        {
            if (!isQuiet)
                terminal.Error.WriteLine(Banner(configName, settings, server));
        }, terminal, stop).ConfigureAwait(false);
    }

    /// <summary>Runs <paramref name="server"/>, telling <paramref name="started"/> once connections are accepted.</summary>
    public static async Task<int> RunAsync(ConfiguredServer server, Action started, Terminal terminal, CancellationToken stop)
    {
        try
        {
            var running = server.RunAsync(stop);
            if (await Task.WhenAny(running, server.Started).ConfigureAwait(false) == server.Started)
                started();
            return await running.ConfigureAwait(false);
        }
        catch (ServerStartException cannot)
        {
            await terminal.Error.WriteLineAsync("fairlead: " + cannot.Message).ConfigureAwait(false);
            return ExitCode.CannotStart;
        }
    }

    private static string Banner(string configName, ProxySettings settings, ConfiguredServer server)
    {
        var listening = settings.Listeners.Zip(server.BoundTo, static (listener, bound) => ListenerText(listener, bound.ToString()!));
        var upstreams = settings.Upstreams.Map(static upstream => $"{upstream.Name} ({Counted(upstream.Backends.Count, "backend")})");
        return $"fairlead {CommandLine.Version}: {configName}; listening on {string.Join(", ", listening)}; upstreams {string.Join(", ", upstreams)}";
    }

    private static string ListenerText(ListenerSettings listener, string bound) =>
        (listener.Address is ListenerAddress.Unix ? listener.Address.ToString() : bound) + (listener.Tls.IsSome ? " (TLS)" : "");

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
