using System;
using System.Threading.Tasks;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;

namespace Fairlead.Proxy.Sessions;

/// <content>A request body of which more is to come when its backend is gone.</content>
internal sealed partial class HttpSession<TContext>
{
    /// <summary>
    /// Before a retry: the attempt's connection is gone, so the pump ends with the next bytes from the client, and what it had is kept. Says why there is no retry, if so.
    /// </summary>
    private async ValueTask<Outcome> RestOfBodyAsync(Task<BodyEnd> pump, Outcome failed)
    {
        if (_totalEnds != 0)
            await ((Task)pump).WaitAsync(Timers.RoundUp(TimeSpan.FromMilliseconds(Math.Max(0, _totalEnds - CoarseClock.Now)))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await pump.ConfigureAwait(false);
        return !pump.IsCompleted ? Outcome.TotalTimeout
            : PumpOutcome() is { } broken ? broken
            : Exchange.RequestBody.IsReplayable ? WhyOver()
            : failed;
    }
}
