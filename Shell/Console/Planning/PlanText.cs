using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using Fairlead.Configuration;
using Fairlead.Console.Explaining;

namespace Fairlead.Console.Planning;

/// <summary>A plan for people: a line a change, beginning with <c>+</c> for what comes, <c>-</c> for what goes and <c>~</c> for what stays but changes.</summary>
internal static class PlanText
{
    public static IEnumerable<string> Lines(ReloadPlan plan) => plan.Changes.Select(Of);

    public static string Of(ReloadChange change) => change switch
    {
        ReloadChange.ListenerAdded listener => $"+ listener {Listener(listener.Listener)}",
        ReloadChange.ListenerRemoved listener => $"- listener {Listener(listener.Listener)}: its connections live on",
        ReloadChange.ListenerChanged listener => $"~ listener {Listener(listener.Before)} -> {Listener(listener.After)}: for new connections",
        ReloadChange.UpstreamAdded upstream => $"+ upstream {upstream.Name}, {Backends(upstream.Backends)}",
        ReloadChange.UpstreamRemoved upstream => $"- upstream {upstream.Name}, {Backends(upstream.Backends)}: its requests end, its idle connections close",
        ReloadChange.UpstreamChanged upstream => $"~ upstream {upstream.Name}: {string.Join(", ", upstream.Keys)}",
        ReloadChange.BackendAdded backend => $"+ backend {backend.Backend.Upstream} {backend.Backend.Address}, weight {Number(backend.Weight.Value)}",
        ReloadChange.BackendRemoved backend => $"- backend {backend.Backend.Upstream} {backend.Backend.Address}: drains",
        ReloadChange.BackendReweighted backend => $"~ backend {backend.Backend.Upstream} {backend.Backend.Address}: weight {Number(backend.Before.Value)} -> {Number(backend.After.Value)}",
        ReloadChange.BackendMovedTier backend => $"~ backend {backend.Backend.Upstream} {backend.Backend.Address}: tier {Number(backend.Before)} -> {Number(backend.After)}",
        ReloadChange.BackendChanged backend => $"~ backend {backend.Backend.Upstream} {backend.Backend.Address}: other settings",
        ReloadChange.BackendsReordered upstream => $"~ upstream {upstream.Name}: its backends in another order",
        ReloadChange.KeysMoved keys =>
            $"~ upstream {keys.Name}: {Percent(keys.Moved, keys.Keys)} of {Number(keys.Keys)} sample keys go to another backend, {Percent(keys.Smallest, keys.Keys)} had to",
        ReloadChange.RouteAdded route => $"+ route {RouteText.Of(route.Route)}",
        ReloadChange.RouteRemoved route => $"- route {RouteText.Of(route.Route)}",
        ReloadChange.RouteChanged route => route.Before.To == route.After.To
            ? $"~ route {RouteText.Of(route.After)}: other settings"
            : $"~ route {RouteText.Of(route.After)}, before to {route.Before.To}",
        ReloadChange.RoutesReordered => "~ routes in another order",
        ReloadChange.SettingChanged setting => $"~ {setting.Key}",
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    /// <summary>Such as <c>127.0.0.1:443 (TLS)</c>.</summary>
    public static string Listener(ListenerSettings listener) => listener.Address + listener.Protocol switch
    {
        ListenerProtocol.Tcp when listener.Tls.IsSome => " (TCP under TLS)",
        ListenerProtocol.Tcp => " (TCP)",
        ListenerProtocol.TlsPassthrough => " (TLS passed through)",
        _ => listener.Tls.IsSome ? " (TLS)" : "",
    };

    private static string Backends(int count) => count == 1 ? "1 backend" : $"{Number(count)} backends";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Percent(long part, long all) => string.Create(CultureInfo.InvariantCulture, $"{(all == 0 ? 0 : 100.0 * part / all):0.##}%");
}
