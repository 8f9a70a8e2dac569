using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Properties.Control;

/// <summary>Effects and snapshots as text, so that whole runs can be compared and hashed.</summary>
public static class Written
{
    public static string Of(Seq<ControlEffect> effects) => string.Join('\n', effects.Map(Of));

    public static string Of(ControlEffect effect) => effect switch
    {
        ControlEffect.Publish publish => string.Create(CultureInfo.InvariantCulture, $"publish {publish.Snapshot.Generation}: {Of(publish.Snapshot)}"),
        ControlEffect.StartProbe probe => string.Create(
            CultureInfo.InvariantCulture, $"probe {probe.Probe} of {Of(probe.Backend)} at {probe.Target} within {probe.Timeout.Ticks}"),
        ControlEffect.CancelProbe probe => string.Create(CultureInfo.InvariantCulture, $"cancel {probe.Probe} of {Of(probe.Backend)}"),
        ControlEffect.ResolveName name => "resolve " + name.Host,
        ControlEffect.ReportVerdict report => string.Create(
            CultureInfo.InvariantCulture, $"report {Of(report.Backend)} {VerdictText.Describe(report.Before, Instant.Zero)} -> {VerdictText.Describe(report.After, Instant.Zero)}, {report.Usable} of {report.Total}"),
        ControlEffect.ReportOutlier spared => $"spare {Of(spared.Backend)} {spared.Cause} {spared.Verdict}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>All that requests see but the generation.</summary>
    public static string Of(RoutingSnapshot snapshot)
    {
        var text = new StringBuilder();
        foreach (var route in snapshot.Routes.Routes)
            text.Append(route.Path).Append('>').Append(route.To).Append(' ');
        foreach (var upstream in snapshot.Upstreams)
        {
            text.Append('[').Append(upstream.Settings.Name).Append(' ').Append(upstream.Settings.Policy);
            text.Append(CultureInfo.InvariantCulture, $" {upstream.Settings.ResolveEvery.Ticks}");
            foreach (var check in upstream.Settings.Health)
                text.Append(CultureInfo.InvariantCulture, $" {check.Probe} {check.Every.Ticks} {check.Timeout.Ticks} {check.Rise} {check.Fall} {check.Initial} {check.Jitter:R}");
            text.Append(CultureInfo.InvariantCulture, $" {upstream.Settings.Outlier.IsSome} {upstream.Settings.Outlier.Map(static rules => rules.BaseEjection.Ticks)} {upstream.Settings.Breaker.IsSome}");
            foreach (var (backend, candidate, standing) in Enumerable.Zip(upstream.Backends, upstream.Selector.Candidates, upstream.Selector.Standings))
            {
                text.Append(CultureInfo.InvariantCulture, $" {backend.Slot.Value}={backend.Address}*{backend.Weight.Value} as {candidate.Weight.Value} {VerdictText.Describe(backend.Verdict, Instant.Zero)} {standing}");
                foreach (var target in backend.DialTargets)
                    text.Append('@').Append(target);
            }

            text.Append(']');
        }

        return text.ToString();
    }

    public static string Of(BackendId backend) => backend.Upstream + "/" + backend.Address;
}
