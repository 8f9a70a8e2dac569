using System;
using System.Runtime.InteropServices;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Proxy;

/// <summary>
/// Requests in flight and latencies of all backends of one proxy, by slot, as a pick reads them. They live as long as the proxy and never grow, so that nothing is lost while one is counted; most of
/// them is address space alone. A slot beyond them is not counted.
/// </summary>
internal sealed class SlotArrays(int slots)
{
    /// <summary>As many candidates as a selection takes without allocating.</summary>
    public const int ReloadableMin = 65_536;

    private readonly int[] _inFlight = new int[slots];
    private readonly ulong[] _latencies = new ulong[slots];
    private readonly BackendCounts?[] _holders = new BackendCounts?[slots];

    public ReadOnlySpan<int> InFlight => _inFlight;

    public ReadOnlySpan<PeakLatency> Latencies => MemoryMarshal.Cast<ulong, PeakLatency>(_latencies);

    /// <summary>Arrays for a proxy that begins with that many backends; a reload may use other slots for each of them.</summary>
    public static SlotArrays ForReloads(int backends) => new(Math.Max(ReloadableMin, 2 * backends));

    public bool Has(Slot slot) => (uint)slot.Value < (uint)_inFlight.Length;

    /// <summary>Makes a slot that is there <paramref name="holder"/>'s: nothing of the former one is left in it, nor comes to it later.</summary>
    public void Give(Slot slot, BackendCounts holder)
    {
        Interlocked.Exchange(ref _holders[slot.Value], holder)?.LoseSlot();
        Volatile.Write(ref _latencies[slot.Value], 0);
    }

    /// <summary>The requests in flight of a slot that is there.</summary>
    public ref int InFlightOf(Slot slot) => ref _inFlight[slot.Value];

    /// <summary>The bits of the latency of a slot that is there.</summary>
    public ref ulong LatencyOf(Slot slot) => ref _latencies[slot.Value];
}
