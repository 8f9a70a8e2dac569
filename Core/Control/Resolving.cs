using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Control;

/// <summary>
/// Host names: each is resolved at load and again and again, one resolution at a time. A failure keeps the last good addresses; a name that never had any is tried again soon,
/// then less and less often.
/// </summary>
internal static class Resolving
{
    /// <summary>The first wait after a failure of a name without an address; doubles up to the resolve interval (systemd and HAProxy retry after 1 s too).</summary>
    public static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between two resolutions of a host.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(1);

    /// <summary>What is said before the first answer.</summary>
    public const string NotYet = "not resolved yet";

    private const int DoublingsMax = 20;                              // 2^20 s is longer than any interval

    /// <summary>The hosts that <paramref name="upstreams"/> name. Known ones keep their addresses; a shorter interval takes effect at once.</summary>
    public static Seq<HostState> Carry(Seq<HostState> before, Seq<Configuration.UpstreamSettings> upstreams, Instant now)
    {
        var wanted = Wanted(upstreams);
        var hosts = new List<HostState>();
        foreach (var (host, every) in wanted)
        {
            hosts.Add(before.Find(known => IsNamed(known, host)).Case is HostState known
                ? known with { Every = every, IsWanted = true, NextAt = Instant.Min(known.NextAt, now + every) }
                : new HostState(host, every, IsWanted: true, IsResolving: false, NextAt: now, Addresses: default, NotYet, FailuresInRow: 0));
        }

        foreach (var known in before)
        {
            if (known.IsResolving && !wanted.Exists(one => IsNamed(known, one.Host)))
                hosts.Add(known with { IsWanted = false, Addresses = default, Missing = NotYet, FailuresInRow = 0 });      // named again, it begins anew
        }

        return hosts.ToArray().ToStrictSeq();
    }

    /// <summary>Where a backend is dialled, as far as is known.</summary>
    public static Reach ReachOf(BackendAddress address, Seq<HostState> hosts)
    {
        if (address is not BackendAddress.Name name)
            return new Reach(Seq1(address), "");
        return hosts.Find(host => IsNamed(host, name.Host)).Case is HostState known
            ? new Reach(known.Addresses.Map(ip => (BackendAddress)new BackendAddress.Ip(ip, name.Port)).Strict(), known.Missing)
            : new Reach(default, NotYet);
    }

    /// <summary>Takes in the addresses of a host.</summary>
    public static ControlState Observe(ControlState state, Instant now, string host, Seq<IPAddress> addresses) => addresses.IsEmpty
        ? ObserveFailure(state, now, host, "no address")
        : Answered(state, host, known => known with
        {
            IsResolving = false,
            NextAt = now + AtLeast(known.Every),
            Addresses = Canonical(addresses),
            FailuresInRow = 0,
        });

    /// <summary>Takes in that a host has no address now.</summary>
    public static ControlState ObserveFailure(ControlState state, Instant now, string host, string reason) => Answered(state, host, known => known with
    {
        IsResolving = false,
        NextAt = now + (known.Addresses.IsEmpty ? RetryAfter(known) : AtLeast(known.Every)),
        Missing = known.Addresses.IsEmpty ? reason : known.Missing,
        FailuresInRow = Math.Min(known.FailuresInRow + 1, DoublingsMax),
    });

    /// <summary>Starts each resolution that is due.</summary>
    public static (ControlState Next, Seq<ControlEffect> Effects) StartDue(ControlState state, Instant now)
    {
        if (now < NextDeadline(state))
            return (state, default);
        var effects = new List<ControlEffect>();
        var hosts = state.Hosts.MapKeeping(host =>
        {
            if (now < DeadlineOf(host))
                return host;
            effects.Add(new ControlEffect.ResolveName(host.Host));
            return host with { IsResolving = true };
        });
        return (state with { Hosts = hosts }, effects.ToArray().ToStrictSeq());
    }

    /// <summary>The earliest moment a resolution is due.</summary>
    public static Instant NextDeadline(ControlState state)
    {
        var earliest = Instant.Never;
        foreach (var host in state.Hosts)
            earliest = Instant.Min(earliest, DeadlineOf(host));
        return earliest;
    }

    private static Instant DeadlineOf(HostState host) => host.IsResolving || !host.IsWanted ? Instant.Never : host.NextAt;

    private static ControlState Answered(ControlState state, string host, Func<HostState, HostState> change)
    {
        var hosts = state.Hosts
            .MapKeeping(known => IsNamed(known, host) ? change(known) : known)
            .Filter(static known => known.IsWanted || known.IsResolving).Strict();
        var upstreams = state.Upstreams.MapKeeping(upstream => upstream.WithBackends(backend =>
        {
            if (backend.Settings.Address is not BackendAddress.Name name || !string.Equals(name.Host, host, StringComparison.Ordinal))
                return backend;
            var reach = ReachOf(name, hosts);
            return reach == backend.Reach ? backend : backend with { Reach = reach };
        }));
        return state with { Hosts = hosts, Upstreams = upstreams };
    }

    /// <summary>Each host with the shortest interval any upstream wants for it, in order of first mention.</summary>
    private static List<(string Host, TimeSpan Every)> Wanted(Seq<Configuration.UpstreamSettings> upstreams) =>
    [
        .. from upstream in upstreams
           from backend in upstream.Backends
           let name = backend.Address as BackendAddress.Name
           where name is not null
           group AtLeast(upstream.ResolveEvery) by name.Host into uses
           select (uses.Key, uses.Min()),
    ];

    private static Seq<IPAddress> Canonical(Seq<IPAddress> addresses) => addresses
        .Map(static ip => new BackendAddress.Ip(ip, 0)).AsEnumerable()
        .Order().Distinct().Select(static ip => ip.Address).ToArray().ToStrictSeq();

    private static TimeSpan RetryAfter(HostState known)
    {
        var wait = RetryFirst * (1 << known.FailuresInRow);
        return wait < known.Every ? wait : AtLeast(known.Every);
    }

    private static TimeSpan AtLeast(TimeSpan every) => every > IntervalMin ? every : IntervalMin;

    private static bool IsNamed(HostState known, string host) => string.Equals(known.Host, host, StringComparison.Ordinal);
}
