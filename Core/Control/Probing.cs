using System;
using System.Collections.Generic;
using System.Globalization;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// When to check which backend, and what an answer means. The next check starts one interval after the previous one started, but never beside it; what the answer made of the
/// backend says which interval. A check without an answer at its deadline has failed and is cancelled.
/// </summary>
internal static class Probing
{
    /// <summary>How much later than its time limit an answer may come: the shell keeps the limit itself and needs a moment to say so.</summary>
    public static readonly TimeSpan AnswerGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>The shortest time between two checks of a backend (HAProxy: 1 ms).</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The first checks of an upstream are spread over this time (or its interval, if shorter), so that a fresh start has asked everybody within a second; HAProxy spreads them over
    /// the whole interval.
    /// </summary>
    public static readonly TimeSpan SpreadMax = TimeSpan.FromSeconds(1);

    /// <summary>So many first checks start together: a small upstream is known at once, and so few are no burst.</summary>
    public const int FirstTogether = 8;

    /// <summary>The largest jitter, a share of the interval (HAProxy's spread-checks: 50 %).</summary>
    public const double JitterMax = 0.5;

    /// <summary>Takes in an answer; one for a probe that does not run (cancelled, late, told twice) is ignored.</summary>
    public static ControlState Observe(ControlState state, Instant now, ControlEvent.ProbeCompleted happened) =>
        state.WithBackend(happened.Backend, (upstream, backend) =>
            backend.Running.Case is RunningProbe running && running.Number == happened.Probe ? Ended(upstream, backend, running, happened.Result, now) : backend);

    /// <summary>Fails what is overdue and starts what is due, in the order of the settings.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) ExpireAndStartDue(ControlState state, Instant now)
    {
        if (now < NextDeadline(state))
            return (state, default);

        var supply = state.Supply;
        var effects = new List<ControlEffect>();
        var upstreams = state.Upstreams.MapKeeping(upstream => upstream.WithBackends(backend =>
        {
            if (now < DeadlineOf(backend))
                return backend;
            return StartIfDue(upstream, ExpireIfOverdue(upstream, backend, now, effects), now, ref supply, effects);
        }));
        return (
            state with { Upstreams = upstreams, Entropy = supply.Entropy, ProbesStarted = supply.ProbesStarted },
            effects.ToArray().ToStrictSeq());
    }

    /// <summary>The earliest moment a probe is due or overdue.</summary>
    public static Instant NextDeadline(ControlState state)
    {
        var earliest = Instant.Never;
        foreach (var upstream in state.Upstreams)
        {
            foreach (var backend in upstream.Backends)
                earliest = Instant.Min(earliest, DeadlineOf(backend));
        }

        return earliest;
    }

    /// <summary>When the first check of a backend is due: the first few of an upstream at once, the others in groups evenly after them.</summary>
    public static Instant FirstAt(HealthSettings health, int position, int count, Instant now)
    {
        var spread = health.Every < SpreadMax ? health.Every : SpreadMax;
        var groups = (count + FirstTogether - 1) / FirstTogether;
        return now + Scaled(spread, groups > 0 ? (double)(position / FirstTogether) / groups : 0);
    }

    /// <summary>The interval a backend has now, stretched by its jitter.</summary>
    public static TimeSpan Interval(HealthSettings health, Option<BackendHealth> known, double stretch)
    {
        var interval = Scaled(known.Map(one => one.Interval(health)).IfNone(health.Every), stretch);
        return interval > IntervalMin ? interval : IntervalMin;
    }

    /// <summary>The factor on an interval: shorter or longer by a random part of the jitter.</summary>
    public static double Stretch(HealthSettings health, ref Supply supply) => 1 + (JitterOf(health) * ((2 * UnitDraw(health, ref supply)) - 1));

    private static Instant DeadlineOf(BackendState backend) =>
        backend.Running.Case is RunningProbe running ? running.Deadline
        : backend.Health.IsNone || backend.Reach.DialTargets.IsEmpty ? Instant.Never
        : backend.NextProbeAt;

