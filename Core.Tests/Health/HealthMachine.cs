using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Health;

/// <summary>A machine as its code behaves: what each class of states becomes by each signal, found by driving it.</summary>
internal sealed record Machine(string Name, IReadOnlyList<(string From, string Signal, string To)> Moves)
{
    // Counts of requests grow without end; what they mean was all seen long before.
    private const int StatesMax = 300;

    /// <summary>Drives it from the starts with every signal until no new state comes up.</summary>
    public static Machine Explore<T>(string name, IEnumerable<T> starts, Func<T, string> classOf, params (string Signal, Func<T, T> Step)[] signals)
        where T : notnull
    {
        var (waiting, seen, moves) = (new Queue<T>(starts), new System.Collections.Generic.HashSet<T>(starts), new List<(string, string, string)>());
        while (waiting.TryDequeue(out var state))
        {
            foreach (var (signal, step) in signals)
            {
                var next = step(state);
                moves.Add((classOf(state), signal, classOf(next)));
                if (seen.Count < StatesMax && seen.Add(next))
                    waiting.Enqueue(next);
            }
        }

        return new Machine(name, [.. moves.Distinct()]);
    }

    public IReadOnlyList<string> Classes => [.. Moves.Select(static move => move.From).Distinct()];

    /// <summary>A table of what becomes of what, and the same as a diagram.</summary>
    public string Markdown()
    {
        var signals = Moves.Select(static move => move.Signal).Distinct().ToArray();
        var text = new StringBuilder();
        text.Append("### ").Append(Name).Append("\n\n| state | ").AppendJoin(" | ", signals).Append(" |\n|---|").Insert(text.Length, "---|", signals.Length).Append('\n');
        foreach (var from in Classes)
            text.Append("| ").Append(from).Append(" | ").AppendJoin(" | ", signals.Select(signal => string.Join(" or ", To(from, signal)))).Append(" |\n");
        text.Append("\n```mermaid\nstateDiagram-v2\n");
        foreach (var one in Moves.Where(static move => move.From != move.To))
            text.Append("    ").Append(Id(one.From)).Append(" --> ").Append(Id(one.To)).Append(": ").Append(one.Signal).Append('\n');
        return text.Append("```\n").ToString();
    }

    private IEnumerable<string> To(string from, string signal) => Moves.Where(move => move.From == from && move.Signal == signal).Select(static move => move.To);

    private static string Id(string name) => name.Replace(", ", "_", StringComparison.Ordinal).Replace(' ', '_').Replace('-', '_');
}

/// <summary>The three machines of health.</summary>
internal static class HealthMachine
{
    private static readonly BreakerSettings Breaker = new(50, 2, TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(1));

    private static readonly OutlierSettings Rules = new() { MaxEjectedPercent = 100, BaseEjection = TimeSpan.FromSeconds(1), MaxEjection = TimeSpan.FromSeconds(2) };

    public static Machine Checks(int rise, int fall) => Machine.Explore(
        "Checks",
        Enum.GetValues<InitialHealth>().Select(static initial => BackendHealth.Before(initial, default)),
        ClassOf,
        ("pass", health => health.Observe(new ProbeResult.Passed(), rise, fall, default)),
        ("fail", health => health.Observe(new ProbeResult.Failed("x"), rise, fall, default)),
        ("cancelled", health => health.Observe(new ProbeResult.Cancelled(), rise, fall, default)));

    /// <summary>Time stands still but for "its time is over": that is a machine whose instants begin anew.</summary>
    public static Machine CircuitBreaker() => Machine.Explore(
        "Circuit breaker",
        [default(CircuitBreaker)],
        static breaker => Word(breaker.PhaseAt(default, Breaker)),
        ("success", static breaker => Request(breaker, success: true)),
        ("failure", static breaker => Request(breaker, success: false)),
        ("its time is over", Later));

    public static Machine Ejection() => Machine.Explore(
        "Ejection",
        [OutlierHealth.Clear],
        static told => told.Ejection.IsSome ? "ejected" : told.TimesInRow > 0 ? "back, remembered" : "in",
        ("run of failures", static told => OutlierDetection.StreakReached(Rules, Seq1(told), 0, StreakCauses.ServerErrors, default, default).Backends[0]),
        ("interval ends", static told => OutlierDetection.Look(Rules, Seq1(told), default, default).Backends[0]),
        ("its time is over", static told => OutlierDetection.ReturnDue(Seq1(told), OutlierDetection.NextReturn(Seq1(told)))[0]),
        ("check passes", static told => told.Return()));

    private static string ClassOf(BackendHealth health) =>
        (health.Counter.IsUp ? "up" : health.LastFailure.IsSome ? "down" : health.FirstDecides ? "waiting for one" : "waiting")
        + (health.Counter.Streak == 0 ? "" : health.Counter.IsUp ? ", failing" : ", passing");

    // A request that is not let through tells nothing; while recovering, half of them are.
    private static CircuitBreaker Request(CircuitBreaker breaker, bool success)
    {
        var now = breaker.PhaseAt(default, Breaker) == BreakerPhase.Recovering ? Instant.Zero + (Breaker.Recovery / 2) : Instant.Zero;
        var (pass, asked) = breaker.Allows(now, 0, Breaker);
        return pass.IsAllowed ? asked.Observe(pass, success, now, Breaker) : asked;
    }

    // What it is when its time is over, as it would be had it just become that.
    private static CircuitBreaker Later(CircuitBreaker breaker) => breaker.PhaseAt(default, Breaker) switch
    {
        BreakerPhase.Open => Reached(BreakerPhase.HalfOpen, breaker.PhaseAt(breaker.OpenUntil(Breaker), Breaker)),
        BreakerPhase.HalfOpen => Reached(BreakerPhase.HalfOpen, breaker.PhaseAt(Instant.Zero + Breaker.OpenFor, Breaker)),
        BreakerPhase.Recovering => Reached(BreakerPhase.Closed, breaker.PhaseAt(Instant.Zero + Breaker.Recovery, Breaker)),
        _ => breaker,
    };

    private static CircuitBreaker Reached(BreakerPhase expected, BreakerPhase reached)
    {
        Assert.Equal(expected, reached);
        // The same phase at instant zero: opened one open time before it, or never.
        var start = Instant.Zero + -Breaker.OpenFor;
        return reached == BreakerPhase.Closed
            ? default
            : default(CircuitBreaker).Observe(default, success: false, start, Breaker).Observe(default, success: false, start, Breaker).Forget(default, Instant.Zero, Breaker);
    }

    private static string Word(BreakerPhase phase) => phase switch
    {
        BreakerPhase.Closed => "closed",
        BreakerPhase.Open => "open",
        BreakerPhase.HalfOpen => "half-open",
        _ => "recovering",
    };
}
