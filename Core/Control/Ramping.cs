using System;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// Slow starts: one begins when a backend that had been usable and then was not may be used again, steps <see cref="SlowStart.Steps"/> times and ends exactly at its window. What
/// waits for its first check or its first address has not fallen: a fresh start is no return.
/// </summary>
internal static class Ramping
{
    /// <summary>Begins, steps and ends what the instant asks for.</summary>
    public static ControlState Advance(ControlState state, Instant now) => state with
    {
        Upstreams = state.Upstreams.MapKeeping(upstream =>
        {
            var settings = upstream.Settings.Policy.IsHash ? None : upstream.Settings.Selection.SlowStart;
            return upstream.WithBackends(backend => Advance(backend, settings, now));
        }),
    };

    /// <summary>The earliest next step.</summary>
    public static Instant NextDeadline(ControlState state)
    {
        var earliest = Instant.Never;
        foreach (var upstream in state.Upstreams)
        {
            foreach (var backend in upstream.Backends)
                earliest = Instant.Min(earliest, backend.Ramp.Case is Ramp ramp ? ramp.Since + Elapsed(ramp, ramp.Step + 1) : Instant.Never);
        }

        return earliest;
    }

    /// <summary>What the weight of a backend is multiplied by now.</summary>
    public static double FactorOf(BackendState backend, SelectionSettings selection) =>
        backend.Ramp.Case is Ramp ramp && selection.SlowStart.Case is SlowStartSettings settings ? SlowStart.Factor(Elapsed(ramp, ramp.Step), settings) : 1;

    private static BackendState Advance(BackendState backend, Option<SlowStartSettings> settings, Instant now)
    {
        var verdict = backend.Verdict;
        if (!verdict.IsUsable)
            return backend.HasFallen || IsNew(verdict) ? Without(backend) : Without(backend) with { HasFallen = true };
        if (backend.HasFallen)
            return backend with { HasFallen = false, Ramp = settings.Case is SlowStartSettings { Window.Ticks: > 0 } begins ? new Ramp(now, now + begins.Window, 0) : None };
        if (backend.Ramp.Case is not Ramp ramp)
            return backend;
        if (settings.Case is not SlowStartSettings known || now >= ramp.Since + known.Window)
            return Without(backend);
        var running = ramp with { Until = ramp.Since + known.Window };
        var step = (int)Math.Max(ramp.Step, (now - ramp.Since).Ticks / TicksOf(running));
        return running with { Step = step } is var next && next == ramp ? backend : backend with { Ramp = next };
    }

    private static bool IsNew(Verdict verdict) => verdict is Verdict.Down { Reason: DownReason.Awaiting or DownReason.Unresolved };

    private static BackendState Without(BackendState backend) => backend.Ramp.IsNone ? backend : backend with { Ramp = None };

    private static TimeSpan Elapsed(Ramp ramp, int step) => new(Math.Min(TicksOf(ramp) * step, (ramp.Until - ramp.Since).Ticks));

    // One step, rounded up, so that the last one ends with the window and not before.
    private static long TicksOf(Ramp ramp) => Math.Max(1, (Math.Min((ramp.Until - ramp.Since).Ticks, long.MaxValue / 2) + SlowStart.Steps - 1) / SlowStart.Steps);
}
