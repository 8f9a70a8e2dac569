using System;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Http;
using Fairlead.Resilience;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Simulation;

/// <summary>Which world a seed is played in. Times are virtual.</summary>
internal sealed record Scenario(ulong Seed, int Clients, TimeSpan Lasts, double Loss, bool HasFaults, bool HasReloads, PolicySettings Policy)
{
    public const int Backends = 4;

    /// <summary>Longest any exchange may go on after clients stopped asking, and any state take to settle.</summary>
    public static TimeSpan SettleTime => TimeSpan.FromSeconds(20);

    public static HealthSettings Check { get; } = new(
        new ProbeSettings.Http("GET", "/health", Host: None, StatusSet.Ok, Port: None, Tls: false),
        Every: TimeSpan.FromSeconds(1), Timeout: TimeSpan.FromMilliseconds(400), Rise: 2, Fall: 3, InitialHealth.Up, Jitter: 0.1);

    public static UpstreamTimeouts Timeouts { get; } = UpstreamTimeouts.Default with { Connect = TimeSpan.FromMilliseconds(300), ResponseHead = TimeSpan.FromSeconds(2) };

    /// <summary>Everything goes wrong now and then; the seed chooses the policy, the losses and the moments.</summary>
    public static Scenario Chaos(ulong seed) => new(
        seed, Clients: 8, Lasts: TimeSpan.FromSeconds(25), Loss: 0.002 * (seed % 4), HasFaults: true, HasReloads: true,
        (seed % 3) switch
        {
            0 => new PolicySettings.RoundRobin(),
            1 => new PolicySettings.Ketama(new KeySource.Header("x-user")),
            _ => new PolicySettings.Random(),
        });

    /// <summary>A network without loss, round robin, and only the faults a test adds.</summary>
    public static Scenario Calm(ulong seed) => new(
        seed, Clients: 8, Lasts: TimeSpan.FromSeconds(40), Loss: 0, HasFaults: false, HasReloads: false, new PolicySettings.RoundRobin());

    public static BackendAddress AddressOf(int backend) => new BackendAddress.Ip(new System.Net.IPAddress([10, 0, 0, (byte)(backend + 1)]), 80);

    /// <summary>The settings with those weights; a weight below 0 leaves the backend out. The last backend is reached by name.</summary>
    public ProxySettings Settings(params int[] weights)
    {
        var backends = weights
            .Select(static (weight, i) => (Address: i == Backends - 1 ? new BackendAddress.Name("last.test", 80) : AddressOf(i), Weight: Weight.From(weight)))
            .Where(static backend => backend.Weight.IsSome)
            .Select(static backend => new BackendSettings(backend.Address, backend.Weight.IfNone(Weight.One)))
            .ToArray();
        return ProxySettings.Empty with
        {
            Upstreams = Seq1(UpstreamSettings.Of("app", toSeq(backends).Strict()) with
            {
                Health = Check,
                Policy = Policy,
                Timeouts = Timeouts,
                Retry = new RetrySettings(3),
                ResolveEvery = TimeSpan.FromSeconds(4),
            }),
            Routes = Seq1(new RouteSettings(default, PathPattern.Any, "app", HeaderEdits.None, HeaderEdits.None)),
            DrainLimit = TimeSpan.FromSeconds(10),
        };
    }
}
