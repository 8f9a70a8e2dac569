using System.Threading;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>
/// Counts the exchanges of one upstream and those of them that are retries; lives as long as the upstream's name. A retry is counted by the same compare-and-swap that decides on it, so
/// that two that see room for one do not both take it.
/// </summary>
internal sealed class RetryMeter
{
    private const long OneActive = 1L << 32;                         // above the retries, so that both change at once

    private long _counts;

    public RetryLoad Load => LoadOf(Volatile.Read(ref _counts));

    public void Began() => Interlocked.Add(ref _counts, OneActive);

    public void Ended(bool wasRetrying) => Interlocked.Add(ref _counts, wasRetrying ? -OneActive - 1 : -OneActive);

    /// <summary>Decides for one exchange under way. <paramref name="isRetrying"/> is its own: whether it is counted as a retry, before and after.</summary>
    public RetryDecision Decide(RetrySettings settings, in AttemptReport report, ulong entropy, ref bool isRetrying)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _counts);
            var withoutIt = isRetrying ? seen - 1 : seen;            // its attempt is over: the next one may have its place
            var decision = Retry.Decide(settings, report, LoadOf(withoutIt), entropy);
            var retries = decision.Action == RetryAction.OtherBackend || (decision.Action == RetryAction.FreshConnection && isRetrying);
            var next = retries ? withoutIt + 1 : withoutIt;
            if (next != seen && Interlocked.CompareExchange(ref _counts, next, seen) != seen)
                continue;
            isRetrying = retries;
            return decision;
        }
    }

    private static RetryLoad LoadOf(long counts) => new((int)(counts >> 32), (int)counts);
}
