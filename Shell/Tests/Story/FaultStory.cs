using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Sessions;
using Xunit.Abstractions;

namespace Fairlead.Shell.Tests.Story;

/// <summary>
/// 64 clients ask while backends are killed, stopped, slow, reset, added and removed, and the proxy is upgraded. Every request is answered once with its own body or fails with a
/// status that says why; GET and PUT do not fail at all; no POST is seen twice. An answer that had begun when its backend died cannot be tried again: it must be seen to be cut by its
/// framing, and a GET or PUT is then sent again by its client and must be answered. FAIRLEAD_FAULT_MINUTES makes it long, FAIRLEAD_FAULT_SEED strikes others.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FaultStory(ITestOutputHelper output)
{
    private const int RequestsEach = 600;
    private const int Seed = 20_251;

    [Fact]
    public async Task While_one_backend_lives_no_GET_or_PUT_fails_and_no_POST_is_done_twice()
    {
        var seed = (int)Variable.Number("FAIRLEAD_FAULT_SEED", Seed);
        await using var scene = new FaultScene(seed);
        await scene.StartAsync();
        var phases = new Dictionary<string, FaultPhase>();
        await using var load = new FaultLoad(scene.Fairlead, seed, "quiet");
        var (began, longest) = (Stopwatch.StartNew(), TimeSpan.FromMinutes(Variable.Number("FAIRLEAD_FAULT_MINUTES", 0)));
        do
        {
            foreach (var phase in scene.Phases().Concat(longest > TimeSpan.Zero ? scene.Pairs() : []))
            {
                phases[phase.Name] = phase;
                await RunAsync(phase, load);
            }
        }
        while (began.Elapsed < longest);
        await load.EndAsync();

        scene.Fairlead.Terminate();
        Assert.Equal(0, await scene.Fairlead.ExitCodeAsync());
        foreach (var origin in scene.Origins)
            await origin.EndAsync();
        Judge(load, phases, scene, seed, began.Elapsed);
    }

    private static async Task RunAsync(FaultPhase phase, FaultLoad load)
    {
        load.Enter(phase.Name);
        await phase.Begin();
        await load.MoreAsync(RequestsEach);
        await phase.Heal();
        await load.SettleAsync();
    }

    private void Judge(FaultLoad load, Dictionary<string, FaultPhase> phases, FaultScene scene, int seed, TimeSpan took)
    {
        var told = load.Told;
        var seen = scene.Origins.SelectMany(static origin => origin.Seen()).ToList();
        var times = seen.CountBy(static one => one.Number).ToDictionary();
        var tallies = PhaseTally.Of(told, Retried(scene.Fairlead.Output), times);
        output.WriteLine(FormattableString.Invariant($"seed {seed}, {FaultLoad.Clients} clients, {load.Sent} requests in {took.TotalSeconds:F0} s\n{PhaseTally.Table(tallies)}"));
        var bad = told.Where(one => one.Fate is Fate.Wrong || (one.Fate == Fate.Cut && !phases[one.Phase].CutsAnswers) || (one.Fate == Fate.Failed && (one.IsIdempotent || !phases[one.Phase].FailsPosts))).Take(20).ToList();
        if (bad.Count > 0)
            output.WriteLine(string.Join('\n', scene.Fairlead.Error.Where(static line => line.Contains(" -> ", StringComparison.Ordinal))));   // who was down when, and why
        foreach (var one in bad)
            output.WriteLine(string.Join("\n  ", scene.Fairlead.Output.Where(line => line.Contains($" {Origins.Numbered.Target(one.Number)} ", StringComparison.Ordinal)).Prepend(one.ToString())));

        Assert.DoesNotContain(told, static one => one.Fate == Fate.Wrong);
        Assert.DoesNotContain(told, static one => one.Fate == Fate.Failed && one.IsIdempotent);
        Assert.DoesNotContain(told, one => one.Fate == Fate.Failed && !phases[one.Phase].FailsPosts);
        Assert.DoesNotContain(told, one => one.Fate == Fate.Cut && !phases[one.Phase].CutsAnswers);
        Assert.Equal(LongRange(load.Sent), told.Where(static one => !one.MayBeSentAgain).Select(static one => one.Number).Order());
        Assert.DoesNotContain(seen.Where(static one => one.Method == "POST").CountBy(static one => one.Number), static post => post.Value > 1);
        var answeredHere = scene.Origins.ToDictionary(static origin => origin.Name, static origin => origin.Seen().ToHashSet());
        Assert.DoesNotContain(told, one => one.Fate == Fate.Answered && !answeredHere[one.By].Contains((one.Method, one.Number)));
        Assert.All(tallies.Where(tally => phases[tally.Phase].MustRetry), static tally => Assert.True(tally.Retried > 0, tally.Phase));
        Assert.Contains(tallies, static tally => tally.Phase == "reset in the body" && tally.Cut > 0);
    }

    /// <summary>The numbers whose line in the access log names more than one attempt.</summary>
    private static HashSet<long> Retried(IReadOnlyList<string> log) =>
    [
        .. log.Select(static line => line.Split(' ')).Where(static words => words.Length > 7 && words[7].Contains(',', StringComparison.Ordinal))
            .Select(static words => Origins.Numbered.NumberOf(words[4])).OfType<long>(),
    ];

    private static IEnumerable<long> LongRange(long count)
    {
        for (var number = 1L; number <= count; number++)
            yield return number;
    }
}
