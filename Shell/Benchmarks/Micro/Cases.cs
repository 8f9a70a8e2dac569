using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.Benchmarks.Micro;

/// <summary>The policies by the names the configuration has for them, and the backends they are measured over.</summary>
internal static class Cases
{
    private static readonly KeySource Key = new KeySource.Uri();

    public static IReadOnlyList<(string Name, PolicySettings Settings)> Policies { get; } =
    [
        ("round-robin", new PolicySettings.RoundRobin()),
        ("random", new PolicySettings.Random()),
        ("power-of-two", new PolicySettings.PowerOfTwoChoices()),
        ("least-requests", new PolicySettings.LeastRequests()),
        ("peak-ewma", new PolicySettings.PeakEwma(PolicySettings.PeakEwma.DefaultDecay)),
        ("first", new PolicySettings.First()),
        ("source-ip-hash, rendezvous", new PolicySettings.Rendezvous(Key)),
        ("nginx-ip-hash", new PolicySettings.NginxIpHash()),
        ("hash", new PolicySettings.Hash(Key)),
        ("hash, as nginx", new PolicySettings.Hash(Key, ModuloVariant.Nginx)),
        ("hash, as pingora", new PolicySettings.Hash(Key, ModuloVariant.Pingora)),
        ("ketama", new PolicySettings.Ketama(Key)),
        ("ketama, as libketama", new PolicySettings.Ketama(Key, RingVariant.Libketama)),
        ("ketama, as envoy", new PolicySettings.Ketama(Key, RingVariant.Envoy)),
        ("ketama, as haproxy", new PolicySettings.Ketama(Key, RingVariant.HAProxy)),
        ("maglev", new PolicySettings.Maglev(Key)),
        ("jump-hash", new PolicySettings.JumpHash(Key)),
    ];

    public static PolicySettings Named(string name) => Policies.First(policy => policy.Name == name).Settings;

    /// <summary>10.0.0.0:80 and on. Weights 1, 2, 3 in turn; hash policies have weight 1 each, 160 points a backend on nginx's ring.</summary>
    public static ImmutableArray<Candidate> Backends(PolicySettings policy, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Candidate(
            new Slot(i),
            new BackendAddress.Ip(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), 80),
            Weight.From(policy.IsHash ? 1 : 1 + (i % 3)).IfNone(Weight.One))),
    ];

    public static Picker Build(PolicySettings policy, ImmutableArray<Candidate> backends) =>
        Pickers.Of(policy, backends, [.. Enumerable.Repeat(true, backends.Length)]);
}

/// <summary>Inputs as a proxy would give them: a ticket that counts, fresh draws, keys of 16 bytes, loads and latencies of every backend.</summary>
internal sealed class Inputs
{
    private const int Keys = 1_024;
    private const int KeyBytes = 16;

    private readonly byte[] _keys = new byte[Keys * KeyBytes];
    private readonly int[] _inFlight;
    private readonly PeakLatency[] _latencies;
    private Entropy _entropy = new(20_261);
    private ulong _ticket;

    public Inputs(int backends)
    {
        _inFlight = new int[backends];
        _latencies = new PeakLatency[backends];
        for (var i = 0; i < backends; i++)
        {
            _inFlight[i] = (int)Entropy.Below(Draw(), 8);
            _latencies[i] = default(PeakLatency).Observe(TimeSpan.FromMilliseconds(1 + (i % 50)), Instant.Zero, PolicySettings.PeakEwma.DefaultDecay);
        }

        for (var i = 0; i < _keys.Length; i++)
            _keys[i] = (byte)('a' + Entropy.Below(Draw(), 26));
    }

    public ReadOnlySpan<byte> NextKey => _keys.AsSpan((int)(++_ticket % Keys) * KeyBytes, KeyBytes);

    public int PickBy(Picker picker)
    {
        var ticket = ++_ticket;
        return picker.Pick(new PickInput
        {
            Ticket = ticket,
            Entropy = Draw(),
            Key = _keys.AsSpan((int)(ticket % Keys) * KeyBytes, KeyBytes),
            InFlight = _inFlight,
            Latencies = _latencies,
            Now = new Instant((long)ticket),
        });
    }

    private ulong Draw()
    {
        (var draw, _entropy) = _entropy.Draw();
        return draw;
    }
}
