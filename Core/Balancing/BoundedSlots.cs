using System;

namespace Fairlead.Balancing;

/// <summary>
/// How many requests each candidate may have under bounded loads (HAProxy's <c>hash-balance-factor</c>): <c>percent</c> of all requests, the new one included, rounded up, are dealt out
/// by weight, candidate after candidate, so that the shares add up to the whole; at least one each. So while <c>percent</c> is 100 or more, somebody is below its share.
/// </summary>
public ref struct BoundedSlots
{
    /// <summary>The least factor that leaves room for every request (Envoy has the same bound); a lower one counts as this.</summary>
    public const int PercentMin = 100;

    private readonly long _perWeight;
    private readonly long _rest;            // what does not divide, spread evenly along the weights
    private readonly long _weight;
    private long _carried;                  // (weights so far · rest) mod weight

    /// <summary>To deal among candidates of that total weight, with <paramref name="served"/> requests in flight at them.</summary>
    public BoundedSlots(long served, int percent, long totalWeight)
    {
        percent = Math.Max(PercentMin, percent);
        var slots = ((Math.Clamp(served, 0, (long.MaxValue / percent) - 2) + 1) * percent + 99) / 100;
        _weight = Math.Max(1, totalWeight);
        (_perWeight, _rest) = Math.DivRem(slots, _weight);
    }

    /// <summary>The share of the next candidate.</summary>
    public long Next(int weight)
    {
        _carried += weight * _rest;
        var extra = _carried / _weight;
        _carried -= extra * _weight;
        return Math.Max(1, weight * _perWeight + extra);
    }
}
