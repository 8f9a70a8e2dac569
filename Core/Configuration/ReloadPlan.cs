using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Control;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Configuration;

/// <summary>
/// What taking over new settings comes to, before it is done. A listener and a backend are who they are by address, an upstream by name, a route by hosts and path. Equal settings
/// have an empty plan, and only they have; nothing in a plan needs a restart.
/// </summary>
public sealed record ReloadPlan(Seq<ReloadChange> Changes)
{
    /// <summary>True when nothing changes.</summary>
    public bool IsEmpty => Changes.IsEmpty;

    /// <summary>The plan from <paramref name="running"/> to <paramref name="wanted"/>: listeners, upstreams with their backends, routes, then the rest; each in the order of the settings, what is removed last.</summary>
    public static ReloadPlan Of(ProxySettings running, ProxySettings wanted)
    {
        var changes = new List<ReloadChange>();
        Listeners(running, wanted, changes);
        Upstreams(running, wanted, changes);
        Routes(running.Routes, wanted.Routes, changes);
        TopLevel(running, wanted, changes);
        return new ReloadPlan(changes.ToArray().ToStrictSeq());
    }

    private static void Listeners(ProxySettings running, ProxySettings wanted, List<ReloadChange> changes)
    {
        var pairs = PairsOf(running.Listeners, wanted.Listeners, static listener => listener.Address.ToString()!);
        foreach (var (before, after) in pairs)
        {
            switch (before, after)
            {
                case (null, { } added): changes.Add(new ReloadChange.ListenerAdded(added)); break;
                case ({ } removed, null): changes.Add(new ReloadChange.ListenerRemoved(removed)); break;
                case ({ } was, { } now) when was != now: changes.Add(new ReloadChange.ListenerChanged(was, now)); break;
                default: break;
            }
        }

        // Order decides nothing there.
        if (running.Listeners != wanted.Listeners && pairs.All(static pair => pair.Before == pair.After))
            changes.Add(new ReloadChange.SettingChanged("listeners"));
    }

    private static void Upstreams(ProxySettings running, ProxySettings wanted, List<ReloadChange> changes)
    {
        var pairs = PairsOf(running.Upstreams, wanted.Upstreams, static upstream => upstream.Name);
        foreach (var (before, after) in pairs)
        {
            switch (before, after)
            {
                case (null, { } added): changes.Add(new ReloadChange.UpstreamAdded(added.Name, added.Backends.Count)); break;
                case ({ } removed, null): changes.Add(new ReloadChange.UpstreamRemoved(removed.Name, removed.Backends.Count)); break;
                case ({ } was, { } now) when was != now: Upstream(was, now, changes); break;
                default: break;
            }
        }

        if (running.Upstreams != wanted.Upstreams && pairs.All(static pair => pair.Before == pair.After))
            changes.Add(new ReloadChange.SettingChanged("upstreams"));
    }

    private static void Upstream(UpstreamSettings was, UpstreamSettings now, List<ReloadChange> changes)
    {
        if (was with { Backends = now.Backends } != now)
            changes.Add(new ReloadChange.UpstreamChanged(now.Name, KeysOf(was, now)));
        var members = PairsOf(was.Backends, now.Backends, static backend => backend.Address);
        foreach (var (before, after) in members)
            Backend(now.Name, before, after, changes);
        if (was.Backends != now.Backends && members.All(static pair => pair.Before == pair.After))
            changes.Add(new ReloadChange.BackendsReordered(now.Name));
        foreach (var movement in SampleKeys.Movement(was, now))
            changes.Add(new ReloadChange.KeysMoved(now.Name, movement.Keys, movement.Moved, movement.Smallest));
    }

    private static void Backend(string upstream, BackendSettings? before, BackendSettings? after, List<ReloadChange> changes)
    {
        switch (before, after)
        {
            case (null, { } added):
                changes.Add(new ReloadChange.BackendAdded(new BackendId(upstream, added.Address), added.Weight));
                break;
            case ({ } removed, null):
                changes.Add(new ReloadChange.BackendRemoved(new BackendId(upstream, removed.Address)));
                break;
            case ({ } was, { } now) when was != now:
                var backend = new BackendId(upstream, now.Address);
                if (was.Weight != now.Weight)
                    changes.Add(new ReloadChange.BackendReweighted(backend, was.Weight, now.Weight));
                if (was.Tier != now.Tier)
                    changes.Add(new ReloadChange.BackendMovedTier(backend, was.Tier, now.Tier));
                if (was with { Weight = now.Weight, Tier = now.Tier } != now)
                    changes.Add(new ReloadChange.BackendChanged(backend));
                break;
            default:
                break;
        }
    }

