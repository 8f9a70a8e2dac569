using System.Diagnostics;
using System.Threading;
using Fairlead.Health;

namespace Fairlead.Places;

/// <summary>How the requests of one backend ended: runs of failures, and what was counted since somebody last asked. Any thread.</summary>
internal sealed class OutcomeCounts
{
    private ulong _streaks;
    private int _successes;
    private int _serverErrors;
    private int _gatewayErrors;
    private int _localFailures;

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
    public OutcomeTally Take() => new(
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
            case OutcomeKind.Nothing:
                break;
            default:
                throw new UnreachableException();
        }
    }
}
