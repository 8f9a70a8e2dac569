using System;
using LanguageExt;

namespace Fairlead.Health;

/// <summary>
/// Passive outlier detection, Envoy's rules and defaults. A rule whose <c>Enforced…</c> is 0 only reports; 1–100 is the chance in per cent that it ejects.
/// </summary>
public sealed record OutlierSettings
{
    /// <summary>Envoy's defaults.</summary>
    public static OutlierSettings Default { get; } = new();

    /// <summary>Ejected after that many 5xx answers (or, without <see cref="SplitLocalErrors"/>, failures to get one) in a row; 0 = never.</summary>
    public int Consecutive5xx { get; init; } = 5;

    /// <summary>Ejected after that many 502, 503 or 504 in a row; 0 = never.</summary>
    public int ConsecutiveGatewayErrors { get; init; } = 5;

    /// <summary>Ejected after that many failures of our own making or the network's (connect, timeout, reset) in a row; looked at with <see cref="SplitLocalErrors"/> only; 0 = never.</summary>
    public int ConsecutiveLocalErrors { get; init; } = 5;

    /// <summary>Count failures to get an answer apart from bad answers.</summary>
    public bool SplitLocalErrors { get; init; }

    /// <summary>Time between two looks at rates and at who may return.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An ejection lasts this long times the ejections in a row.</summary>
    public TimeSpan BaseEjection { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest ejection.</summary>
    public TimeSpan MaxEjection { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>An ejection lasts up to this much longer, at random.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.Zero;

    /// <summary>The largest share of an upstream that may be ejected at once, in per cent.</summary>
    public int MaxEjectedPercent { get; init; } = 10;

    /// <summary>One backend may be ejected even if that is more than <see cref="MaxEjectedPercent"/>.</summary>
    public bool AlwaysEjectOne { get; init; }

    /// <summary>A passed health check ends an ejection.</summary>
    public bool ReturnOnPassedProbe { get; init; } = true;

    /// <summary>The chance in per cent that <see cref="Consecutive5xx"/> ejects.</summary>
    public int EnforcedConsecutive5xx { get; init; } = 100;

    /// <summary>The chance in per cent that <see cref="ConsecutiveGatewayErrors"/> ejects.</summary>
    public int EnforcedConsecutiveGatewayErrors { get; init; }

    /// <summary>The chance in per cent that <see cref="ConsecutiveLocalErrors"/> ejects.</summary>
    public int EnforcedConsecutiveLocalErrors { get; init; } = 100;

    /// <summary>Success rates far below the others' eject; none looks at no rates.</summary>
    public Option<SuccessRateSettings> SuccessRate { get; init; } = new SuccessRateSettings();

    /// <summary>A share of failures ejects; none, the default, looks at no such share.</summary>
    public Option<FailurePercentSettings> FailurePercent { get; init; }
}

/// <summary>
/// With at least <paramref name="HostsMin"/> backends of at least <paramref name="RequestsMin"/> requests in an interval, those whose success rate is below the mean minus
/// <paramref name="StandardDeviations"/> × σ are ejected with a chance of <paramref name="Enforced"/> per cent.
/// </summary>
public sealed record SuccessRateSettings(int HostsMin = 5, int RequestsMin = 100, double StandardDeviations = 1.9, int Enforced = 100);

/// <summary>With at least <paramref name="HostsMin"/> backends of at least <paramref name="RequestsMin"/> requests in an interval, those with at least <paramref name="Percent"/> per cent failures are ejected.</summary>
public sealed record FailurePercentSettings(int Percent = 85, int HostsMin = 5, int RequestsMin = 50, int Enforced = 100);
