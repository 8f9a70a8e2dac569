using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Health;

/// <summary>
/// What the checks of one backend have told so far. <paramref name="FirstDecides"/>: the next result alone sets the verdict (nothing was known before it).
/// <paramref name="LastFailure"/> is the reason of the last failed check, forgotten once the backend is up and passes.
/// </summary>
public sealed record BackendHealth(RiseFall Counter, bool FirstDecides, Option<string> LastFailure)
{
    private static readonly Verdict _up = new Verdict.Up();
    private static readonly Verdict _awaiting = new Verdict.Awaiting();

    /// <summary>Before the first check.</summary>
    public static BackendHealth Before(InitialHealth initial) =>
        new(new RiseFall(IsUp: initial == InitialHealth.Up, Streak: 0), FirstDecides: initial == InitialHealth.FirstProbe, None);

    /// <summary>Up, down with the last failure's reason, or still waiting when no check has failed yet.</summary>
    public Verdict Verdict =>
        Counter.IsUp ? _up
        : LastFailure.Case is string reason ? new Verdict.Down(reason)
        : _awaiting;

    /// <summary>After one more result; a cancelled check told nothing and changes nothing.</summary>
    public BackendHealth Observe(ProbeResult result, int rise, int fall) => result switch
    {
        ProbeResult.Passed => Passed(rise, fall),
        ProbeResult.Failed failed => new BackendHealth(
            FirstDecides ? default : Counter.Observe(passed: false, rise, fall), FirstDecides: false, Some(failed.Reason)),
        ProbeResult.Cancelled => this,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private BackendHealth Passed(int rise, int fall)
    {
        var counter = FirstDecides ? new RiseFall(IsUp: true, Streak: 0) : Counter.Observe(passed: true, rise, fall);
        return new BackendHealth(counter, FirstDecides: false, counter.IsUp ? None : LastFailure);
    }
}
