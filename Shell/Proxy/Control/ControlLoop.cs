using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy.Control;

/// <summary>
/// Drives the control plane: waits for an event or the deadline, steps, starts each effect. What the effects come to arrives as events. The first step is made by the
/// constructor, so that there is a snapshot before the first request.
/// </summary>
internal sealed class ControlLoop : IBackgroundService
{
    /// <summary>Events that may wait; far more than there are backends, so writers never wait for long.</summary>
    private const int EventsMax = 4096;

    /// <summary>Pause after a step that threw, so that a fault that repeats does not keep a processor busy.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    /// <summary>Tallies within one interval of outlier detection: what comes after the last one counts for the next interval.</summary>
    private const int TalliesPerInterval = 8;

    private static readonly TimeSpan TallyEveryMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TallyEveryMax = TimeSpan.FromSeconds(1);

    private readonly Channel<ControlEvent> _events = Channel.CreateBounded<ControlEvent>(new BoundedChannelOptions(EventsMax) { SingleReader = true });
    private readonly ConcurrentDictionary<BackendId, ControlEvent> _administered = new();
    private readonly Action<ControlEffect.ReportVerdict> _report;
    private readonly Action<Exception> _reportBug;
    private readonly ProbeRunner _probes;
    private readonly NameResolver _names;
    private ControlState _state;
    private Seq<ControlEffect> _firstEffects;
    private TimeSpan _tallyEvery;
    private Instant _nextTallyAt = Instant.Never;

    /// <summary><paramref name="reportBug"/> is told what <paramref name="report"/>, or a step, threw; checking goes on.</summary>
    public ControlLoop(ProxySettings settings, Action<ControlEffect.ReportVerdict> report, Action<Exception> reportBug)
    {
        _report = report;
        _reportBug = reportBug;
        _probes = new ProbeRunner(Happened);
        _names = new NameResolver(Happened);
        (_state, var effects) = ControlPlane.Step(ControlState.Initial(new Entropy(ThreadEntropy.Next())), MonotonicClock.Now, new ControlEvent.SettingsLoaded(settings));
        Snapshot = new Published<RoutingSnapshot>(ControlPlane.Snapshot(_state));
        _firstEffects = effects;
    }

    public Published<RoutingSnapshot> Snapshot { get; }

    /// <summary>Called after each publication; set before it runs.</summary>
    public Action SnapshotPublished { get; set; } = static () => { };

    /// <summary>Asked for what requests told since the last time, while an upstream compares rates; set before it runs.</summary>
    public Func<Seq<(BackendId Backend, OutcomeTally Tally)>> TakeTallies { get; set; } = static () => default;

    /// <summary>
    /// Tells the control plane something. What an operator says replaces what he said before of the same backend, so that it takes no more room however often it is said; of everything
    /// else there is one for each effect under way, and it waits in the background when very much is waiting already.
    /// </summary>
    public void Happened(ControlEvent happened)
    {
        if (happened is ControlEvent.BackendAdministered administered)
        {
            _administered[administered.Backend] = administered;
            _events.Writer.TryWrite(new ControlEvent.ClockTicked());   // wakes the loop; when that is full, it is awake
            return;
        }

        if (!_events.Writer.TryWrite(happened))
            _ = _events.Writer.WriteAsync(happened).AsTask();        // completes when there is room, or with the loop
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            Start(_firstEffects);
            _firstEffects = default;
            while (true)
            {
                var happened = await NextEventAsync(stop).ConfigureAwait(false);
                if (!TryStep(happened))
                    await Task.Delay(FaultPause, stop).ConfigureAwait(false);   // a fault that comes again at once must not fill a core and the log
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            _probes.CancelAll();
        }
    }

    /// <summary>A step; one that throws leaves the state as it was.</summary>
    private bool TryStep(ControlEvent happened)
    {
        try
        {
            (_state, var effects) = ControlPlane.Step(_state, MonotonicClock.Now, happened);
            Start(effects);
            return true;
        }
        catch (Exception bug)
        {
            _reportBug(bug);
            return false;
        }
    }

    private void Start(Seq<ControlEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ControlEffect.Publish publish: Publish(publish.Snapshot); break;
                case ControlEffect.StartProbe probe: _probes.Start(probe); break;
                case ControlEffect.CancelProbe probe: _probes.Cancel(probe.Probe); break;
                case ControlEffect.ResolveName resolve: _names.Start(resolve.Host); break;
                case ControlEffect.ReportVerdict verdict: Report(verdict); break;
                case ControlEffect.ReportOutlier outlier: ProxyMetrics.OutlierSpared(outlier.Backend.Upstream, outlier.Backend.Address.ToString()!, outlier.Verdict == OutlierVerdict.TooManyEjected); break;
                default: throw new UnreachableException();
            }
        }
    }

    private void Publish(RoutingSnapshot snapshot)
    {
        var shortest = TimeSpan.MaxValue;
        foreach (var upstream in snapshot.Upstreams)
        {
            if (upstream.Settings.Outlier.Case is OutlierSettings outlier && (outlier.SuccessRate.IsSome || outlier.FailurePercent.IsSome))
                shortest = outlier.Interval < shortest ? outlier.Interval : shortest;
        }

        _tallyEvery = TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / TalliesPerInterval, TallyEveryMin.Ticks, TallyEveryMax.Ticks));
        _nextTallyAt = shortest == TimeSpan.MaxValue ? Instant.Never : Instant.Min(_nextTallyAt, MonotonicClock.Now + _tallyEvery);
        Snapshot.Publish(snapshot);
        SnapshotPublished();
    }

    /// <summary>The report goes to code of others: what it throws must end neither the checking nor the effects that follow.</summary>
    private void Report(ControlEffect.ReportVerdict verdict)
    {
        try
        {
            _report(verdict);
        }
        catch (Exception bug)
        {
            _reportBug(bug);
        }
    }

    private async ValueTask<ControlEvent> NextEventAsync(CancellationToken stop)
    {
        foreach (var (backend, _) in _administered)
        {
            if (_administered.TryRemove(backend, out var administered))
                return administered;
        }

        if (_nextTallyAt <= MonotonicClock.Now)
        {
            _nextTallyAt = MonotonicClock.Now + _tallyEvery;
            if (TakeTallies() is { IsEmpty: false } tallies)
                return new ControlEvent.OutcomesTallied(tallies);
        }

        if (_events.Reader.TryRead(out var waiting))
            return waiting;
        var deadline = Instant.Min(_nextTallyAt, ControlPlane.NextDeadline(_state).IfNone(Instant.Never));
        if (deadline == Instant.Never)
            return await _events.Reader.ReadAsync(stop).ConfigureAwait(false);

        var wait = deadline - MonotonicClock.Now;
        if (wait <= TimeSpan.Zero)
            return new ControlEvent.ClockTicked();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timers.RoundUp(wait));
        try
        {
            return await _events.Reader.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ControlEvent.ClockTicked();
        }
    }
}
