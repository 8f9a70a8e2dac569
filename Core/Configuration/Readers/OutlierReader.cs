using System;
using Fairlead.Health;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads passive outlier detection; each key's default is Envoy's.</summary>
internal static class OutlierReader
{
    /// <summary>Failures in a row.</summary>
    private const int ConsecutiveMax = 1000;

    /// <summary>Backends that must be compared.</summary>
    private const int BackendsMax = 10_000;

    /// <summary>Standard deviations: beyond these nobody is an outlier.</summary>
    private const double DeviationsMin = 0.1, DeviationsMax = 100;

    private static readonly Reader<int> Chance = PercentReader.Between(0, 100);

    public static Validation<ConfigFault, OutlierSettings> Read(ConfigNode node) => Fields.Read(node, MapShape.Outlier, static fields =>
        (Counts(fields, OutlierSettings.Default), Times(fields, OutlierSettings.Default), Enforcement(fields, OutlierSettings.Default), Rates(fields, OutlierSettings.Default))
        .Apply(static (counts, times, enforcement, rates) => rates(enforcement(times(counts))))
        .Bind(outlier => InOrder(fields, outlier)));

    private static Validation<ConfigFault, OutlierSettings> Counts(Fields fields, OutlierSettings usual)
    {
        var inRow = NumberReader.Between(0, ConsecutiveMax);
        return (fields.Optional("consecutive-5xx", inRow, usual.Consecutive5xx),
                fields.Optional("consecutive-gateway-errors", inRow, usual.ConsecutiveGatewayErrors),
                fields.Optional("consecutive-local-errors", inRow, usual.ConsecutiveLocalErrors),
                fields.Optional("split-local-errors", ChoiceReader.Switch, usual.SplitLocalErrors))
            .Apply((any, gateway, local, split) => usual with { Consecutive5xx = any, ConsecutiveGatewayErrors = gateway, ConsecutiveLocalErrors = local, SplitLocalErrors = split });
    }

    private static Validation<ConfigFault, Func<OutlierSettings, OutlierSettings>> Times(Fields fields, OutlierSettings usual) =>
        (fields.Optional("every", DurationReader.Positive, usual.Interval),
         fields.Optional("ejection", DurationReader.Positive, usual.BaseEjection),
         fields.Optional("max-ejection", DurationReader.Positive),
         fields.Optional("jitter", DurationReader.Any, usual.Jitter))
        .Apply((every, ejection, longest, jitter) => new Func<OutlierSettings, OutlierSettings>(outlier => outlier with
        {
            Interval = every,
            BaseEjection = ejection,
            MaxEjection = longest.IfNone(ejection > usual.MaxEjection ? ejection : usual.MaxEjection),
            Jitter = jitter,
        }));

    private static Validation<ConfigFault, Func<OutlierSettings, OutlierSettings>> Enforcement(Fields fields, OutlierSettings usual) =>
        (fields.Optional("max-ejected", Chance, usual.MaxEjectedPercent),
         fields.Optional("always-eject-one", ChoiceReader.Switch, usual.AlwaysEjectOne),
         fields.Optional("return-on-passed-probe", ChoiceReader.Switch, usual.ReturnOnPassedProbe),
         fields.Optional("enforced-consecutive-5xx", Chance, usual.EnforcedConsecutive5xx),
         fields.Optional("enforced-consecutive-gateway-errors", Chance, usual.EnforcedConsecutiveGatewayErrors),
         fields.Optional("enforced-consecutive-local-errors", Chance, usual.EnforcedConsecutiveLocalErrors))
        .Apply(static (most, one, probe, any, gateway, local) => new Func<OutlierSettings, OutlierSettings>(outlier => outlier with
        {
            MaxEjectedPercent = most,
            AlwaysEjectOne = one,
            ReturnOnPassedProbe = probe,
            EnforcedConsecutive5xx = any,
            EnforcedConsecutiveGatewayErrors = gateway,
            EnforcedConsecutiveLocalErrors = local,
        }));

    private static Validation<ConfigFault, Func<OutlierSettings, OutlierSettings>> Rates(Fields fields, OutlierSettings usual) =>
        (fields.Optional("success-rate", OffReader.Or<SuccessRateSettings>(SuccessRate), usual.SuccessRate),
         fields.Optional("failure-percent", OffReader.Or<FailurePercentSettings>(FailurePercent), usual.FailurePercent))
        .Apply(static (success, failure) => new Func<OutlierSettings, OutlierSettings>(outlier => outlier with { SuccessRate = success, FailurePercent = failure }));

    private static Validation<ConfigFault, SuccessRateSettings> SuccessRate(ConfigNode node)
    {
        var usual = new SuccessRateSettings();
        return Fields.Read(node, MapShape.SuccessRate, fields =>
            (fields.Optional("backends-min", NumberReader.Between(1, BackendsMax), usual.HostsMin),
             fields.Optional("requests-min", NumberReader.Between(1, BreakerReader.RequestsMax), usual.RequestsMin),
             fields.Optional("deviations", NumberReader.Decimal(DeviationsMin, DeviationsMax), usual.StandardDeviations),
             fields.Optional("enforced", Chance, usual.Enforced))
            .Apply(static (backends, requests, deviations, enforced) => new SuccessRateSettings(backends, requests, deviations, enforced)));
    }

    private static Validation<ConfigFault, FailurePercentSettings> FailurePercent(ConfigNode node)
    {
        var usual = new FailurePercentSettings();
        return Fields.Read(node, MapShape.FailurePercent, fields =>
            (fields.Optional("percent", PercentReader.Between(1, 100), usual.Percent),
             fields.Optional("backends-min", NumberReader.Between(1, BackendsMax), usual.HostsMin),
             fields.Optional("requests-min", NumberReader.Between(1, BreakerReader.RequestsMax), usual.RequestsMin),
             fields.Optional("enforced", Chance, usual.Enforced))
            .Apply(static (percent, backends, requests, enforced) => new FailurePercentSettings(percent, backends, requests, enforced)));
    }

    private static Validation<ConfigFault, OutlierSettings> InOrder(Fields fields, OutlierSettings outlier) => outlier.MaxEjection >= outlier.BaseEjection
        ? Good(outlier)
        : Bad<OutlierSettings>(fields.AtKey("max-ejection"), FaultCode.Duration,
            $"the longest ejection, {DurationText.Write(outlier.MaxEjection)}, is shorter than the first one, {DurationText.Write(outlier.BaseEjection)}; raise max-ejection or lower ejection");
}
