using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Properties.Control;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Simulation;

/// <summary>
/// The system under test: the real control plane, life cycle, pickers and retry rule, in the smallest shell that obeys them. This half starts effects and feeds events;
/// <see cref="SimExchange"/> is the other.
/// </summary>
internal sealed class SimProxy
{
    private readonly SimClock _clock;
    private readonly SimNetwork _network;
    private readonly IReadOnlyList<SimBackend> _backends;
    private readonly Reference _reference;
    private readonly Action<string> _trace;
    private readonly Dictionary<long, SimExchange> _exchanges = [];
    private readonly Dictionary<BackendAddress, Instant> _reachedSince = [];
    private readonly System.Collections.Generic.HashSet<long> _probes = [];
    private ControlState _state;
    private LifecycleState _life;
    private Instant _tickPlanned = Instant.Never;

    public SimProxy(Scenario scenario, SimClock clock, SimNetwork network, IReadOnlyList<SimBackend> backends, Reference reference, Action<string> trace)
    {
        (_clock, _network, _backends, _reference, _trace) = (clock, network, backends, reference, trace);
        Chance = new SimChance(scenario.Seed, actor: 1);
        _state = ControlState.Initial(new Entropy(scenario.Seed));
        _life = LifecycleState.Initial(scenario.Settings().DrainLimit);
        Published = ControlPlane.Snapshot(_state);
    }

    public SimChance Chance { get; }

    public SimClock Clock => _clock;

    public SimNetwork Network => _network;

    public RoutingSnapshot Published { get; private set; }

    /// <summary>Idle connections: to which incarnation of which backend.</summary>
    public Dictionary<int, Queue<int>> Idle { get; } = [];

    /// <summary>Requests under way by slot.</summary>
    public Dictionary<Slot, int> InFlight { get; } = [];

    public ulong Ticket { get; set; }

    public bool IsListening { get; private set; } = true;

    public Option<int> ExitCode { get; private set; }

    public int Running => _exchanges.Count;

    public int Probes => _probes.Count;

    public bool HasDeadline => ControlPlane.NextDeadline(_state).IsSome;

    public void Load(ProxySettings settings)
    {
        var members = settings.Upstreams.Bind(static upstream => upstream.Backends).Map(static backend => backend.Address).ToHashSet();
        foreach (var gone in _reachedSince.Keys.Where(address => !members.Contains(address)).ToArray())
            _reachedSince.Remove(gone);
        foreach (var member in members.Where(static address => address is not BackendAddress.Name))
            _reachedSince.TryAdd(member, _clock.Now);
        Happen(new ControlEvent.SettingsLoaded(settings));
    }

    public void Enable(BackendId backend, bool isEnabled) => Happen(new ControlEvent.BackendAdministered(backend, isEnabled ? AdminState.Ready : AdminState.Maintenance));

    public void Stop() => Live(new LifecycleEvent.StopRequested());

    public void Receive(SimRequest request, Action<string> reply)
    {
        var exchange = new SimExchange(this, request, end =>
        {
            _exchanges.Remove(request.Number);
            reply(end);
            Live(new LifecycleEvent.SessionsChanged(_exchanges.Count, _exchanges.Count));
        });
        _exchanges.Add(request.Number, exchange);
        exchange.Begin();
    }

    public void ClientLeft(long request)
    {
        if (_exchanges.TryGetValue(request, out var exchange))
            exchange.ClientLeft();
    }

    public SimBackend At(BackendAddress target) => _backends.First(backend => backend.Address == target);

    public void NoteFirstAttempt(BackendSnapshot chosen, SimBackend backend)
    {
        var now = Published.Upstreams.SelectMany(static upstream => upstream.Backends).FirstOrDefault(one => one.Address == chosen.Address);
        _reference.Attempted(backend, now is { Verdict.IsUsable: true, Weight.Drains: false }, _reachedSince.GetValueOrDefault(chosen.Address, Instant.Never));
    }

    public void Trace(string line) => _trace(line);

