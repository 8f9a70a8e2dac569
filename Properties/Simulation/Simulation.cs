using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Properties.Simulation;

/// <summary>
/// The whole system in virtual time: clients, the proxy under test, a network, backends and what befalls them, all from one seed. The trace of everything that happened is the
/// proof that a seed reproduces it.
/// </summary>
public sealed class Simulation
{
    private readonly Scenario _scenario;
    private readonly StringBuilder _trace = new();

    internal Simulation(Scenario scenario)
    {
        _scenario = scenario;
        Reference = new Reference(Clock, Note);
        Network = new SimNetwork(Clock, new SimChance(scenario.Seed, actor: 2), scenario.Loss);
        Backends = [.. Enumerable.Range(0, Scenario.Backends).Select(i => new SimBackend(i, Clock, new SimChance(scenario.Seed, 100UL + (ulong)i), Network, Reference))];
        Proxy = new SimProxy(scenario, Clock, Network, Backends, Reference, Note);
    }

    internal SimClock Clock { get; } = new();

    internal Reference Reference { get; }

    internal SimNetwork Network { get; }

    internal IReadOnlyList<SimBackend> Backends { get; }

    internal SimProxy Proxy { get; }

    internal string Trace => _trace.ToString();

    /// <summary>SHA-256 (hex) of the trace of the chaos of that seed: equal wherever and however often it is played.</summary>
    public static string TraceHash(ulong seed) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Play(Scenario.Chaos(seed)).Trace)));

    /// <summary>The scenario from beginning to end, with what a test adds before it begins.</summary>
    internal static Simulation Play(Scenario scenario, Action<Simulation>? plan = null)
    {
        var simulation = new Simulation(scenario);
        plan?.Invoke(simulation);
        simulation.Run();
        return simulation;
    }

    /// <summary>Plans something for that moment.</summary>
    internal void At(double second, string what, Action happens) => Clock.At(Instant.Zero + TimeSpan.FromSeconds(second), () =>
    {
        Note("world: " + what);
        happens();
    });

    private void Run()
    {
        Proxy.Load(_scenario.Settings(1, 1, 1, 1));
        for (var i = 0; i < _scenario.Clients; i++)
            new SimClient(i, Clock, new SimChance(_scenario.Seed, 1000UL + (ulong)i), Proxy, Reference).Begin();
        var transition = new Transition(this, _scenario, new SimChance(_scenario.Seed, actor: 3));
        if (_scenario.HasFaults)
            transition.BeginFaults();
        if (_scenario.HasReloads)
            transition.BeginReloads();

        Clock.RunUntil(Instant.Zero + _scenario.Lasts);
        Note("world: stop");
        Proxy.Stop();
        Clock.RunUntil(Clock.Now + Scenario.SettleTime);
        Proxy.Load(Fairlead.Configuration.ProxySettings.Empty);
        Clock.RunUntil(Clock.Now + Scenario.SettleTime);
    }

    private void Note(string line) => _trace.Append(CultureInfo.InvariantCulture, $"{Clock.Now.Ticks} {line}\n");
}
