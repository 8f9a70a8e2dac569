using System;
using Fairlead.Control;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Properties.Simulation;

/// <summary>What must hold after any simulation, whatever befell it.</summary>
internal static class Assertions
{
    /// <summary>How long beyond its time limit a check may be awaited.</summary>
    private static readonly TimeSpan _answerGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest a dead backend may go on being chosen: `fall` checks, each begun an interval (or a full time limit) after the last, and the last one's end. The two delays of
    /// the message that proves it are within the grace.
    /// </summary>
    public static TimeSpan NoticeTime
    {
        get
        {
            var check = Scenario.Check;
            var answer = check.Timeout + _answerGrace;
            var interval = check.Every * (1 + check.Jitter);
            return ((interval > answer ? interval : answer) * check.Fall) + answer;
        }
    }

    /// <summary>The longest a revived backend may stay unused.</summary>
    public static TimeSpan ReturnTime => (Scenario.Check.Every * (1 + Scenario.Check.Jitter) * (Scenario.Check.Rise + 1)) + Scenario.Check.Timeout;

    public static void HoldAlways(Simulation simulation)
    {
        Assert.All(simulation.Reference.Fates, static fate => Assert.Single(fate.Ends));
        Assert.All(simulation.Reference.Fates, static fate => Assert.True(
            fate.Request.Method == MethodKind.Get || fate.ReceivedBy.Count <= 1, $"{fate.Request} was received by {string.Join(", ", fate.ReceivedBy)}"));
        Assert.All(simulation.Reference.FirstAttempts, static attempt => Assert.True(attempt.WasUsable, $"{attempt} although not usable"));
        Assert.All(simulation.Reference.FirstAttempts, static attempt => Assert.True(
            attempt.At - Later(attempt.BadSince, attempt.ReachedSince, attempt.At) <= NoticeTime, $"{attempt} although long bad"));
        Assert.All(simulation.Proxy.InFlight, static slot => Assert.Equal(0, slot.Value));
        Assert.Equal(0, simulation.Proxy.Running);
        Assert.Equal(0, simulation.Proxy.Probes);
        Assert.False(simulation.Proxy.HasDeadline);
        Assert.Equal(LanguageExt.Option<int>.Some(Lifecycle.Graceful), simulation.Proxy.ExitCode);
    }

    /// <summary>The later of the two, or now if it is not bad at all.</summary>
    private static Instant Later(Instant bad, Instant reached, Instant now) => bad == Instant.Never ? now : bad > reached ? bad : reached;
}
