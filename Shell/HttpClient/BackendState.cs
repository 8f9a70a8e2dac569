using System;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Places;
using Fairlead.Primitives;

namespace Fairlead.HttpClients;

/// <summary>What changes with each request at one backend. It stays with its address when backends are replaced; identity is the reference.</summary>
internal sealed class BackendState
{
    private int _inFlight;
    private ulong _latency;

    public int InFlight => Volatile.Read(ref _inFlight);

    public PeakLatency Latency => new(Volatile.Read(ref _latency));

    public OutcomeCounts Outcomes { get; } = new();

    public bool TryEnter(int inFlightMax) => Swaps.TryEnter(ref _inFlight, inFlightMax);

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    public void Observe(TimeSpan latency, bool isFailure, Instant now, TimeSpan decay) => Swaps.Observe(ref _latency, latency, isFailure, now, decay);
}
