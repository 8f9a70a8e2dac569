using System;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Whether a body comes, or is taken, fast enough: by samples of the sweeper, so that the session counts nothing. Only samples at which the session waits for the client are time
/// that counts; of those that are late, a part. Used by the sweeper alone.
/// </summary>
internal struct RateMeter
{
    private int _exchange;
    private long _lastAt;
    private long _waitedMs;
    private RateProgress _progress;

    /// <summary>A sample: <paramref name="bytes"/> of the body of that exchange so far.</summary>
    public bool IsTooSlow(int exchange, bool waits, long bytes, MinRate rate, long now)
    {
        if (exchange != _exchange)
            this = new RateMeter { _exchange = exchange, _lastAt = now };
        var sinceLast = Math.Min(now - _lastAt, 2 * (long)DeadlineSweeper.Period.TotalMilliseconds);
        _lastAt = now;
        if (!waits)
            return false;
        _waitedMs += sinceLast;
        (_progress, var isTooSlow) = _progress.Observe(rate, bytes, TimeSpan.FromMilliseconds(_waitedMs));
        return isTooSlow;
    }
}