    private static BackendState Ended(UpstreamState upstream, BackendState backend, RunningProbe ended, ProbeResult result, Instant now)
    {
        if (upstream.Settings.Health.Case is not HealthSettings health)
            return backend with { Running = None };
        var known = backend.Health.Map(one => one.Observe(result, health.Rise, health.Fall, now));
        return backend with
        {
            Running = None,
            Health = known,
            NextProbeAt = ended.StartedAt + Interval(health, known, ended.Stretch),
            Outlier = Returns(upstream, known, result) ? backend.Outlier.Return() : backend.Outlier,
        };
    }

    /// <summary>A passed check of a backend that is up says that requests may be wrong about it (Envoy).</summary>
    private static bool Returns(UpstreamState upstream, Option<BackendHealth> health, ProbeResult result) =>
        result is ProbeResult.Passed
        && upstream.Settings.Outlier.Case is OutlierSettings { ReturnOnPassedProbe: true }
        && health.Case is BackendHealth { Counter.IsUp: true };

    private static BackendState ExpireIfOverdue(UpstreamState upstream, BackendState backend, Instant now, List<ControlEffect> effects)
    {
        if (backend.Running.Case is not RunningProbe running || now < running.Deadline)
            return backend;
        effects.Add(new ControlEffect.CancelProbe(new BackendId(upstream.Settings.Name, backend.Settings.Address), running.Number));
        var timeout = upstream.Settings.Health.Case is HealthSettings health ? TimeoutOf(health) : TimeSpan.Zero;
        return Ended(upstream, backend, running, new ProbeResult.Failed("no answer within " + InWords(timeout)), now);
    }

    private static BackendState StartIfDue(UpstreamState upstream, BackendState backend, Instant now, ref Supply supply, List<ControlEffect> effects)
    {
        if (now < DeadlineOf(backend) || backend.Running.IsSome || upstream.Settings.Health.Case is not HealthSettings health || backend.Reach.DialTargets.IsEmpty)
            return backend;
        var stretch = Stretch(health, ref supply);
        var number = supply.ProbesStarted + 1;
        supply = supply with { ProbesStarted = number };
        effects.Add(new ControlEffect.StartProbe(
            new BackendId(upstream.Settings.Name, backend.Settings.Address), number, TargetOf(backend.Reach.DialTargets.Head, health.Probe), health.Probe,
            upstream.Settings.Tls, TimeoutOf(health))
        {
            ProxyProtocol = PortOf(health.Probe).IsNone ? upstream.Settings.ProxyProtocol : ProxyProtocolVersion.None,   // another port is another protocol's (HAProxy too)
        });
        return backend with { Running = new RunningProbe(number, now, now + TimeoutOf(health) + AnswerGrace, stretch) };
    }

    /// <summary>The check's own port in place of the backend's; a Unix path has none.</summary>
    private static BackendAddress TargetOf(BackendAddress dialled, ProbeSettings check)
    {
        var port = PortOf(check);
        return dialled is BackendAddress.Ip ip ? new BackendAddress.Ip(ip.Address, port.IfNone(ip.Port)) : dialled;
    }

    private static Option<int> PortOf(ProbeSettings check) => check switch
    {
        ProbeSettings.Tcp tcp => tcp.Port,
        ProbeSettings.Http http => http.Port,
        _ => None,
    };

    private static TimeSpan TimeoutOf(HealthSettings health) => health.Timeout > TimeSpan.Zero ? health.Timeout : TimeSpan.Zero;

    private static double JitterOf(HealthSettings health) => health.Jitter > 0 ? Math.Min(health.Jitter, JitterMax) : 0;      // NaN is 0 too

    // Draws only when there is something to spread, so that settings without jitter leave the entropy alone.
    private static double UnitDraw(HealthSettings health, ref Supply supply)
    {
        if (JitterOf(health) == 0)
            return 0;
        var (draw, rest) = supply.Entropy.Draw();
        supply = supply with { Entropy = rest };
        return Entropy.Unit(draw);
    }

    private static TimeSpan Scaled(TimeSpan time, double factor) => factor == 1 ? time : new TimeSpan((long)(Math.Max(time.Ticks, 0) * factor));

    private static string InWords(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerSecond} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond} ms");
}
