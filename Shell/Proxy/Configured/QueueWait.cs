using System;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Places;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>Who wants a place at a backend and may wait for it.</summary>
internal interface IPlaceSeeker
{
    /// <summary>True when it needs no place any more.</summary>
    bool IsGone { get; }

    /// <summary>Told where it waits, so that it can be abandoned; null when it waits no more.</summary>
    void WaitsAt(Waiter? waiter);

    /// <summary>One look, by the tables in force: with a candidate it holds a place there.</summary>
    Selection Look();
}

/// <summary>The wait for a place when all are taken: in a bounded line, until a deadline.</summary>
internal static class QueueWait
{
    /// <summary>Waits in the line of <paramref name="upstream"/>; <see cref="Outcome.None"/> when <paramref name="seeker"/> holds a place, else why there is none.</summary>
    public static async ValueTask<Outcome> ForPlaceAsync(UpstreamEntry upstream, bool isForAny, IPlaceSeeker seeker)
    {
        var (line, queue) = (upstream.Waiting, upstream.Settings.Selection.Queue);
        var deadline = MonotonicClock.Now + queue.Timeout;
        if (line.Join(queue.LengthMax, isForAny) is not { } waiter)
            return Outcome.QueueFull;

        seeker.WaitsAt(waiter);
        ProxyMetrics.BeganToWait(upstream.Name);
        try
        {
            var mayLook = waiter.LooksAtOnce;
            while (true)
            {
                var wasWoken = line.Rearm(waiter);
                if (waiter.IsAbandoned || seeker.IsGone)
                    return Outcome.ClientGone;
                if (mayLook)
                {
                    var selection = seeker.Look();
                    if (selection.HasCandidate)
                        return Outcome.None;
                    if (selection.Kind != SelectionKind.Wait)
                        return OutcomeOf(selection.Kind);
                    if (wasWoken)
                        line.PassOn(waiter);
                }

                var left = deadline - MonotonicClock.Now;
                if (left <= TimeSpan.Zero)
                    return Outcome.QueueTimeout;
                await UntilWokenAsync(waiter, left).ConfigureAwait(false);
                mayLook = true;
            }
        }
        finally
        {
            seeker.WaitsAt(null);
            line.Leave(waiter);
            ProxyMetrics.EndedToWait(upstream.Name);
        }
    }

    /// <summary>Why there is no backend.</summary>
    public static Outcome OutcomeOf(SelectionKind kind) => kind switch
    {
        SelectionKind.QueueFull => Outcome.QueueFull,
        SelectionKind.StickyGone => Outcome.StickyGone,
        SelectionKind.NoneAvailable or SelectionKind.AllTried => Outcome.NoBackend,
        SelectionKind.Chosen or SelectionKind.Stuck or SelectionKind.Wait => throw new ArgumentOutOfRangeException(nameof(kind)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static async ValueTask UntilWokenAsync(Waiter waiter, TimeSpan longest)
    {
        try
        {
            await waiter.Woken.WaitAsync(Timers.RoundUp(longest)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time to look once more.
        }
    }
}
