using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Upstreams;

namespace Fairlead.Proxy;

/// <summary>What a <see cref="ConfiguredServer"/> tells whom.</summary>
public sealed class ConfiguredServerOptions
{
    /// <summary>Where the access log goes, in the format the settings name.</summary>
    public Stream AccessLog { get; init; } = Stream.Null;

    /// <summary>Told of each change of a backend's verdict.</summary>
    public Action<ControlEffect.ReportVerdict> VerdictChanged { get; init; } = static _ => { };

    /// <summary>Told of each exchange, with the name of its upstream (empty when there was no route), instead of the access log.</summary>
    public Action<Session, string>? ExchangeEnded { get; init; }

    /// <summary>Told of each connection without requests, instead of the access log.</summary>
    public Action<EndedConnection>? ConnectionEnded { get; init; }
}

/// <summary>The proxy that settings describe: the composition root of the console, and the way to run a configuration inside another program.</summary>
public sealed class ConfiguredServer
{
    /// <summary>How long a process that takes over waits for its first checks and names.</summary>
    private static readonly TimeSpan SettlingMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SettlingPause = TimeSpan.FromMilliseconds(20);

    private readonly HttpProxyService _service;
    private readonly AccessLog? _accessLog;
    private readonly ControlLoop _control;
    private readonly Lock _oneAtATime = new();
    private ProxySettings _settings;

    /// <summary>Wires everything up; nothing is bound or started yet.</summary>
    public ConfiguredServer(ProxySettings settings, ConfiguredServerOptions options)
    {
        _settings = settings;
        Server = new Server { DrainLimit = settings.DrainLimit, BeforeAccepting = SettledAsync };
        _control = new ControlLoop(settings, report =>
        {
            ProxyMetrics.VerdictChanged(report.Backend.Upstream, report.Backend.Address.ToString()!, report.After.IsUsable);
            options.VerdictChanged(report);
        }, bug => Server.UnexpectedError(bug));
        if (options.ExchangeEnded is null)
            _accessLog = new AccessLog(options.AccessLog, settings.AccessLog);
        var log = options.ExchangeEnded ?? (_accessLog is { } accessLog ? accessLog.Write : static (_, _) => { });
        var slots = SlotArrays.ForReloads(settings.Upstreams.Sum(static upstream => upstream.Backends.Count));
        var proxy = new ConfiguredProxy(_control.Snapshot, slots, _control.Happened, log, bug => Server.UnexpectedError(bug));
        _control.SnapshotPublished = proxy.SnapshotPublished;
        _control.TakeTallies = proxy.TakeTallies;
        _service = HttpProxyService.Create(proxy);
        _service.TcpBalancer = new ConfiguredTcp(proxy, options.ConnectionEnded ?? (_accessLog is { } connections ? connections.Write : static _ => { }));
        _service.UpstreamFiles = () => Volatile.Read(ref _settings).Upstreams.Bind(static upstream => upstream.Tls.ToSeq()).Map(TlsClient.Of).Strict();
        _service.ClientTimeouts = settings.ClientTimeouts;
        _service.Limits = settings.Limits;
        _service.TrustedProxies = settings.TrustedProxies;
        _service.Forwarding = settings.Forwarding;
        _service.AllowsConnect = AllowsConnect(settings);
        foreach (var listener in settings.Listeners)
            _service.Add(listener);
        Server.AddService(_control).AddService(_service);
    }

    /// <summary>The server underneath: stop it, or take its signals away.</summary>
    public Server Server { get; }

    /// <summary>The addresses in force, in the order of the listeners, with real ports where 0 was asked for; empty before <see cref="Started"/>.</summary>
    public IReadOnlyList<EndPoint> BoundTo => _service.BoundTo;

    /// <summary>Completes when connections are accepted.</summary>
    public Task Started => Server.Started;

    /// <summary>Runs until stopped and gives the exit code: 0 after a graceful stop, 4 after a forced one.</summary>
    /// <exception cref="ServerStartException">A listener cannot be bound, or a TLS file cannot be used.</exception>
    public async Task<int> RunAsync(CancellationToken stop = default)
    {
        try
        {
            CheckUpstreamFiles(_settings);
            return await Server.RunAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _accessLog?.Dispose();
        }
    }

    /// <summary>
    /// Serves by <paramref name="settings"/> from now on, and answers what that changed. Health, rotation and connections of backends that stay are kept; requests under way end as
    /// they began; backends that are gone drain. All or nothing: new listeners are bound before anything else.
    /// </summary>
    /// <exception cref="ServerStartException">A TLS file cannot be used, or an address cannot be bound: nothing was changed.</exception>
    public ReloadPlan Reload(ProxySettings settings)
    {
        lock (_oneAtATime)
        {
            var plan = ReloadPlan.Of(_settings, settings);
            CheckUpstreamFiles(settings);
            _service.Relisten(settings.Listeners);
            _service.Runtime.Options = new SessionOptions(settings.ClientTimeouts, settings.Limits, settings.TrustedProxies, settings.Forwarding, AllowsConnect(settings));
            _control.Happened(new ControlEvent.SettingsLoaded(settings));
            _service.Runtime.Pools.Drain(AddressesOf(_settings).Except(AddressesOf(settings)).ToFrozenSet());
            if (_accessLog is not null)
                _accessLog.Format = settings.AccessLog;
            Server.DrainLimit = settings.DrainLimit;
            Volatile.Write(ref _settings, settings);
            _service.LookAtCertificates();
            return plan;
        }
    }

    /// <summary>A process that takes over would answer 503 for backends that it has not looked at yet.</summary>
    private async Task SettledAsync(CancellationToken stop)
    {
        for (var waited = TimeSpan.Zero; waited < SettlingMax && _control.Snapshot.Value.IsSettling && !stop.IsCancellationRequested; waited += SettlingPause)
            await Task.Delay(SettlingPause, CancellationToken.None).ConfigureAwait(false);   // once in the life of a process, and bounded
    }

    private static IEnumerable<BackendAddress> AddressesOf(ProxySettings settings) =>
        settings.Upstreams.SelectMany(static upstream => upstream.Backends.Select(static backend => backend.Address));

    private static bool AllowsConnect(ProxySettings settings) => settings.Routes.Exists(static route => !route.Connect.IsEmpty);

    /// <summary>A file that is missing now would fail every request later.</summary>
    private static void CheckUpstreamFiles(ProxySettings settings)
    {
        foreach (var upstream in settings.Upstreams)
        {
            foreach (var tls in upstream.Tls)
            {
                try
                {
                    TlsClient.CheckFiles(tls);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
                {
                    throw new ServerStartException($"upstream '{upstream.Name}': its TLS files cannot be used: {e.Message}", e);
                }
            }
        }
    }
}
