using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Control;

/// <summary>The control plane driven by hand: time is a number of seconds, answers go to the probe that runs, and effects read as lines.</summary>
internal sealed class Plane(ulong seed = 1)
{
    private readonly Dictionary<BackendId, long> _running = [];

    public ControlState State { get; private set; } = ControlState.Initial(new Entropy(seed));

    public RoutingSnapshot Snapshot => ControlPlane.Snapshot(State);

    /// <summary>In seconds; none when nothing is awaited.</summary>
    public Option<double> NextDeadline => ControlPlane.NextDeadline(State).Map(static at => (at - Instant.Zero).TotalSeconds);

    public IReadOnlyCollection<BackendId> Probed => _running.Keys;

    public Seq<ControlEffect> Effects(double second, ControlEvent happened)
    {
        (State, var effects) = ControlPlane.Step(State, new Instant((long)Math.Round(second * TimeSpan.TicksPerSecond)), happened);
        foreach (var effect in effects)
        {
            if (effect is ControlEffect.StartProbe started)
                _running[started.Backend] = started.Probe;
            else if (effect is ControlEffect.CancelProbe cancelled && _running.GetValueOrDefault(cancelled.Backend) == cancelled.Probe)
                _running.Remove(cancelled.Backend);
        }

        return effects;
    }

    public string[] At(double second, ControlEvent happened) => [.. Effects(second, happened).Map(Line)];

    public string[] Load(double second, ProxySettings settings) => At(second, new ControlEvent.SettingsLoaded(settings));

    public string[] Tick(double second) => At(second, new ControlEvent.ClockTicked());

    public string[] Passes(double second, string backend) => Answers(second, Given.Id(backend), new ProbeResult.Passed());

    public string[] Fails(double second, string backend, string reason = "refused") => Answers(second, Given.Id(backend), new ProbeResult.Failed(reason));

    public string[] Answers(double second, BackendId backend, ProbeResult result)
    {
        Assert.True(_running.Remove(backend, out var number), $"no probe of {backend} runs");
        return At(second, new ControlEvent.ProbeCompleted(backend, number, result));
    }

    public string[] Resolves(double second, string host, params string[] addresses) =>
        At(second, new ControlEvent.NameResolved(host, toSeq(addresses.Select(IPAddress.Parse).ToArray()).Strict()));

    public string[] DoesNotResolve(double second, string host, string reason = "no such host") => At(second, new ControlEvent.NameNotResolved(host, reason));

    public Verdict VerdictOf(string backend, string upstream = "app") => Shown(backend, upstream).Verdict;

    public string WordOf(string backend, string upstream = "app") => Word(VerdictOf(backend, upstream));

    public BackendSnapshot Shown(string backend, string upstream = "app") =>
        Snapshot.Upstreams.Single(one => one.Settings.Name == upstream).Backends.Single(one => one.Address == Given.Address(backend));

    public string Available(string upstream = "app") =>
        string.Concat(Snapshot.Upstreams.Single(one => one.Settings.Name == upstream).Picker.Available.Select(static yes => yes ? '1' : '0'));

    /// <summary>One line for one effect.</summary>
    public static string Line(ControlEffect effect) => effect switch
    {
        ControlEffect.StartProbe probe => string.Create(CultureInfo.InvariantCulture, $"probe {probe.Backend.Address} #{probe.Probe}"),
        ControlEffect.CancelProbe probe => string.Create(CultureInfo.InvariantCulture, $"cancel {probe.Backend.Address} #{probe.Probe}"),
        ControlEffect.ResolveName name => "resolve " + name.Host,
        ControlEffect.Publish publish => string.Create(CultureInfo.InvariantCulture, $"publish {publish.Snapshot.Generation}"),
        ControlEffect.ReportVerdict report => string.Create(
            CultureInfo.InvariantCulture, $"{report.Backend.Address} {Word(report.Before)} -> {Word(report.After)}, {report.Usable} of {report.Total}"),
        ControlEffect.ReportOutlier spared => $"{spared.Backend.Address} spared ({VerdictText.Describe(spared.Cause)}): {spared.Verdict}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A verdict in few words.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Up => "up",
        Verdict.Unchecked => "unchecked",
        Verdict.Recovering => "recovering",
        Verdict.Maintenance => "maintenance",
        Verdict.Draining draining => draining.But.Case is DownReason but ? $"draining, {Word(but)}" : "draining",
        Verdict.Down down => Word(down.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Word(DownReason reason) => reason switch
    {
        DownReason.Awaiting => "awaiting",
        DownReason.ProbeFailed failed => $"down ({failed.Reason})",
        DownReason.Unresolved unresolved => $"unresolved ({unresolved.Reason})",
        DownReason.Ejected ejected => $"ejected ({VerdictText.Describe(ejected.Cause)})",
        DownReason.BreakerOpen => "breaker open",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
