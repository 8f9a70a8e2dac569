using System;

namespace Fairlead.Proxy.Control;

/// <summary>Timers count whole milliseconds and would round down, ending just before the deadline they were set for.</summary>
internal static class Timers
{
    /// <summary>Longest wait a timer takes; a later deadline is looked at again then.</summary>
    private static readonly TimeSpan Max = TimeSpan.FromDays(1);

    public static TimeSpan RoundUp(TimeSpan wait) =>
        wait >= Max ? Max : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
}
