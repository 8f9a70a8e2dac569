using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Proxy.Control;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Proxy;

/// <summary>
/// A set of backends, one of which is chosen for each request: by a policy, among those that are up. Safe for all threads; a selection takes no lock. Run it as a background
/// service (<see cref="Server.AddService(IBackgroundService)"/>) to have names resolved and health checked.
/// </summary>
public sealed class LoadBalancer : IBackgroundService
{
    private const string UpstreamName = "backends";

    private readonly Seq<BackendSettings> _members;
    private readonly SlotArrays _slots;
    private readonly TicketCounter _tickets = new();
    private readonly Lock _gate = new();
    private ControlLoop? _loop;
    private View? _view;

    private LoadBalancer(Seq<BackendSettings> members) => (_members, _slots) = (members, new SlotArrays(members.Count));

    /// <summary>The policy; smooth weighted round robin unless said otherwise. Set it before the first selection.</summary>
    public PolicySettings Policy { get; set; } = new PolicySettings.RoundRobin();

    /// <summary>How backends are checked; null, the default, uses all of them. Set it before the first selection.</summary>
    public HealthCheck? HealthCheck { get; set; }

    /// <summary>Time from one check of a backend to the next. Set it before the first selection.</summary>
    public TimeSpan HealthCheckFrequency { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Told of each change: the backend, whether it may be used now, and why.</summary>
    public Action<Backend, bool, string>? HealthChanged { get; set; }

    /// <summary>Told what <see cref="HealthChanged"/> threw; the default writes one line to standard error.</summary>
    public Action<Exception> UnexpectedError { get; set; } = static bug => Console.Error.WriteLine($"fairlead: unexpected {bug.GetType().Name}: {bug.Message}");

    /// <summary>The backends, in the order they were given.</summary>
    public IReadOnlyList<Backend> Backends => Current().Backends;

    /// <summary>Backends of weight 1 (or <c>address,weight=N</c>) at addresses such as <c>10.0.0.1:80</c>, <c>[::1]:80</c>, <c>example.com:443</c> or <c>unix:/run/app.sock</c>.</summary>
    /// <exception cref="ArgumentException">Not such an address, or the same one twice.</exception>
    public static LoadBalancer FromAddresses(params IEnumerable<string> addresses)
    {
        var backends = new List<Backend>();
        foreach (var text in addresses)
        {
            backends.Add(BackendAddress.Parse(text).Match(
                static address => new Backend(address, Weight.One),
                () => throw new ArgumentException($"'{text}' is not a backend's address: write IP:PORT, NAME:PORT or unix:/PATH.", nameof(addresses))));
        }

        return FromBackends(backends);
    }

    /// <summary>Those backends.</summary>
    /// <exception cref="ArgumentException">The same address twice.</exception>
    public static LoadBalancer FromBackends(IEnumerable<Backend> backends)
    {
        var seen = new System.Collections.Generic.HashSet<BackendAddress>();
        var members = new List<BackendSettings>();
        foreach (var backend in backends)
        {
            if (!seen.Add(backend.Address))
                throw new ArgumentException($"{backend.Address} is there twice: give it a weight instead.", nameof(backends));
            members.Add(new BackendSettings(backend.Address, backend.Weight));
        }

        return new LoadBalancer(members.ToSeq().Strict());
    }

    /// <summary>
    /// The policy's choice for <paramref name="key"/> among the backends that are up, or none when there is none. <paramref name="key"/> matters to hash policies only; at most
    /// <paramref name="maxIterations"/> backends are looked at. Requests in flight, and latencies, are those of attempts at peers made of its backends
    /// (<see cref="HttpPeer(Backend, bool, string)"/>), from <c>UpstreamPeer</c> to their end.
    /// </summary>
    public Option<Backend> Select(ReadOnlySpan<byte> key, int maxIterations = 256)
    {
        var view = Current();
        if (maxIterations < view.Backends.Length)
            return Walk(view, key, maxIterations, static (_, isUp) => isUp);
        var index = view.Picker.Pick(Input(key, default));
        return index == Picker.None ? None : Some(view.Backends[index]);
    }

    /// <summary>
    /// The first backend, in the policy's order for <paramref name="key"/>, that <paramref name="accept"/> takes; it is asked for backends that are down too and told which they are.
    /// </summary>
    public Option<Backend> SelectWith(ReadOnlySpan<byte> key, int maxIterations, Func<Backend, bool, bool> accept) => Walk(Current(), key, maxIterations, accept);

    /// <summary>Takes a backend out of service, or puts it back; requests under way are not touched. One that is not a member changes nothing.</summary>
    public void SetEnabled(Backend backend, bool isEnabled) =>
        Loop().Happened(new ControlEvent.BackendAdministered(new BackendId(UpstreamName, backend.Address), isEnabled ? AdminState.Ready : AdminState.Maintenance));

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stop) => Loop().RunAsync(stop);

