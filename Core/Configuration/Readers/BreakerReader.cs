using Fairlead.Health;
using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads a circuit breaker.</summary>
internal static class BreakerReader
{
    /// <summary>More requests than this in one window are no longer counted one by one anywhere.</summary>
    public const int RequestsMax = 1_000_000;

    /// <summary>A trial is a request that may fail; more of them are traffic.</summary>
    private const int TrialsMax = 1000;

    public static Validation<ConfigFault, BreakerSettings> Read(ConfigNode node)
    {
        var usual = BreakerSettings.Default;
        return Fields.Read(node, MapShape.Breaker, fields =>
            (fields.Optional("failures", PercentReader.Between(1, 100), usual.FailurePercent),
             fields.Optional("requests-min", NumberReader.Between(1, RequestsMax), usual.RequestsMin),
             fields.Optional("window", DurationReader.Positive, usual.Window),
             fields.Optional("open-for", DurationReader.Positive, usual.OpenFor),
             fields.Optional("trials", NumberReader.Between(1, TrialsMax), usual.Trials),
             fields.Optional("recovery", DurationReader.Any, usual.Recovery))
            .Apply(static (failures, requests, window, openFor, trials, recovery) => new BreakerSettings(failures, requests, window, openFor, trials, recovery)));
    }
}
