using System;
using System.Net;
using Fairlead.Configuration;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Control;

/// <summary>
/// Everything the control plane knows: an immutable value, opaque outside this room. Equal states answer equal events alike. Members keep the order of the settings, so that
/// no effect depends on hashing.
/// </summary>
public sealed record ControlState
{
    private ControlState() { }

    /// <summary>Before the first settings; <paramref name="seed"/> feeds the jitter of health checks.</summary>
    public static ControlState Initial(Entropy seed) => new() { Entropy = seed };

    /// <summary>None until settings were loaded.</summary>
    internal Option<ProxySettings> Settings { get; init; }

    internal Seq<UpstreamState> Upstreams { get; init; }

    /// <summary>Every host the backends name, once, in order of first mention.</summary>
    internal Seq<HostState> Hosts { get; init; }

    internal Supply Supply => new(Entropy, ProbesStarted);

    internal Entropy Entropy { get; init; }

    /// <summary>The number of the last probe started.</summary>
    internal long ProbesStarted { get; init; }

    internal Published Published { get; init; } = Published.Nothing;
}

/// <summary>What starting a probe uses up: random draws and probe numbers.</summary>
internal readonly record struct Supply(Entropy Entropy, long ProbesStarted);

/// <summary>An upstream at run time; <paramref name="Backends"/> are in the order of its settings.</summary>
internal sealed record UpstreamState(UpstreamSettings Settings, Seq<BackendState> Backends)
{
    /// <summary>The end of the interval of outlier detection; never while there is nothing to look at.</summary>
    public Instant NextLookAt { get; init; } = Instant.Never;
}

/// <summary>
/// A backend at run time. <paramref name="Health"/> is none when nothing checks it. <paramref name="NextProbeAt"/> counts only while no probe runs. <paramref name="BeganAt"/> is
/// when it was first in the settings.
/// </summary>
internal sealed record BackendState(
    BackendSettings Settings, Slot Slot, AdminState Admin, Reach Reach, Option<BackendHealth> Health, Instant NextProbeAt, Option<RunningProbe> Running, Instant BeganAt)
{
    private static readonly Verdict _maintenance = new Verdict.Maintenance();
    private static readonly Verdict _unchecked = new Verdict.Unchecked();

    /// <summary>What requests told.</summary>
    public OutlierHealth Outlier { get; init; } = OutlierHealth.Clear;

    public Option<OpenBreaker> Breaker { get; init; }

    /// <summary>True once it was unusable after it could have been used: its return is a slow start.</summary>
    public bool HasFallen { get; init; }

    public Option<Ramp> Ramp { get; init; }

    /// <summary>Maintenance first, then whether there is an address at all, the checks, the requests; a drain of what works; a slow start.</summary>
    public Verdict Verdict =>
        Admin == AdminState.Maintenance ? _maintenance
        : Failing is var failing && Admin == AdminState.Drain ? new Verdict.Draining(failing is null ? Option<DownReason>.None : failing.Reason)
        : failing is not null ? failing
        : Ramp.Case is Ramp ramp ? new Verdict.Recovering(ramp.Since, ramp.Until)
        : Health.Case is BackendHealth health ? health.Verdict
        : _unchecked;

    private Verdict.Down? Failing =>
        Reach.DialTargets.IsEmpty ? new Verdict.Down(new DownReason.Unresolved(Reach.Missing), BeganAt)
        : Health.Case is BackendHealth { Verdict: Verdict.Down down } ? down
        : Outlier.Ejection.Case is Ejection ejection ? new Verdict.Down(new DownReason.Ejected(ejection.Cause, ejection.Until, ejection.TimesInRow), ejection.Since)
        : Breaker.Case is OpenBreaker open ? new Verdict.Down(new DownReason.BreakerOpen(open.Until), open.Since)
        : null;
}

/// <summary>A circuit breaker known to be open.</summary>
internal sealed record OpenBreaker(Instant Since, Instant Until);

/// <summary>A slow start under way, at one of its <see cref="SlowStart.Steps"/> (0 is the first).</summary>
internal sealed record Ramp(Instant Since, Instant Until, int Step);

/// <summary>Where a backend is dialled; without any target, <paramref name="Missing"/> says why.</summary>
internal sealed record Reach(Seq<BackendAddress> DialTargets, string Missing);

/// <summary>
/// A probe under way; it has failed if it is still there at <paramref name="Deadline"/>. <paramref name="Stretch"/> is the jitter drawn for the interval after it, a factor.
/// </summary>
internal sealed record RunningProbe(long Number, Instant StartedAt, Instant Deadline, double Stretch);

/// <summary>
/// A host name. <paramref name="Addresses"/> are the last good ones in canonical order; <paramref name="FailuresInRow"/> slows down the retries of a name that never had one.
/// A host no backend names any more is kept while a resolution runs (<paramref name="IsWanted"/> false), so that there is never a second one beside it.
/// </summary>
internal sealed record HostState(
    string Host, TimeSpan Every, bool IsWanted, bool IsResolving, Instant NextAt, Seq<IPAddress> Addresses, string Missing, int FailuresInRow);

/// <summary>
/// The snapshot in force, held by reference so that pickers (and the rings in them) live on. It is a function of the rest of the state, so its generation stands for it in
/// comparisons: states stay comparable by value although a picker is not.
/// </summary>
internal sealed class Published(RoutingSnapshot snapshot) : IEquatable<Published>
{
    public static Published Nothing { get; } = new(new RoutingSnapshot([], Routing.RouteTable.Of([]), 0));

    public RoutingSnapshot Snapshot { get; } = snapshot;

    public bool Equals(Published? other) => other is not null && Snapshot.Generation == other.Snapshot.Generation;

    public override bool Equals(object? obj) => Equals(obj as Published);

    public override int GetHashCode() => Snapshot.Generation.GetHashCode();
}
