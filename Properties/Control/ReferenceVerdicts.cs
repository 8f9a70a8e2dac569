using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Properties.Health;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Control;

/// <summary>
/// What each verdict must be, from the whole history of what happened and what was started and cancelled. Checks are judged without a counter; what requests told by outlier
/// detection itself, which has laws of its own, over backends found by name.
/// </summary>
internal sealed class ReferenceVerdicts
{
    private readonly Dictionary<BackendId, List<(string? Reason, Instant At)>> _results = [];
    private readonly Dictionary<BackendId, Instant> _began = [];              // when its checks began
    private readonly Dictionary<BackendId, Instant> _known = [];              // when it was first in the settings
    private readonly Dictionary<BackendId, OutlierHealth> _told = [];
    private readonly Dictionary<string, Instant> _looks = [];                 // the end of each interval that runs
    private readonly Dictionary<BackendId, (Instant Since, Instant Until)> _open = [];
    private readonly System.Collections.Generic.HashSet<BackendId> _fallen = [];
    private readonly Dictionary<BackendId, Instant> _returned = [];
    private readonly Dictionary<BackendId, long> _running = [];
    private readonly Dictionary<BackendId, AdminState> _said = [];
    private readonly Dictionary<string, Option<string>> _missing = [];        // by host: why it has no address; none = it has one
    private ProxySettings _settings = ProxySettings.Empty;

    public Dictionary<BackendId, Verdict> Verdicts() => Everyone(_settings).ToDictionary(static one => one.Id, one => VerdictOf(one.Id, one.Upstream));

    public void Observe(Footprint step)
    {
        switch (step.Happened)
        {
            case ControlEvent.SettingsLoaded loaded:
                Load(loaded.Settings, step.Now);
                break;
            case ControlEvent.ProbeCompleted answer when _running.GetValueOrDefault(answer.Backend) == answer.Probe:
                _running.Remove(answer.Backend);
                if (answer.Result is not ProbeResult.Cancelled)
                    _results[answer.Backend].Add(((answer.Result as ProbeResult.Failed)?.Reason, step.Now));
                if (answer.Result is ProbeResult.Passed && Rules(answer.Backend).Case is OutlierSettings { ReturnOnPassedProbe: true } && CheckVerdict(answer.Backend) is Verdict.Up)
                    _told[answer.Backend] = _told[answer.Backend].Return();
                break;
            case ControlEvent.NameResolved resolved when _missing.ContainsKey(resolved.Host):
                _missing[resolved.Host] = Option<string>.None;
                break;
            case ControlEvent.NameNotResolved failed when _missing.TryGetValue(failed.Host, out var missing) && missing.IsSome:
                _missing[failed.Host] = failed.Reason;
                break;
            case ControlEvent.BackendAdministered said when _known.ContainsKey(said.Backend):
                _said[said.Backend] = said.State;
                break;
            case ControlEvent.OutcomesTallied tallied:
                foreach (var (id, tally) in tallied.Tallies.Filter(one => Rules(one.Backend).IsSome))
                    _told[id] = _told[id].Count(tally);
                break;
            case ControlEvent.StreakReached streak when Rules(streak.Backend).Case is OutlierSettings rules:
                Tell(streak.Backend.Upstream, told => OutlierDetection.StreakReached(rules, told, Members(streak.Backend.Upstream).IndexOf(streak.Backend), streak.Causes, step.Now, default));
                break;
            case ControlEvent.BreakerOpened opened when _known.ContainsKey(opened.Backend) && Upstream(opened.Backend).Breaker.IsSome && opened.Until > step.Now:
                _open[opened.Backend] = (step.Now, opened.Until);
                break;
            default:
                break;
        }

        foreach (var effect in step.Effects)
        {
            // What is cancelled but still checked the same way had no answer in time.
            if (effect is ControlEffect.CancelProbe cancelled && _running.Remove(cancelled.Backend))
                _results[cancelled.Backend].Add(("no answer within " + (Check(cancelled.Backend).Timeout.TotalSeconds < 1 ? "500 ms" : "2 s"), step.Now));
            if (effect is ControlEffect.StartProbe started)
                _running[started.Backend] = started.Probe;
        }

        foreach (var id in _open.Keys.Where(id => _open[id].Until <= step.Now).ToArray())
            _open.Remove(id);
        foreach (var upstream in _settings.Upstreams)
            Look(upstream, step.Now);
        foreach (var (id, upstream) in Everyone(_settings))
            Fall(id, upstream, step.Now);
    }

    private void Look(UpstreamSettings upstream, Instant now)
    {
        if (upstream.Outlier.Case is not OutlierSettings rules)
            return;
        var members = Members(upstream.Name);
        var isOver = _looks.TryGetValue(upstream.Name, out var end) && end <= now;
        if (isOver)
            Tell(upstream.Name, told => OutlierDetection.Look(rules, told, now, default));
        foreach (var id in members.Where(id => _told[id].Ejection.Exists(ejection => ejection.Until <= now)).ToArray())
            _told[id] = _told[id].Return();
        if (!members.Any(id => _told[id].AwaitsLook))
            _looks.Remove(upstream.Name);
        else if (isOver || !_looks.ContainsKey(upstream.Name))
            _looks[upstream.Name] = now + rules.Interval;
    }

