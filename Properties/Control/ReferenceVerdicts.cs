using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Properties.Health;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Properties.Control;

/// <summary>What each verdict must be, from the whole history of what happened and what was started and cancelled; no counters, no clock.</summary>
internal sealed class ReferenceVerdicts
{
    private readonly Dictionary<BackendId, List<string?>> _results = [];
    private readonly Dictionary<BackendId, long> _running = [];
    private readonly System.Collections.Generic.HashSet<BackendId> _disabled = [];
    private readonly Dictionary<string, Option<string>> _missing = [];        // by host: why it has no address; none = it has one
    private ProxySettings _settings = ProxySettings.Empty;

    public Dictionary<BackendId, Verdict> Verdicts() => Everyone(_settings).ToDictionary(static one => one.Id, one => VerdictOf(one.Id, one.Upstream));

    public void Observe(Footprint step)
    {
        switch (step.Happened)
        {
            case ControlEvent.SettingsLoaded loaded:
                Load(loaded.Settings);
                break;
            case ControlEvent.ProbeCompleted answer when _running.GetValueOrDefault(answer.Backend) == answer.Probe:
                _running.Remove(answer.Backend);
                if (answer.Result is not ProbeResult.Cancelled)
                    _results[answer.Backend].Add((answer.Result as ProbeResult.Failed)?.Reason);
                break;
            case ControlEvent.NameResolved resolved when _missing.ContainsKey(resolved.Host):
                _missing[resolved.Host] = Option<string>.None;
                break;
            case ControlEvent.NameNotResolved failed when _missing.TryGetValue(failed.Host, out var missing) && missing.IsSome:
                _missing[failed.Host] = failed.Reason;
                break;
            case ControlEvent.BackendEnabled enabled when enabled.IsEnabled:
                _disabled.Remove(enabled.Backend);
                break;
            case ControlEvent.BackendEnabled disabled when Everyone(_settings).Any(one => one.Id == disabled.Backend):
                _disabled.Add(disabled.Backend);
                break;
            default:
                break;
        }

        foreach (var effect in step.Effects)
        {
            // What is cancelled but still checked the same way had no answer in time.
            if (effect is ControlEffect.CancelProbe cancelled && _running.Remove(cancelled.Backend))
                _results[cancelled.Backend].Add("no answer within " + (Check(cancelled.Backend).Timeout.TotalSeconds < 1 ? "500 ms" : "2 s"));
            if (effect is ControlEffect.StartProbe started)
                _running[started.Backend] = started.Probe;
        }
    }

    private void Load(ProxySettings settings)
    {
        var before = Everyone(_settings).ToDictionary(static one => one.Id, static one => one.Upstream.Health.Map(static check => check.Probe));
        var after = Everyone(settings).ToDictionary(static one => one.Id, static one => one.Upstream.Health.Map(static check => check.Probe));
        foreach (var id in before.Keys.Union(after.Keys).Where(id => !before.TryGetValue(id, out var was) || !after.TryGetValue(id, out var now) || was != now))
        {
            _results[id] = [];
            _running.Remove(id);
        }

        _disabled.IntersectWith(after.Keys);
        var hosts = after.Keys.Select(static id => id.Address).OfType<BackendAddress.Name>().Select(static name => name.Host).ToHashSet();
        foreach (var host in _missing.Keys.Except(hosts).ToArray())
            _missing.Remove(host);
        foreach (var host in hosts)
            _missing.TryAdd(host, "not resolved yet");
        _settings = settings;
    }

    private Verdict VerdictOf(BackendId id, UpstreamSettings upstream) =>
        _disabled.Contains(id) ? new Verdict.Disabled()
        : id.Address is BackendAddress.Name name && _missing[name.Host].Case is string reason ? new Verdict.Unresolved(reason)
        : upstream.Health.Case is HealthSettings check ? ReferenceHealth.VerdictOf(check.Initial, _results[id], check.Rise, check.Fall)
        : new Verdict.Unchecked();

    private HealthSettings Check(BackendId id) =>
        Everyone(_settings).Single(one => one.Id == id).Upstream.Health.IfNone(static () => throw new System.InvalidOperationException("nobody checks it"));

    private static IEnumerable<(BackendId Id, UpstreamSettings Upstream)> Everyone(ProxySettings settings) =>
        from upstream in settings.Upstreams.AsEnumerable()
        from backend in upstream.Backends.AsEnumerable()
        select (new BackendId(upstream.Name, backend.Address), upstream);
}
