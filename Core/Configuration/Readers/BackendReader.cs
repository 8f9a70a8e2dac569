using System;
using Fairlead.Upstreams;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads members of an upstream: <c>host:port</c>, <c>host:port,weight=3</c>, or a mapping with <c>address</c> and more.</summary>
internal static class BackendReader
{
    private const string WeightKey = ",weight=";
    /// <summary>Tiers: as many as Envoy has priorities.</summary>
    private const int TierMax = 127;

    /// <summary>Requests at once: beyond the ports of any one address pair, many times over.</summary>
    private const int InFlightMax = 1_000_000;

    private const string Wanted = "the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock";

    public static Validation<ConfigFault, Seq<BackendSettings>> All(ConfigNode node)
    {
        if (node is ConfigNode.List { Items.IsEmpty: true })
            return Bad<Seq<BackendSettings>>(node, FaultCode.NoBackend, "an upstream needs at least one backend; list its addresses");
        return ListReader.Each(node, "backends", Read)
            .RefuseRepeated(
                static backend => backend.Address.ToString()!, FaultCode.DuplicateBackend,
                static backend => $"backend {backend.Address} is already listed above; keep one of them, with a weight if it shall get more")
            .RefuseAll(
                static backends => !backends.IsEmpty && backends.ForAll(static backend => backend.Weight.Drains), node.At, FaultCode.NoWeight,
                "every backend has weight 0 and none would be picked; give one of them a weight of at least 1")
            .ToValidation();
    }

    private static Validation<ConfigFault, BackendSettings> Read(ConfigNode node) => node is ConfigNode.Map
        ? Fields.Read(node, MapShape.Backend, static fields =>
            (fields.Required("address", static address => ScalarReader.Text(address, Wanted).Bind(text => Address(address, text)), $"say {Wanted}"),
             fields.Optional("weight", static weight => ScalarReader.Text(weight, "a weight").Bind(text => WeightOf(weight, text)), Weight.One),
             Tier(fields),
             fields.Optional("max-in-flight", NumberReader.Between(0, InFlightMax), 0))
            .Apply(static (address, weight, tier, inFlight) => new BackendSettings(address, weight) { Tier = tier, InFlightMax = inFlight }))
        : ScalarReader.Text(node, Wanted).Bind(text => Short(node, text));

    /// <summary>A backup is a member of the second tier.</summary>
    private static Validation<ConfigFault, int> Tier(Fields fields) => fields.Has("tier") && fields.Has("backup")
        ? Bad<int>(fields.AtKey("backup"), FaultCode.ConflictingKeys, "'backup: true' is 'tier: 1'; keep one of the two keys")
        : fields.Has("backup")
            ? fields.Optional("backup", ChoiceReader.Switch, absent: false).Map(static isBackup => isBackup ? 1 : 0)
            : fields.Optional("tier", NumberReader.Between(0, TierMax), 0);

    private static Validation<ConfigFault, BackendSettings> Short(ConfigNode node, string text)
    {
        // A socket's path may contain a comma, so only a comma that begins a weight ends the address.
        var comma = text.LastIndexOf(WeightKey, StringComparison.Ordinal);
        if (comma < 0)
            return Address(node, text).Map(static address => new BackendSettings(address, Weight.One));
        return (Address(node, text[..comma]), WeightOf(node, text[(comma + WeightKey.Length)..]))
            .Apply(static (address, weight) => new BackendSettings(address, weight));
    }

    private static Validation<ConfigFault, BackendAddress> Address(ConfigNode node, string text) => BackendAddress.Parse(text).Match(
        Some: Good,
        None: () => Bad<BackendAddress>(node, FaultCode.BackendAddress, $"'{Shapes.Shortened(text)}' is not {Wanted}{Hint(text)}"));

    private static Validation<ConfigFault, Weight> WeightOf(ConfigNode node, string text) => NumberReader.Whole(text).Bind(Weight.From).Match(
        Some: Good,
        None: () => Bad<Weight>(node, FaultCode.Weight, FormattableString.Invariant($"'{Shapes.Shortened(text)}' is not a weight; it is a whole number from 0 (no new requests) to {Weight.Max}")));

    private static string Hint(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            return $"; leave out '{text[..(scheme + 3)]}' (TLS is the upstream's 'tls')";
        if (BackendAddress.Parse(text + ":80").IsSome)
            return $"; the port is missing: {text}:80";
        return BackendAddress.Parse("[" + text + "]:80").IsSome ? $"; IPv6 stands in brackets and the port is missing: [{text}]:80" : "";
    }
}
