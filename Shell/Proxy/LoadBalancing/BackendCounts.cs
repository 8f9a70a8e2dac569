using System;
using System.Diagnostics;
using System.Threading;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Places;
using Fairlead.Primitives;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;
using Fairlead.Upstreams;

namespace Fairlead.Proxy;

/// <summary>What is made of the requests of one backend; replaced whole by a reload. <paramref name="Decay"/> is zero when nobody asks for latencies.</summary>
internal sealed record BackendRules(BackendId Backend, TimeSpan Decay, OutlierSettings? Outlier, BreakerSettings? Breaker, Action<ControlEvent> Happened);

/// <summary>
/// What changes with each request at one backend: the place it holds from the pick to the end of the attempt, and what its end tells. Any thread; every change is a swap over a pure transition, but
/// a breaker, too large for one, has a lock. A backend that gets the slot of a former one begins anew, except that requests still under way there count until they end.
/// </summary>
internal sealed class BackendCounts
{
    private readonly SlotArrays _slots;
    private readonly Slot _slot;
    private readonly WaitingLine? _waiting;
    private readonly OutcomeCounts _outcomes = new();
    private readonly Lock _breakerGate = new();
    private BackendRules _rules;
    private CircuitBreaker _breaker;

    /// <summary>A new holder of <paramref name="slot"/>; the end of each of its requests wakes who waits in <paramref name="waiting"/>.</summary>
    public BackendCounts(SlotArrays slots, Slot slot, WaitingLine? waiting, BackendRules rules)
    {
        (_slots, _slot, _waiting, _rules) = (slots, slot, waiting, rules);
        if (slots.Has(slot))
            Volatile.Write(ref slots.LatencyOf(slot), 0);
    }

    public Slot Slot => _slot;

    public BackendRules Rules
    {
        get => Volatile.Read(ref _rules);
        set => Volatile.Write(ref _rules, value);
    }

    public bool MeasuresLatency => Rules.Decay > TimeSpan.Zero;

    /// <summary>Takes a place, unless <paramref name="inFlightMax"/> (0 = any number) are taken: two that come at once never share the last one.</summary>
    public bool TryEnter(int inFlightMax) => !_slots.Has(_slot) || Swaps.TryEnter(ref _slots.InFlightOf(_slot), inFlightMax);

    /// <summary>Whether its breaker lets a request through; one that then does not go is to be told to <see cref="Forget"/>.</summary>
    public bool Admits(BreakerSettings settings, Instant now, ulong draw)
    {
        lock (_breakerGate)
        {
            (var isAllowed, _breaker) = _breaker.Allows(now, draw, settings);
            return isAllowed;
        }
    }

    public void Forget(BreakerSettings settings, Instant now)
    {
        lock (_breakerGate)
            _breaker = _breaker.Forget(now, settings);
    }

    /// <summary>The head of its answer is here. <paramref name="sentAt"/> is a timestamp of <see cref="Stopwatch"/>.</summary>
    public void Answered(long sentAt)
    {
        var decay = Rules.Decay;
        if (decay > TimeSpan.Zero)
            Observe(Stopwatch.GetElapsedTime(sentAt), decay, isFailure: false);
    }

    /// <summary>The attempt is over; <paramref name="status"/> is the backend's answer, 0 when there was none.</summary>
    public void End(Outcome outcome, int status, long sentAt)
    {
        var rules = Rules;
        var kind = OutcomeTally.KindOf(outcome, status);
        if (rules.Decay > TimeSpan.Zero && status == 0 && kind != OutcomeKind.Nothing)
            Observe(Stopwatch.GetElapsedTime(sentAt), rules.Decay, isFailure: true);
        if (rules.Outlier is not null && kind != OutcomeKind.Nothing)
            Observe(kind, rules, rules.Outlier);
        if (rules.Breaker is not null)
            Observe(kind, rules, rules.Breaker);
        Leave();                                                      // last, so that who is woken sees what was told
    }

    /// <summary>What was counted since the last time.</summary>
    public OutcomeTally TakeTally() => _outcomes.Take();

    private void Leave()
    {
        if (!_slots.Has(_slot))
            return;
        Interlocked.Decrement(ref _slots.InFlightOf(_slot));          // a full fence: who joins the line after this sees the free place
        if (_waiting is { Length: > 0 })
            _waiting.Wake();
    }

    private void Observe(TimeSpan latency, TimeSpan decay, bool isFailure)
    {
        if (_slots.Has(_slot))
            Swaps.Observe(ref _slots.LatencyOf(_slot), latency, isFailure, MonotonicClock.Now, decay);
    }

    private void Observe(OutcomeKind kind, BackendRules rules, OutlierSettings settings)
    {
        var reached = _outcomes.Observe(kind, settings);
        if (reached != StreakCauses.None)
            rules.Happened(new ControlEvent.StreakReached(rules.Backend, reached));
    }

    private void Observe(OutcomeKind kind, BackendRules rules, BreakerSettings settings)
    {
        var now = MonotonicClock.Now;
        Instant before, after;
        lock (_breakerGate)
        {
            before = _breaker.OpenUntil(settings);
            _breaker = kind == OutcomeKind.Nothing ? _breaker.Forget(now, settings) : _breaker.Observe(kind == OutcomeKind.Success, now, settings);
            after = _breaker.OpenUntil(settings);
        }

        if (after != before && after != Instant.Never)
            rules.Happened(new ControlEvent.BreakerOpened(rules.Backend, after));
    }
}
