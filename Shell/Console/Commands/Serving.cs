using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Configuration;
using Fairlead.Console.Systemd;
using Fairlead.Console.Terminals;
using Fairlead.Console.Upgrades;
using Fairlead.Proxy;
using Fairlead.Proxy.Sessions;

namespace Fairlead.Console.Commands;

/// <summary>How <c>fairlead run</c> serves beyond its settings.</summary>
internal sealed record ServingOptions
{
    public bool IsQuiet { get; init; }

    /// <summary>Reads the configuration again; without it there is no reload.</summary>
    public Func<LoadedConfig>? Again { get; init; }

    /// <summary>The file whose changes are reloaded.</summary>
    public string? Watched { get; init; }

    /// <summary>Where the number of the process that serves is written.</summary>
    public string? PidFile { get; init; }

    /// <summary>What an upgrade starts instead of the program that runs.</summary>
    public string? UpgradeBinary { get; init; }

    public TimeSpan UpgradeLimit { get; init; } = Upgrading.DefaultLimit;
}

/// <summary>Runs a proxy until it is stopped: banner and health changes on standard error, access log on standard output.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(string configName, ProxySettings settings, ServingOptions options, Terminal terminal, CancellationToken stop)
    {
        var isQuiet = options.IsQuiet;
        var command = ProcessCommand.OfThisProcess(options.UpgradeBinary, terminal.Directory);
        using var inherited = InheritedSockets.OfEnvironment();
        using var notifier = ServiceNotifier.OfEnvironment();
        using var pidFile = options.PidFile is null ? null : new PidFile(options.PidFile);
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
        server.Server.Inherited = inherited;
        using var upgrade = new Upgrading(server.Server, command, options.UpgradeLimit, notifier, terminal);
        using var reload = options.Again is null ? null : new Reloading(server, options.Again, options.Watched, isQuiet, notifier, terminal);
        server.Server.StopBegan = () =>
        {
            notifier.Stopping();
            upgrade.Stop();
        };
        return await RunAsync(server, () =>
        {
            foreach (var unused in inherited.CloseRest())
                terminal.Error.WriteLine($"fairlead: no listener has the address of the inherited socket {unused}; it is closed");
            if (!isQuiet)
                terminal.Error.WriteLine(Banner(configName, settings, server));
            pidFile?.Claim();
            notifier.Ready($"serving {configName}");
            Successor.TellPredecessor();
        }, terminal, stop).ConfigureAwait(false);
    }

    /// <summary>Runs <paramref name="server"/>, telling <paramref name="started"/> once connections are accepted.</summary>
    public static async Task<int> RunAsync(ConfiguredServer server, Action started, Terminal terminal, CancellationToken stop)
    {
        try
        {
            var running = server.RunAsync(stop);
            await Task.WhenAny(running, server.Started).ConfigureAwait(false);
            if (server.Started.IsCompletedSuccessfully)
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
