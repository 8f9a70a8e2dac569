using System;
using System.Runtime.CompilerServices;
using Fairlead.Primitives;

namespace Fairlead.Health;

/// <summary>What a circuit breaker lets through.</summary>
public enum BreakerPhase : byte
{
    /// <summary>Everything.</summary>
    Closed = 0,

    /// <summary>Nothing, until its time is over.</summary>
    Open,

    /// <summary>A few trials.</summary>
    HalfOpen,

    /// <summary>A share that grows.</summary>
    Recovering,
}

/// <summary>What a breaker said to one request, to be told again with its end. <c>default</c> is a request that was never asked about: whatever comes of it decides no trial.</summary>
public readonly record struct BreakerPass
{
    /// <summary>What a closed breaker says.</summary>
    public static BreakerPass Free => new() { IsAllowed = true };

    /// <summary>Whether the request may go.</summary>
    public bool IsAllowed { get; internal init; }

    internal bool IsTrial { get; init; }

    /// <summary>When the trials of its kind began.</summary>
    internal Instant TrialsSince { get; init; }
}

/// <summary>
/// The circuit breaker of one backend as a value: closed → open → half-open → recovering → closed (Traefik's, with the trials of Polly and Hystrix). Failures are counted over a
/// true window. Time alone ends open and recovering; trials whose end is never told are given out again. <c>default</c> is closed.
/// </summary>
public readonly record struct CircuitBreaker
{
    private readonly SlidingWindow _window;                           // a field, not a property: read where it is, not copied

    // One that is closed or recovering, and so has no trials: made after each request by one copy of the window, where "with" makes several.
    private CircuitBreaker(BreakerPhase entered, Instant since, in SlidingWindow window) => (Entered, Since, _window) = (entered, since, window);

    private BreakerPhase Entered { get; init; }

    /// <summary>When that phase began; in half-open, when the last trial was let through.</summary>
    private Instant Since { get; init; }

    /// <summary>In half-open: let through, and passed of these.</summary>
    private int Admitted { get; init; }

    private int Passed { get; init; }

    /// <summary>In half-open: when it began, however often trials were given out.</summary>
    private Instant TrialsSince { get; init; }

    /// <summary>Everything may go, and to be asked changes nothing: <see cref="Allows"/> would give <see cref="BreakerPass.Free"/> and this breaker.</summary>
    public bool IsClosed => Entered == BreakerPhase.Closed;

    /// <summary>The phase at that time; only time moves it without a request.</summary>
    public BreakerPhase PhaseAt(Instant now, BreakerSettings settings) => At(now, settings).Entered;

    /// <summary>When an open breaker will be half-open; <see cref="Instant.Never"/> in any other phase.</summary>
    public Instant OpenUntil(BreakerSettings settings) => Entered == BreakerPhase.Open ? Since + settings.OpenFor : Instant.Never;

    /// <summary>Whether a request may go, and the breaker after that. <paramref name="draw"/> is 64 bits of entropy, used while recovering.</summary>
    public (BreakerPass Pass, CircuitBreaker Next) Allows(Instant now, ulong draw, BreakerSettings settings)
    {
        var current = At(now, settings);
        return current.Entered switch
        {
            BreakerPhase.Open => (default, current),
            BreakerPhase.HalfOpen when current.Admitted >= TrialsOf(settings) => (default, current),
            BreakerPhase.HalfOpen => (new BreakerPass { IsAllowed = true, IsTrial = true, TrialsSince = current.TrialsSince }, current with { Admitted = current.Admitted + 1, Since = now }),
            BreakerPhase.Recovering => (new BreakerPass { IsAllowed = Entropy.Unit(draw) < (now - current.Since) / settings.Recovery }, current),
            _ => (BreakerPass.Free, current),
        };
    }

    /// <summary>
    /// After a request that told something. What is told while it is open was let through before and decides nothing; while it is half-open, only its trials decide.
    /// </summary>
    public CircuitBreaker Observe(BreakerPass pass, bool success, Instant now, BreakerSettings settings)
    {
        if (IsClosed)
            return Counted(success, now, settings);
        var current = At(now, settings);
        return current.Entered switch
        {
            BreakerPhase.Open => current,
            BreakerPhase.HalfOpen when !current.Tries(pass) => current,
            BreakerPhase.HalfOpen when !success => Enter(BreakerPhase.Open, now),
            BreakerPhase.HalfOpen when current.Passed + 1 >= TrialsOf(settings) => Enter(BreakerPhase.Recovering, now).At(now, settings),
            BreakerPhase.HalfOpen => current with { Passed = current.Passed + 1 },
            _ => current.Counted(success, now, settings),
        };
    }

    /// <summary>After a request that was let through and told nothing (the client left): a trial is given back.</summary>
    public CircuitBreaker Forget(BreakerPass pass, Instant now, BreakerSettings settings)
    {
        var current = At(now, settings);
        return current.Entered == BreakerPhase.HalfOpen && current.Tries(pass) && current.Admitted > current.Passed ? current with { Admitted = current.Admitted - 1 } : current;
    }

    private bool Tries(BreakerPass pass) => pass.IsTrial && pass.TrialsSince == TrialsSince;

    // What time alone does. A half-open breaker that let nothing through for as long as an open one gives out again what has not passed.
    private CircuitBreaker At(Instant now, BreakerSettings settings) => Entered switch
    {
        BreakerPhase.Open when now >= Since + settings.OpenFor => Enter(BreakerPhase.HalfOpen, now) with { TrialsSince = now },
        BreakerPhase.HalfOpen when now >= Since + settings.OpenFor => this with { Since = now, Admitted = Passed },
        BreakerPhase.Recovering when now >= Since + settings.Recovery => this with { Entered = BreakerPhase.Closed, Since = now },
        _ => this,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]                       // as a part of its caller it would copy the window several times more
    private CircuitBreaker Counted(bool success, Instant now, BreakerSettings settings)
    {
        var window = _window.Observe(!success, now, settings.Window);
        var (requests, failures) = window.At(now, settings.Window);
        return requests >= settings.RequestsMin && failures > 0 && failures * 100 >= requests * settings.FailurePercent
            ? Enter(BreakerPhase.Open, now)
            : new CircuitBreaker(Entered, Since, window);
    }

    private static CircuitBreaker Enter(BreakerPhase phase, Instant now) => new() { Entered = phase, Since = now };

    private static int TrialsOf(BreakerSettings settings) => Math.Max(settings.Trials, 1);
}