    private Option<Backend> Walk(View view, ReadOnlySpan<byte> key, int maxIterations, Func<Backend, bool, bool> accept)
    {
        var words = (view.Backends.Length + 63) / 64;
        Span<ulong> tried = words <= 16 ? stackalloc ulong[16] : new ulong[words];
        tried.Clear();
        var input = Input(key, tried);
        for (var i = 0; i < maxIterations; i++)
        {
            var index = view.Everyone.Pick(input);
            if (index == Picker.None)
                return None;
            if (accept(view.Backends[index], view.Picker.Available[index]))
                return Some(view.Backends[index]);
            tried[index >> 6] |= 1UL << (index & 63);
        }

        return None;
    }

    private PickInput Input(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> tried) =>
        new()
        {
            Ticket = _tickets.Next(),
            Entropy = ThreadEntropy.Next(),
            Key = key,
            Tried = tried,
            InFlight = _slots.InFlight,
            Latencies = _slots.Latencies,
            Now = Policy is PolicySettings.PeakEwma ? MonotonicClock.Now : default,
        };

    private ControlLoop Loop()
    {
        if (Volatile.Read(ref _loop) is { } running)
            return running;
        lock (_gate)
        {
            if (_loop is null)
                Volatile.Write(ref _loop, new ControlLoop(Settings(), Report, bug => UnexpectedError(bug)));
            return _loop!;
        }
    }

    private ProxySettings Settings() => ProxySettings.Empty with
    {
        Upstreams = Seq1(UpstreamSettings.Of(UpstreamName, _members) with
        {
            Policy = Policy,
            Tls = HealthCheck is null ? None : HealthCheck.EffectiveTls,
            Health = HealthCheck is null ? None : Some(HealthCheck.SettingsFor(HealthCheckFrequency)),
        }),
    };

    private void Report(ControlEffect.ReportVerdict report)
    {
        foreach (var backend in Backends)
        {
            if (backend.Address.Equals(report.Backend.Address))
                HealthChanged?.Invoke(backend, report.After.IsUsable, Verdicts.Describe(report.After));
        }
    }

    /// <summary>The snapshot in force, in the form a selection wants; made once per publication.</summary>
    private View Current()
    {
        var snapshot = Loop().Snapshot.Value;
        var view = Volatile.Read(ref _view);
        if (view is not null && ReferenceEquals(view.Snapshot, snapshot))
            return view;
        lock (_gate)
        {
            if (_view is null || !ReferenceEquals(_view.Snapshot, Loop().Snapshot.Value))
                Volatile.Write(ref _view, View.Of(Loop().Snapshot.Value, _view, CountsOf));
            return _view!;
        }
    }

    private BackendCounts CountsOf(BackendSnapshot backend)
    {
        var decay = Policy is PolicySettings.PeakEwma ewma ? ewma.Decay : TimeSpan.Zero;
        return new BackendCounts(_slots, backend.Slot, waiting: null, new BackendRules(new BackendId(UpstreamName, backend.Address), decay, Outlier: null, Breaker: null, Loop().Happened));
    }

    private sealed record View(RoutingSnapshot Snapshot, ImmutableArray<Backend> Backends, Picker Picker, Picker Everyone)
    {
        /// <summary>Members and their slots never change: the counts of the first view are those of all.</summary>
        public static View Of(RoutingSnapshot snapshot, View? before, Func<BackendSnapshot, BackendCounts> countsOf)
        {
            var upstream = snapshot.Upstreams[0];
            var backends = ImmutableArray.CreateBuilder<Backend>(upstream.Backends.Length);
            var everyone = ImmutableArray.CreateBuilder<bool>(upstream.Backends.Length);
            foreach (var backend in upstream.Backends)
            {
                backends.Add(new Backend(backend.Address, backend.Weight)
                {
                    DialTargets = backend.DialTargets,
                    Counts = before is null ? countsOf(backend) : before.Backends[backends.Count].Counts,
                });
                everyone.Add(!backend.Weight.Drains);
            }

            return new View(snapshot, backends.ToImmutable(), upstream.Picker, upstream.Picker.WithAvailable(everyone.ToImmutable()));
        }
    }
}
