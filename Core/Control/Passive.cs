using System;
using System.Collections.Generic;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// What requests tell: runs of failures and tallies (outlier detection), and breakers that opened. Every end has its instant; an interval runs only while there is something to
/// look at: requests counted, or a former ejection to forget.
/// </summary>
internal static class Passive
{
    /// <summary>The shortest interval between two looks at rates.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Takes in tallies; those of backends nobody knows or listens to are dropped.</summary>
    public static ControlState Count(ControlState state, Seq<(BackendId Backend, OutcomeTally Tally)> tallies)
    {
        foreach (var (id, tally) in tallies)
        {
            state = state.WithBackend(id, (upstream, backend) =>
                upstream.Settings.Outlier.IsSome && tally != default ? backend with { Outlier = backend.Outlier.Count(tally) } : backend);
        }

        return state;
    }

    /// <summary>Takes in a run of failures: it may eject.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) Observe(ControlState state, Instant now, ControlEvent.StreakReached streak)
    {
        var effects = new List<ControlEffect>();
        var entropy = state.Entropy;
        var upstreams = state.Upstreams.MapKeeping(upstream =>
        {
            var index = IndexOf(upstream, streak.Backend);
            return index >= 0 && upstream.Settings.Outlier.Case is OutlierSettings settings
                ? Apply(upstream, OutlierDetection.StreakReached(settings, Told(upstream), index, streak.Causes, now, entropy), ref entropy, effects)
                : upstream;
        });
        return (state with { Upstreams = upstreams, Entropy = entropy }, effects.ToArray().ToStrictSeq());
    }

    /// <summary>Takes in an opened breaker.</summary>
    public static ControlState Observe(ControlState state, Instant now, ControlEvent.BreakerOpened opened) => state.WithBackend(opened.Backend, (upstream, backend) =>
        upstream.Settings.Breaker.IsSome ? backend with { Breaker = new OpenBreaker(now, opened.Until) } : backend);

    /// <summary>Ends what is over, compares rates where an interval ended, and starts an interval where there is something to look at.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) ExpireAndLook(ControlState state, Instant now)
    {
        var effects = new List<ControlEffect>();
        var entropy = state.Entropy;
        var upstreams = state.Upstreams.MapKeeping(upstream =>
        {
            var closed = upstream.WithBackends(backend => backend.Breaker.Case is OpenBreaker open && open.Until <= now ? backend with { Breaker = None } : backend);
            return closed.Settings.Outlier.Case is OutlierSettings settings ? Look(closed, settings, now, ref entropy, effects) : closed;
        });
        return (state with { Upstreams = upstreams, Entropy = entropy }, effects.ToArray().ToStrictSeq());
    }

    /// <summary>The earliest end of an ejection, of an interval or of an open breaker.</summary>
    public static Instant NextDeadline(ControlState state)
    {
        var earliest = Instant.Never;
        foreach (var upstream in state.Upstreams)
        {
            earliest = Instant.Min(earliest, upstream.NextLookAt);
            foreach (var backend in upstream.Backends)
            {
                earliest = Instant.Min(earliest, backend.Outlier.Ejection.Case is Ejection ejection ? ejection.Until : Instant.Never);
                earliest = Instant.Min(earliest, backend.Breaker.Case is OpenBreaker open ? open.Until : Instant.Never);
            }
        }

        return earliest;
    }

    /// <summary>The end of the running interval under new settings: a shorter one takes effect at once; none when nobody listens any more.</summary>
    public static Instant CarryLook(ControlState before, UpstreamSettings settings, Instant now) =>
        settings.Outlier.Case is OutlierSettings outlier
        && before.Upstreams.Find(upstream => string.Equals(upstream.Settings.Name, settings.Name, StringComparison.Ordinal)).Case is UpstreamState known
        && known.NextLookAt != Instant.Never
            ? Instant.Min(known.NextLookAt, now + IntervalOf(outlier))
            : Instant.Never;

    private static UpstreamState Look(UpstreamState upstream, OutlierSettings settings, Instant now, ref Entropy entropy, List<ControlEffect> effects)
    {
        var isOver = upstream.NextLookAt <= now;
        var looked = isOver ? Apply(upstream, OutlierDetection.Look(settings, Told(upstream), now, entropy), ref entropy, effects) : upstream;
        var returned = looked.WithBackends(backend =>
            backend.Outlier.Ejection.Case is Ejection ejection && ejection.Until <= now ? backend with { Outlier = backend.Outlier.Return() } : backend);
        var next =
            !returned.Backends.Exists(static backend => backend.Outlier.AwaitsLook) ? Instant.Never
            : isOver || returned.NextLookAt == Instant.Never ? now + IntervalOf(settings)
            : returned.NextLookAt;
        return next == returned.NextLookAt ? returned : returned with { NextLookAt = next };
    }

    private static UpstreamState Apply(UpstreamState upstream, OutlierStep step, ref Entropy entropy, List<ControlEffect> effects)
    {
        entropy = step.Entropy;
        foreach (var decision in step.Decisions.Filter(static decision => decision.Verdict != OutlierVerdict.Ejected))
            effects.Add(new ControlEffect.ReportOutlier(new BackendId(upstream.Settings.Name, upstream.Backends[decision.Index].Settings.Address), decision.Cause, decision.Verdict));
        var i = 0;
        return upstream.WithBackends(backend =>
        {
            var told = step.Backends[i++];
            return told == backend.Outlier ? backend : backend with { Outlier = told };
        });
    }

    private static Seq<OutlierHealth> Told(UpstreamState upstream) => upstream.Backends.Map(static backend => backend.Outlier).Strict();

    private static int IndexOf(UpstreamState upstream, BackendId id)
    {
        if (!string.Equals(upstream.Settings.Name, id.Upstream, StringComparison.Ordinal))
            return -1;
        for (var i = 0; i < upstream.Backends.Count; i++)
        {
            if (upstream.Backends[i].Settings.Address == id.Address)
                return i;
        }

        return -1;
    }

    private static TimeSpan IntervalOf(OutlierSettings settings) => settings.Interval > IntervalMin ? settings.Interval : IntervalMin;
}
