using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using FsCheck.Xunit;
using LanguageExt;

namespace Fairlead.Properties.Control;

[Properties(Arbitrary = [typeof(Moves)], MaxTest = 150)]
public class ControlLaws
{
    [Property]
    public void Step_is_deterministic(Plan plan, Move[] moves)
    {
        var (one, two) = (Walk.Of(plan, moves), Walk.Of(plan, moves));
        Assert.Equal(one.State, two.State);
        Assert.Equal(one.State.GetHashCode(), two.State.GetHashCode());
        Assert.Equal(one.Steps.Select(static step => Written.Of(step.Effects)), two.Steps.Select(static step => Written.Of(step.Effects)));
    }

    [Property]
    public void Replaying_a_trace_reproduces_its_effects_and_states(Plan plan, Move[] moves)
    {
        var state = ControlState.Initial(new Entropy(7));
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            (state, var effects) = ControlPlane.Step(state, step.Now, step.Happened);
            Assert.Equal(step.After, state);
            Assert.Equal(Written.Of(step.Effects), Written.Of(effects));
        }
    }

    [Property]
    public void Step_is_total_at_any_time_in_any_order(Plan plan, Move[] moves, Instant[] times)
    {
        var state = ControlState.Initial(default);
        var steps = Walk.Of(plan, moves).Steps;
        for (var i = 0; i < steps.Count; i++)
        {
            var now = times.Length == 0 ? steps[^(i + 1)].Now : times[i % times.Length];
            (state, _) = ControlPlane.Step(state, now, steps[^(i + 1)].Happened);
            _ = ControlPlane.NextDeadline(state);
        }
    }

    [Property]
    public void The_next_deadline_is_later_than_the_tick(Plan plan, Move[] moves, Instant elsewhere)
    {
        var walk = Walk.Of(plan, moves);
        foreach (var now in new[] { walk.Now, walk.Now + TimeSpan.FromHours(1), elsewhere })
        {
            var (ticked, _) = ControlPlane.Step(walk.State, now, new ControlEvent.ClockTicked());
            Assert.True(ControlPlane.NextDeadline(ticked).ForAll(next => next > now));
        }
    }

    [Property]
    public void A_tick_before_the_deadline_changes_nothing(Plan plan, Move[] moves)
    {
        var walk = Walk.Of(plan, moves);
        var next = ControlPlane.NextDeadline(walk.State).IfNone(Instant.Never);
        var (ticked, effects) = ControlPlane.Step(walk.State, new Instant(next.Ticks - 1), new ControlEvent.ClockTicked());
        Assert.Equal(walk.State, ticked);
        Assert.Empty(effects);
    }

    [Property]
    public void Every_started_probe_completes_or_is_cancelled(Plan plan, Move[] moves)
    {
        var walk = Walk.Of(plan, moves);
        var before = walk.Running.ToArray();
        walk.TickUntil(walk.Now + TimeSpan.FromSeconds(3));           // longer than any time limit with its grace
        Assert.Empty(before.Intersect(walk.Running));
        walk.Happen(new ControlEvent.SettingsLoaded(ProxySettings.Empty));
        Assert.Empty(walk.Running);
        Assert.Equal(LanguageExt.Option<Instant>.None, ControlPlane.NextDeadline(walk.State));
    }

    [Property]
    public void A_backend_is_never_probed_twice_at_once_and_no_number_is_used_twice(Plan plan, Move[] moves)
    {
        var walk = Walk.Of(plan, moves);
        Assert.Equal(walk.Running.Count, walk.Running.DistinctBy(static probe => probe.Backend).Count());
        var numbers = walk.Steps.SelectMany(static step => step.Effects).OfType<ControlEffect.StartProbe>().Select(static probe => probe.Probe).ToArray();
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Property]
    public void Only_resolved_and_checked_backends_are_probed_at_an_address(Plan plan, Move[] moves)
    {
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            foreach (var probe in step.Effects.OfType<ControlEffect.StartProbe>())
            {
                var upstream = ControlPlane.Snapshot(step.After).Upstreams.Single(one => one.Settings.Name == probe.Backend.Upstream);
                var shown = upstream.Backends.Single(one => one.Address == probe.Backend.Address);
                var check = upstream.Settings.Health.IfNone(() => throw new InvalidOperationException("nobody checks it"));
                var port = ((ProbeSettings.Tcp)check.Probe).Port.IfNone(0);
                Assert.Equal(shown.DialTargets[0] is BackendAddress.Ip ip ? new BackendAddress.Ip(ip.Address, port) : shown.DialTargets[0], probe.Target);
            }
        }
    }

    [Property]
    public void Published_exactly_when_what_requests_see_changed(Plan plan, Move[] moves)
    {
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            var (before, after) = (ControlPlane.Snapshot(step.Before), ControlPlane.Snapshot(step.After));
            var publications = step.Effects.OfType<ControlEffect.Publish>().ToArray();
            var isNews = Written.Of(before) != Written.Of(after) || before.Generation == 0;
            Assert.Equal(isNews ? 1 : 0, publications.Length);
            Assert.Equal(before.Generation + publications.Length, after.Generation);
            Assert.All(publications, published => Assert.Same(after, published.Snapshot));
        }
    }

    [Property]
    public void Each_change_of_a_verdict_is_reported_once_after_it_was_published(Plan plan, Move[] moves)
    {
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            var before = Verdicts(step.Before);
            var changed = Verdicts(step.After).Where(now => before.TryGetValue(now.Key, out var then) && then != now.Value)
                .Select(now => (now.Key, before[now.Key], now.Value));
            var effects = step.Effects.ToArray();
            var reports = effects.OfType<ControlEffect.ReportVerdict>().ToArray();
            Assert.Equal(changed.ToHashSet(), reports.Select(static report => (report.Backend, report.Before, report.After)).ToHashSet());
            Assert.All(reports, report => Assert.True(Array.FindIndex(effects, static one => one is ControlEffect.Publish) is var at and >= 0 && at < Array.IndexOf(effects, report)));
        }
    }

    // YARP's policy waits for the slowest probe of the cluster.
    [Property]
    public void Yarp_slowest_probe_a_result_takes_effect_at_once_whatever_else_runs(Plan plan, Move[] moves)
    {
        var walk = Walk.Of(plan, moves);
        foreach (var (backend, probe) in walk.Running.ToArray())
        {
            var running = Settings(walk.State, backend).Health.IfNone(() => throw new InvalidOperationException());
            if (running.Fall > 1)
                continue;
            var (after, _) = ControlPlane.Step(walk.State, walk.Now, new ControlEvent.ProbeCompleted(backend, probe, new ProbeResult.Failed("at once")));
            Assert.True(Verdicts(after)[backend] is Verdict.Maintenance
                or Verdict.Down { Reason: DownReason.ProbeFailed { Reason: "at once" } }
                or Verdict.Draining { But.Case: DownReason.ProbeFailed { Reason: "at once" } });
        }
    }

    [Property]
    public void Verdicts_agree_with_the_reference(Plan plan, Move[] moves)
    {
        var reference = new ReferenceVerdicts();
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            reference.Observe(step);
            Assert.Equal(reference.Verdicts(), Verdicts(step.After));
        }
    }

    private static UpstreamSettings Settings(ControlState state, BackendId backend) =>
        ControlPlane.Snapshot(state).Upstreams.Single(one => one.Settings.Name == backend.Upstream).Settings;

    private static Dictionary<BackendId, Verdict> Verdicts(ControlState state) => ControlPlane.Snapshot(state).Upstreams
        .SelectMany(static upstream => upstream.Backends.Select(backend => (Id: new BackendId(upstream.Settings.Name, backend.Address), backend.Verdict)))
        .ToDictionary(static one => one.Id, static one => one.Verdict);
}
