using System;
using Fairlead.Balancing;
using Fairlead.Health;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

/// <summary>Policies, what is around them, and passive health: of every kind that a configuration can say.</summary>
internal static class BalancingCases
{
    public static Gen<PolicySettings> Policy => Gen.OneOf(
        Gen.Elements<PolicySettings>(
            new PolicySettings.RoundRobin(), new PolicySettings.Random(), new PolicySettings.PowerOfTwoChoices(), new PolicySettings.LeastRequests(), new PolicySettings.First(),
            new PolicySettings.NginxIpHash()),
        SettingsCases.Duration.Select(static decay => (PolicySettings)new PolicySettings.PeakEwma(decay)),
        from four in Gen.Choose(0, 32)
        from six in Gen.Choose(0, 128)
        select (PolicySettings)new PolicySettings.SourceIpHash(four, six),
        from key in Key
        from variant in Gen.Elements(Enum.GetValues<ModuloVariant>())
        select (PolicySettings)new PolicySettings.Hash(key, variant),
        from key in Key
        from variant in Gen.Elements(Enum.GetValues<RingVariant>())
        select (PolicySettings)new PolicySettings.Ketama(key, variant),
        Key.Select(static key => (PolicySettings)new PolicySettings.Rendezvous(key)),
        from key in Key
        from size in Gen.Elements(2, 3, 7, 65_537, 5_000_011)
        select (PolicySettings)new PolicySettings.Maglev(key, size),
        Key.Select(static key => (PolicySettings)new PolicySettings.JumpHash(key)));

    public static Gen<SelectionSettings> Selection(bool isHash) =>
        from bounded in isHash ? SettingsCases.Maybe(Bounded) : Gen.Constant(Option<BoundedLoadSettings>.None)
        from spill in SettingsCases.Maybe(Gen.Choose(100, 1000))
        from panic in Gen.Choose(0, 100)
        from slow in SettingsCases.Maybe(SlowStart)
        from sticky in SettingsCases.Maybe(Sticky)
        from length in Gen.Choose(0, 1_000_000)
        from timeout in SettingsCases.Duration
        select new SelectionSettings
        {
            BoundedLoad = bounded,
            Tiers = new TierSettings(spill, panic),
            SlowStart = slow,
            Sticky = sticky,
            Queue = new QueueSettings(length, timeout),
        };

    public static Gen<OutlierSettings> Outlier =>
        from inRow in Gen.Choose(0, 1000).ArrayOf(3)
        from switches in Gen.Elements(true, false).ArrayOf(3)
        from times in SettingsCases.Duration.ArrayOf(3)
        from jitter in Gen.OneOf(Gen.Constant(TimeSpan.Zero), SettingsCases.Duration)
        from chances in Gen.Choose(0, 100).ArrayOf(4)
        from success in SettingsCases.Maybe(
            from least in Gen.Choose(1, 10_000).ArrayOf(2)
            from tenths in Gen.Choose(1, 1000)
            from enforced in Gen.Choose(0, 100)
            select new SuccessRateSettings(least[0], least[1], tenths / 10.0, enforced))
        from failure in SettingsCases.Maybe(
            from percent in Gen.Choose(1, 100)
            from least in Gen.Choose(1, 10_000).ArrayOf(2)
            from enforced in Gen.Choose(0, 100)
            select new FailurePercentSettings(percent, least[0], least[1], enforced))
        select new OutlierSettings
        {
            Consecutive5xx = inRow[0],
            ConsecutiveGatewayErrors = inRow[1],
            ConsecutiveLocalErrors = inRow[2],
            SplitLocalErrors = switches[0],
            Interval = times[0],
            BaseEjection = times[1] < times[2] ? times[1] : times[2],
            MaxEjection = times[1] < times[2] ? times[2] : times[1],
            Jitter = jitter,
            MaxEjectedPercent = chances[0],
            AlwaysEjectOne = switches[1],
            ReturnOnPassedProbe = switches[2],
            EnforcedConsecutive5xx = chances[1],
            EnforcedConsecutiveGatewayErrors = chances[2],
            EnforcedConsecutiveLocalErrors = chances[3],
            SuccessRate = success,
            FailurePercent = failure,
        };

    public static Gen<BreakerSettings> Breaker =>
        from failures in Gen.Choose(1, 100)
        from requests in Gen.Choose(1, 1_000_000)
        from times in SettingsCases.Duration.ArrayOf(2)
        from trials in Gen.Choose(1, 1000)
        from recovery in Gen.OneOf(Gen.Constant(TimeSpan.Zero), SettingsCases.Duration)
        select new BreakerSettings(failures, requests, times[0], times[1], trials, recovery);

    private static Gen<KeySource> Key => Gen.Elements<KeySource>(
        new KeySource.ClientIp(), new KeySource.Path(), new KeySource.Uri(), new KeySource.Header("x-user"), new KeySource.Cookie("Sid"), new KeySource.Query("${a}%20"));

    private static Gen<BoundedLoadSettings> Bounded =>
        from percent in Gen.Choose(100, 1000)
        from order in Gen.Elements(BoundedOrder.Next, BoundedOrder.Seeded)
        select new BoundedLoadSettings(percent, order);

    private static Gen<SlowStartSettings> SlowStart =>
        from window in SettingsCases.Duration
        from tenths in Gen.Choose(1, 1000)
        from minimum in Gen.Choose(1, 100)
        select new SlowStartSettings(window, tenths / 10.0, minimum);

    /// <summary>Such as browsers keep: <c>__Secure-</c> is secure, <c>__Host-</c> also without domain and for every path, and SameSite none is secure.</summary>
    private static Gen<StickySettings> Sticky =>
        from name in Gen.Elements("backend", "$b", "__Secure-b", "__Host-b")
        from secret in Gen.Elements("0123456789abcdef", "ö${x}ö ö ö ö ö ö", "null null null null")
        from gone in Gen.Elements(StickyFailure.Redistribute, StickyFailure.Refuse)
        from path in Gen.Elements("/", "/a b", "/${x}")
        from domain in SettingsCases.Maybe(Gen.Elements("a.example", "x_y.example"))
        from isSecure in Gen.Elements(true, false)
        from httpOnly in Gen.Elements(true, false)
        from site in SettingsCases.Maybe(Gen.Elements(SameSite.Lax, SameSite.Strict, SameSite.None))
        from age in SettingsCases.Maybe(Gen.Choose(1, 2_000_000).Select(static seconds => TimeSpan.FromSeconds(seconds)))
        let isHost = name == "__Host-b"
        let secure = isSecure || isHost || name == "__Secure-b" || site == Some(SameSite.None)
        select new StickySettings(name, secret, gone, Some(isHost ? "/" : path), isHost ? None : domain, secure, httpOnly, site, age);
}
