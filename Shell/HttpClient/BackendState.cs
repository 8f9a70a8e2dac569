using System;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;

namespace Fairlead.HttpClients;

/// <summary>
/// What changes with each request at one backend: numbers that any thread swaps over pure transitions. It stays with its address when backends are replaced; identity is
/// the reference.
/// </summary>
internal sealed class BackendState
{
    private int _inFlight;
    private ulong _latency;
    private ulong _streaks;
    private int _successes;
    private int _serverErrors;
    private int _gatewayErrors;
    private int _localFailures;

    public int InFlight => Volatile.Read(ref _inFlight);

    public PeakLatency Latency => new(Volatile.Read(ref _latency));

    /// <summary>Takes a place, unless <paramref name="inFlightMax"/> (0 = any number) are taken: two that come at once never share the last one.</summary>
    public bool TryEnter(int inFlightMax)
    {
        var seen = InFlight;
        while (inFlightMax == 0 || seen < inFlightMax)
        {
            var before = Interlocked.CompareExchange(ref _inFlight, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>One more time to the head of an answer. A failure counts only when it was slow: refusing at once must not look fast.</summary>
    public void Observe(TimeSpan latency, bool isFailure, Instant now, TimeSpan decay)
    {
        var seen = Volatile.Read(ref _latency);
        while (!isFailure || latency.TotalMicroseconds > new PeakLatency(seen).MicrosecondsAt(now, decay))
        {
            var before = Interlocked.CompareExchange(ref _latency, new PeakLatency(seen).Observe(latency, now, decay).Bits, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>One more end of a request: which runs of failures it completed.</summary>
    public StreakCauses Observe(OutcomeKind kind, OutlierSettings settings)
    {
        Count(kind);
        var seen = Volatile.Read(ref _streaks);
        while (true)
        {
            var (next, reached) = new FailureStreaks(seen).Observe(kind, settings);
            var before = next.Bits == seen ? seen : Interlocked.CompareExchange(ref _streaks, next.Bits, seen);
            if (before == seen)
                return reached;
            seen = before;
        }
    }

    /// <summary>What was counted since the last time.</summary>
    public OutcomeTally TakeTally() => new(
        Interlocked.Exchange(ref _successes, 0), Interlocked.Exchange(ref _serverErrors, 0), Interlocked.Exchange(ref _gatewayErrors, 0), Interlocked.Exchange(ref _localFailures, 0));

    private void Count(OutcomeKind kind)
    {
        switch (kind)
        {
            case OutcomeKind.Success:
                Interlocked.Increment(ref _successes);
                break;
            case OutcomeKind.ServerError:
                Interlocked.Increment(ref _serverErrors);
                break;
            case OutcomeKind.GatewayError:
                Interlocked.Increment(ref _gatewayErrors);
                break;
            case OutcomeKind.LocalFailure:
                Interlocked.Increment(ref _localFailures);
                break;
        }
    }
}
