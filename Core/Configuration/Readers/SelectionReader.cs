using Fairlead.Balancing;
using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads what is around a policy: bounded loads, tiers, slow start, sticky cookies and the queue.</summary>
internal static class SelectionReader
{
    /// <summary>Ten times the average bounds nothing any more (HAProxy advises 125–200 %).</summary>
    private const int BoundPercentMax = 1000;

    /// <summary>Ten times over-provisioned: the next tier takes part below 10 % healthy (Envoy 140).</summary>
    private const int SpillPercentMax = 1000;

    /// <summary>Beyond these a ramp is a step (Envoy takes any number above 0).</summary>
    private const double AggressionMin = 0.1, AggressionMax = 100;

    /// <summary>A queue longer than this has given up (Envoy and Polly default to 1,024 and 0).</summary>
    private const int QueueLengthMax = 1_000_000;

    /// <summary>Reads the keys of an upstream that are about it.</summary>
    public static Validation<ConfigFault, SelectionSettings> Read(Fields upstream) =>
        (upstream.Optional("bounded-load", BoundedLoad),
         upstream.Optional("tiers", Tiers, TierSettings.Default),
         upstream.Optional("slow-start", SlowStart),
         upstream.Optional("sticky", StickyReader.Read),
         upstream.Optional("queue", Queue, QueueSettings.Default))
        .Apply(static (bounded, tiers, slowStart, sticky, queue) =>
            new SelectionSettings { BoundedLoad = bounded, Tiers = tiers, SlowStart = slowStart, Sticky = sticky, Queue = queue });

    private static Validation<ConfigFault, BoundedLoadSettings> BoundedLoad(ConfigNode node) => node is ConfigNode.Map
        ? Fields.Read(node, MapShape.BoundedLoad, static fields =>
            (fields.Required("percent", PercentReader.Between(100, BoundPercentMax), "say how much of the average load one backend may have, such as 125%"),
             fields.Optional("order", ChoiceReader.Of(("next", BoundedOrder.Next), ("seeded", BoundedOrder.Seeded)), BoundedOrder.Next))
            .Apply(static (percent, order) => new BoundedLoadSettings(percent, order)))
        : PercentReader.Between(100, BoundPercentMax)(node).Map(static percent => new BoundedLoadSettings(percent));

    private static Validation<ConfigFault, TierSettings> Tiers(ConfigNode node) => Fields.Read(node, MapShape.Tiers, static fields =>
        (fields.Optional("spill", OffReader.Or(PercentReader.Between(100, SpillPercentMax)), TierSettings.Default.SpillPercent),
         fields.Optional("panic", PercentReader.Between(0, 100), TierSettings.Default.PanicPercent))
        .Apply(static (spill, panic) => new TierSettings(spill, panic)));

    private static Validation<ConfigFault, SlowStartSettings> SlowStart(ConfigNode node) => Fields.Read(node, MapShape.SlowStart, static fields =>
        (fields.Required("window", DurationReader.Positive, "say how long a backend takes to get its whole share, such as 60s"),
         fields.Optional("aggression", NumberReader.Decimal(AggressionMin, AggressionMax), 1.0),
         fields.Optional("minimum", PercentReader.Between(1, 100), 10))
        .Apply(static (window, aggression, minimum) => new SlowStartSettings(window, aggression, minimum)));

    private static Validation<ConfigFault, QueueSettings> Queue(ConfigNode node) => Fields.Read(node, MapShape.Queue, static fields =>
        (fields.Optional("length", NumberReader.Between(0, QueueLengthMax), QueueSettings.Default.LengthMax),
         fields.Optional("timeout", DurationReader.Positive, QueueSettings.Default.Timeout))
        .Apply(static (length, timeout) => new QueueSettings(length, timeout)));
}