    private void Happen(ControlEvent happened)
    {
        if (happened is not ControlEvent.ClockTicked)
            _trace("proxy is told " + Told(happened));
        (_state, var effects) = ControlPlane.Step(_state, _clock.Now, happened);
        foreach (var effect in effects)
        {
            _trace("proxy wants " + Written.Of(effect));
            Obey(effect);
        }

        PlanTick();
    }

    private void Obey(ControlEffect effect)
    {
        switch (effect)
        {
            case ControlEffect.Publish publish:
                Published = publish.Snapshot;
                break;
            case ControlEffect.StartProbe probe:
                _probes.Add(probe.Probe);
                SimProbe.Start(this, probe, result =>
                {
                    if (_probes.Remove(probe.Probe))
                        Happen(new ControlEvent.ProbeCompleted(probe.Backend, probe.Probe, result));
                });
                break;
            case ControlEffect.CancelProbe cancel:
                if (_probes.Remove(cancel.Probe))
                    _clock.After(TimeSpan.Zero, () => Happen(new ControlEvent.ProbeCompleted(cancel.Backend, cancel.Probe, new ProbeResult.Cancelled())));
                break;
            case ControlEffect.ResolveName name:
                Resolve(name.Host);
                break;
            default:
                break;
        }
    }

    private void Resolve(string host) => _clock.After(Chance.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(200)), () =>
    {
        if (Chance.Hits(0.3))
        {
            Happen(new ControlEvent.NameNotResolved(host, "server failure"));
            return;
        }

        foreach (var named in Published.Upstreams.SelectMany(static upstream => upstream.Backends).Where(one => one.Address is BackendAddress.Name name && name.Host == host))
            _reachedSince.TryAdd(named.Address, _clock.Now);
        Happen(new ControlEvent.NameResolved(host, Seq1(((BackendAddress.Ip)_backends[^1].Address).Address)));
    });

    // One timer is enough: it is planned again whenever the deadline comes nearer, and a tick too early does no harm.
    private void PlanTick()
    {
        var next = ControlPlane.NextDeadline(_state).IfNone(Instant.Never);
        if (next >= _tickPlanned)
            return;
        _tickPlanned = next;
        _clock.At(next, () =>
        {
            if (_tickPlanned == next)
                _tickPlanned = Instant.Never;
            Happen(new ControlEvent.ClockTicked());
        });
    }

    private void Live(LifecycleEvent happened)
    {
        (_life, var effects) = Lifecycle.Step(_life, _clock.Now, happened);
        foreach (var effect in effects)
        {
            _trace("life " + effect.GetType().Name);
            switch (effect)
            {
                case LifecycleEffect.CloseListeners:
                    IsListening = false;
                    break;
                case LifecycleEffect.CloseIdleConnections:
                    _clock.After(TimeSpan.Zero, () => Live(new LifecycleEvent.SessionsChanged(_exchanges.Count, _exchanges.Count)));
                    break;
                case LifecycleEffect.AbortConnections:
                    foreach (var exchange in _exchanges.Values.OrderBy(static one => one.Request.Number).ToArray())
                        exchange.ClientLeft();
                    break;
                case LifecycleEffect.Exit exit:
                    Assert.True(ExitCode.IsNone, "ends twice");
                    ExitCode = exit.Code;
                    break;
                default:
                    break;
            }
        }

        if (effects.IsEmpty || ExitCode.IsSome)
            return;
        foreach (var deadline in Lifecycle.NextDeadline(_life))
            _clock.At(deadline, () => Live(new LifecycleEvent.ClockTicked()));
    }

    private static string Told(ControlEvent happened) => happened switch
    {
        ControlEvent.SettingsLoaded => "settings",
        ControlEvent.ProbeCompleted probe => $"{Written.Of(probe.Backend)} {probe.Probe} {probe.Result}",
        ControlEvent.NameResolved name => $"{name.Host} {string.Join(',', name.Addresses)}",
        _ => happened.ToString(),
    };
}
