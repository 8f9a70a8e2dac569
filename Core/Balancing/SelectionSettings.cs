using System;
using LanguageExt;

namespace Fairlead.Balancing;

/// <summary>What is wrapped around a policy: bounded loads, tiers and panic, slow start, sticky cookies, a queue. The default is none of it.</summary>
public sealed record SelectionSettings
{
    /// <summary>The policy alone.</summary>
    public static SelectionSettings Default { get; } = new();

    /// <summary>Hash policies only: a candidate with its bounded share of the load is passed over.</summary>
    public Option<BoundedLoadSettings> BoundedLoad { get; init; }

    /// <summary>When the next tier takes part.</summary>
    public TierSettings Tiers { get; init; } = TierSettings.Default;

    /// <summary>A backend that came (back) gets its share little by little.</summary>
    public Option<SlowStartSettings> SlowStart { get; init; }

    /// <summary>A client stays with its backend by a cookie.</summary>
    public Option<StickySettings> Sticky { get; init; }

    /// <summary>Requests that wait when all backends are full.</summary>
    public QueueSettings Queue { get; init; } = QueueSettings.Default;
}

/// <summary>Bounded loads: at most <paramref name="Percent"/> (100 or more) of the average load by weight; who is passed over gives way in that order.</summary>
public sealed record BoundedLoadSettings(int Percent, BoundedOrder Order = BoundedOrder.Next);

/// <summary>Whom a key goes to when its own candidate is over its bound.</summary>
public enum BoundedOrder : byte
{
    /// <summary>The policy's next choice, such as the next on the ring (Mirrokni, Thorup and Zadimoghaddam 2016; HAProxy).</summary>
    Next = 0,

    /// <summary>An order seeded by the key, which spares the neighbour the whole overflow (Chen, Coleman and Shrivastava 2019; Envoy).</summary>
    Seeded,
}

/// <summary>
/// Tiers (<see cref="TierPlan"/>). <paramref name="SpillPercent"/> is Envoy's over-provisioning factor (140): the next tier takes part when fewer than 100 / 1.4 per cent of this one are ready; none is
/// plain backup: the next tier is used when nobody of this one is ready, or too few while the next has enough. Below <paramref name="PanicPercent"/> ready (0 = never; Envoy 50) a tier uses its
/// failed members too, when no other tier can take its place.
/// </summary>
public sealed record TierSettings(Option<int> SpillPercent, int PanicPercent)
{
    /// <summary>Plain backup, no panic (nginx, HAProxy).</summary>
    public static TierSettings Default { get; } = new(Option<int>.None, 0);

    /// <summary>Envoy's over-provisioning factor.</summary>
    public const int EnvoySpillPercent = 140;

    /// <summary>Envoy's panic threshold.</summary>
    public const int EnvoyPanicPercent = 50;
}

/// <summary>
/// Slow start (Envoy): for <paramref name="Window"/> after a backend came back its weight is multiplied by (elapsed / window)^(1 / <paramref name="Aggression"/>), at least
/// <paramref name="MinimumPercent"/>.
/// </summary>
public sealed record SlowStartSettings(TimeSpan Window, double Aggression = 1, int MinimumPercent = 10);

/// <summary>
/// A cookie that names the client's backend (<see cref="StickyTokens"/>), made with <paramref name="Secret"/>; <paramref name="WhenGone"/> says what to do when that backend cannot be used. Attributes that
/// are not set are left out; without <paramref name="Path"/> a browser sends the cookie only below the directory of the first request.
/// </summary>
public sealed record StickySettings(
    string CookieName, string Secret, StickyFailure WhenGone, Option<string> Path, Option<string> Domain, bool Secure, bool HttpOnly, Option<SameSite> SameSite, Option<TimeSpan> MaxAge)
{
    /// <summary>All of it but the secret: what is printed lands in logs.</summary>
    public override string ToString() =>
        $"StickySettings {{ CookieName = {CookieName}, Secret = ***, WhenGone = {WhenGone.ToString()}, Path = {Path.ToString()}, Domain = {Domain.ToString()}, "
        + $"Secure = {Secure.ToString()}, HttpOnly = {HttpOnly.ToString()}, SameSite = {SameSite.ToString()}, MaxAge = {MaxAge.ToString()} }}";
}

/// <summary>What a sticky client gets when its backend is gone.</summary>
public enum StickyFailure : byte
{
    /// <summary>Another backend, and a new cookie.</summary>
    Redistribute = 0,

    /// <summary>503.</summary>
    Refuse,
}

/// <summary>The SameSite attribute of a cookie.</summary>
public enum SameSite : byte
{
    /// <summary>Sent from the site itself and when a link is followed.</summary>
    Lax = 0,

    /// <summary>Sent from the site itself only.</summary>
    Strict,

    /// <summary>Always sent; browsers want Secure with it.</summary>
    None,
}

/// <summary>At most <paramref name="LengthMax"/> requests of an upstream wait for a backend (0 = none waits), each for at most <paramref name="Timeout"/>.</summary>
public sealed record QueueSettings(int LengthMax, TimeSpan Timeout)
{
    /// <summary>Envoy's 1,024, for 5 s (HAProxy's timeout queue falls back to its connect timeout).</summary>
    public static QueueSettings Default { get; } = new(1_024, TimeSpan.FromSeconds(5));
}