    private static Seq<string> KeysOf(UpstreamSettings was, UpstreamSettings now)
    {
        var keys = Differing(
            ("policy", was.Policy == now.Policy), ("around the policy", was.Selection == now.Selection), ("retry", was.Retry == now.Retry), ("tls", was.Tls == now.Tls),
            ("health", was.Health == now.Health), ("outlier", was.Outlier == now.Outlier), ("breaker", was.Breaker == now.Breaker), ("timeouts", was.Timeouts == now.Timeouts),
            ("pool", was.Pool == now.Pool), ("resolve-every", was.ResolveEvery == now.ResolveEvery));
        var known = was with
        {
            Backends = now.Backends,
            Policy = now.Policy,
            Selection = now.Selection,
            Retry = now.Retry,
            Tls = now.Tls,
            Health = now.Health,
            Outlier = now.Outlier,
            Breaker = now.Breaker,
            Timeouts = now.Timeouts,
            Pool = now.Pool,
            ResolveEvery = now.ResolveEvery,
        };
        return known == now ? keys : keys.Add("other settings");
    }

    private static void Routes(Seq<RouteSettings> running, Seq<RouteSettings> wanted, List<ReloadChange> changes)
    {
        var pairs = PairsOf(running, wanted, static route => (route.Hosts, route.Path));
        foreach (var (before, after) in pairs)
        {
            switch (before, after)
            {
                case (null, { } added): changes.Add(new ReloadChange.RouteAdded(added)); break;
                case ({ } removed, null): changes.Add(new ReloadChange.RouteRemoved(removed)); break;
                case ({ } was, { } now) when was != now: changes.Add(new ReloadChange.RouteChanged(was, now)); break;
                default: break;
            }
        }

        if (running != wanted && pairs.All(static pair => pair.Before == pair.After))
            changes.Add(new ReloadChange.RoutesReordered());
    }

    private static void TopLevel(ProxySettings running, ProxySettings wanted, List<ReloadChange> changes)
    {
        foreach (var key in Differing(
            ("trusted-proxies", running.TrustedProxies == wanted.TrustedProxies), ("client-timeouts", running.ClientTimeouts == wanted.ClientTimeouts),
            ("limits", running.Limits == wanted.Limits), ("access-log", running.AccessLog == wanted.AccessLog), ("drain-limit", running.DrainLimit == wanted.DrainLimit)))
        {
            changes.Add(new ReloadChange.SettingChanged(key));
        }

        var known = running with
        {
            Listeners = wanted.Listeners,
            Upstreams = wanted.Upstreams,
            Routes = wanted.Routes,
            TrustedProxies = wanted.TrustedProxies,
            ClientTimeouts = wanted.ClientTimeouts,
            Limits = wanted.Limits,
            AccessLog = wanted.AccessLog,
            DrainLimit = wanted.DrainLimit,
        };
        if (known != wanted)
            changes.Add(new ReloadChange.SettingChanged("other settings"));
    }

    private static Seq<string> Differing(params ReadOnlySpan<(string Key, bool IsSame)> settings)
    {
        var keys = new List<string>();
        foreach (var (key, isSame) in settings)
        {
            if (!isSame)
                keys.Add(key);
        }

        return keys.ToArray().ToStrictSeq();
    }

    /// <summary>Who is who before and after: those wanted in their order, then those that are gone. Of several with one identity (listeners with port 0) the first is the first.</summary>
    private static List<(T? Before, T? After)> PairsOf<T, TIdentity>(Seq<T> running, Seq<T> wanted, Func<T, TIdentity> identity)
        where T : class
        where TIdentity : notnull
    {
        var left = running.ToList();
        var pairs = new List<(T?, T?)>();
        foreach (var now in wanted)
        {
            var place = left.FindIndex(was => identity(was).Equals(identity(now)));
            pairs.Add((place < 0 ? null : left[place], now));
            if (place >= 0)
                left.RemoveAt(place);
        }

        foreach (var gone in left)
            pairs.Add((gone, null));
        return pairs;
    }
}