    // A slow start begins when what was out for a reason may be used again.
    private void Fall(BackendId id, UpstreamSettings upstream, Instant now)
    {
        var window = upstream.Policy.IsHash ? None : upstream.Selection.SlowStart.Map(static start => start.Window);
        var verdict = VerdictOf(id, upstream);
        if (!verdict.IsUsable)
        {
            _returned.Remove(id);
            if (verdict is not Verdict.Down { Reason: DownReason.Awaiting or DownReason.Unresolved })
                _fallen.Add(id);
        }
        else if (_fallen.Remove(id) && window.IsSome)
            _returned[id] = now;
        if (_returned.TryGetValue(id, out var since) && window.Map(length => since + length <= now).IfNone(true))
            _returned.Remove(id);
    }

    private void Tell(string upstream, Func<Seq<OutlierHealth>, OutlierStep> change)
    {
        var members = Members(upstream);
        var step = change(toSeq(members.Select(id => _told[id]).ToArray()).Strict());
        for (var i = 0; i < members.Count; i++)
            _told[members[i]] = step.Backends[i];
    }

    private void Load(ProxySettings settings, Instant now)
    {
        var before = Everyone(_settings).ToDictionary(static one => one.Id, static one => one.Upstream.Health.Map(static check => check.Probe));
        var after = Everyone(settings).ToDictionary(static one => one.Id, static one => one.Upstream.Health.Map(static check => check.Probe));
        foreach (var id in before.Keys.Union(after.Keys).Where(id => !before.TryGetValue(id, out var was) || !after.TryGetValue(id, out var now) || was != now))
        {
            _results[id] = [];
            _began[id] = now;
            _running.Remove(id);
        }

        foreach (var id in _known.Keys.Where(id => !after.ContainsKey(id)).ToArray())
        {
            foreach (var forget in new Func<BackendId, bool>[] { _known.Remove, _said.Remove, _told.Remove, _open.Remove, _fallen.Remove, _returned.Remove })
                forget(id);
        }

        foreach (var (id, upstream) in Everyone(settings))
        {
            _known.TryAdd(id, now);
            _told[id] = upstream.Outlier.IsSome && _told.TryGetValue(id, out var told) ? told : OutlierHealth.Clear;
            if (upstream.Breaker.IsNone)
                _open.Remove(id);
        }

        foreach (var name in _looks.Keys.Where(name => !settings.Upstreams.Exists(one => one.Name == name && one.Outlier.IsSome)).ToArray())
            _looks.Remove(name);
        var hosts = after.Keys.Select(static id => id.Address).OfType<BackendAddress.Name>().Select(static name => name.Host).ToHashSet();
        foreach (var host in _missing.Keys.Except(hosts).ToArray())
            _missing.Remove(host);
        foreach (var host in hosts)
            _missing.TryAdd(host, "not resolved yet");
        _settings = settings;
    }

    private Verdict VerdictOf(BackendId id, UpstreamSettings upstream)
    {
        var admin = _said.GetValueOrDefault(id);
        var failing =
            id.Address is BackendAddress.Name name && _missing[name.Host].Case is string missing ? new Verdict.Down(new DownReason.Unresolved(missing), _known[id])
            : CheckVerdict(id) is Verdict.Down down ? down
            : _told[id].Ejection.Case is Ejection one ? new Verdict.Down(new DownReason.Ejected(one.Cause, one.Until, one.TimesInRow), one.Since)
            : _open.TryGetValue(id, out var open) ? new Verdict.Down(new DownReason.BreakerOpen(open.Until), open.Since)
            : null;
        return admin == AdminState.Maintenance ? new Verdict.Maintenance()
            : admin == AdminState.Drain ? new Verdict.Draining(Optional(failing?.Reason))
            : failing is not null ? failing
            : _returned.TryGetValue(id, out var since) ? new Verdict.Recovering(since, since + upstream.Selection.SlowStart.Map(static start => start.Window).IfNone(TimeSpan.Zero))
            : CheckVerdict(id);
    }

    private Verdict CheckVerdict(BackendId id) => Upstream(id).Health.Case is HealthSettings check
        ? ReferenceHealth.VerdictOf(check.Initial, _results[id], check.Rise, check.Fall, _began[id])
        : new Verdict.Unchecked();

    private List<BackendId> Members(string upstream) => [.. Everyone(_settings).Select(static one => one.Id).Where(id => id.Upstream == upstream)];

    private Option<OutlierSettings> Rules(BackendId id) => _known.ContainsKey(id) ? Upstream(id).Outlier : None;

    private UpstreamSettings Upstream(BackendId id) => Everyone(_settings).Single(one => one.Id == id).Upstream;

    private HealthSettings Check(BackendId id) =>
        Upstream(id).Health.IfNone(static () => throw new InvalidOperationException("nobody checks it"));

    private static IEnumerable<(BackendId Id, UpstreamSettings Upstream)> Everyone(ProxySettings settings) =>
        from upstream in settings.Upstreams.AsEnumerable()
        from backend in upstream.Backends.AsEnumerable()
        select (new BackendId(upstream.Name, backend.Address), upstream);
}
