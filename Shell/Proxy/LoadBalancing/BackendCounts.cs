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
/// a breaker, too large for one, has a lock. A backend that gets the slot of a former one begins anew: requests still under way there count no more.
/// </summary>
internal sealed class BackendCounts
{
    private readonly SlotArrays _slots;
    private readonly Slot _slot;
    private readonly WaitingLine? _waiting;
    private readonly OutcomeCounts _outcomes = new();
    private readonly Lock _breakerGate = new();
    private int _entered;                                             // requests in flight; negative once the slot is another's
    private BackendRules _rules;
    private CircuitBreaker _breaker;

    /// <summary>A new holder of <paramref name="slot"/>; the end of each of its requests wakes who waits in <paramref name="waiting"/>.</summary>
    public BackendCounts(SlotArrays slots, Slot slot, WaitingLine? waiting, BackendRules rules)
    {
        (_slots, _slot, _waiting, _rules) = (slots, slot, waiting, rules);
        if (slots.Has(slot))
            slots.Give(slot, this);
    }

    public Slot Slot => _slot;

    public BackendRules Rules
    {
        get => Volatile.Read(ref _rules);
        set => Volatile.Write(ref _rules, value);
    }

    public bool MeasuresLatency => Rules.Decay > TimeSpan.Zero;

    /// <summary>Takes a place, unless <paramref name="inFlightMax"/> (0 = any number) are taken: two that come at once never share the last one.</summary>
    public bool TryEnter(int inFlightMax)
    {
        if (!_slots.Has(_slot))
            return true;
        ref var inFlight = ref _slots.InFlightOf(_slot);
        if (!Swaps.TryEnter(ref inFlight, inFlightMax))
            return false;
        if (Interlocked.Increment(ref _entered) < 0)
            Interlocked.Decrement(ref inFlight);                      // chosen by tables of before
        return true;
    }

    /// <summary>The slot is another's from now on: what is in flight is taken off it, at once and only once.</summary>
    public void LoseSlot() => Interlocked.Add(ref _slots.InFlightOf(_slot), -Interlocked.Or(ref _entered, int.MinValue));

    /// <summary>What its breaker says to a request; one that then does not go is to be told to <see cref="Forget"/>.</summary>
    public BreakerPass Ask(BreakerSettings settings, Instant now, ulong draw)
    {
        if (_breaker.IsClosed)
            return BreakerPass.Free;                                 // one byte, so whole also without the lock
        lock (_breakerGate)
        {
            (var pass, _breaker) = _breaker.Allows(now, draw, settings);
            return pass;
        }
    }

    public void Forget(BreakerPass pass, BreakerSettings settings, Instant now)
    {
        lock (_breakerGate)
            _breaker = _breaker.Forget(pass, now, settings);
    }

    /// <summary>The head of its answer is here. <paramref name="sentAt"/> is a timestamp of <see cref="Stopwatch"/>.</summary>
    public void Answered(long sentAt)
    {
        var decay = Rules.Decay;
        if (decay > TimeSpan.Zero)
            Observe(Stopwatch.GetElapsedTime(sentAt), decay, isFailure: false);
    }

    /// <summary>The attempt is over; <paramref name="status"/> is the backend's answer, 0 when there was none, <paramref name="pass"/> what the breaker said before it.</summary>
    public void End(Outcome outcome, int status, long sentAt, BreakerPass pass = default)
    {
        var rules = Rules;
        var kind = OutcomeTally.KindOf(outcome, status);
        if (rules.Decay > TimeSpan.Zero && status == 0 && kind != OutcomeKind.Nothing)
            Observe(Stopwatch.GetElapsedTime(sentAt), rules.Decay, isFailure: true);
        if (rules.Outlier is not null && kind != OutcomeKind.Nothing)
            Observe(kind, rules, rules.Outlier);
        if (rules.Breaker is not null)
            Observe(pass, kind, rules, rules.Breaker);
        Leave();                                                      // last, so that who is woken sees what was told
    }

    /// <summary>What was counted since the last time.</summary>
    public OutcomeTally TakeTally() => _outcomes.Take();

    private void Leave()
    {
        if (!_slots.Has(_slot))
            return;
        if (Interlocked.Decrement(ref _entered) >= 0)
            Interlocked.Decrement(ref _slots.InFlightOf(_slot));      // a full fence: who joins the line after this sees the free place
        if (_waiting is { Length: > 0 })
            _waiting.Wake();
    }

    private void Observe(TimeSpan latency, TimeSpan decay, bool isFailure)
    {
        if (_slots.Has(_slot) && Volatile.Read(ref _entered) >= 0)
            Swaps.Observe(ref _slots.LatencyOf(_slot), latency, isFailure, MonotonicClock.Now, decay);
    }

    private void Observe(OutcomeKind kind, BackendRules rules, OutlierSettings settings)
    {
        var reached = _outcomes.Observe(kind, settings);
        if (reached != StreakCauses.None)
            rules.Happened(new ControlEvent.StreakReached(rules.Backend, reached));
    }

    private void Observe(BreakerPass pass, OutcomeKind kind, BackendRules rules, BreakerSettings settings)
    {
        var now = MonotonicClock.Now;
        Instant before, after;
        lock (_breakerGate)
        {
            before = _breaker.OpenUntil(settings);
            if (kind == OutcomeKind.Nothing)
                _breaker = _breaker.Forget(pass, now, settings);
            else
                _breaker = _breaker.Observe(pass, kind == OutcomeKind.Success, now, settings);
            after = _breaker.OpenUntil(settings);
        }

        if (after != before && after != Instant.Never)
            rules.Happened(new ControlEvent.BreakerOpened(rules.Backend, after));
    }
}
