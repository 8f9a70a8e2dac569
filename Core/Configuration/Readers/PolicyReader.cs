using System.Collections.Immutable;
using Fairlead.Balancing;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads which policy: its name, or a mapping of the name to its parameters. A name alone means every parameter's default.</summary>
internal static class PolicyReader
{
    private static readonly PolicySettings.SourceIpHash DefaultSourceIpHash = new();

    private static readonly PolicySettings.Maglev DefaultMaglev = new(new KeySource.ClientIp());

    private static readonly ImmutableArray<(string Name, PolicySettings Default)> Policies =
    [
        ("round-robin", new PolicySettings.RoundRobin()),
        ("random", new PolicySettings.Random()),
        ("power-of-two", new PolicySettings.PowerOfTwoChoices()),
        ("least-requests", new PolicySettings.LeastRequests()),
        ("peak-ewma", new PolicySettings.PeakEwma(PolicySettings.PeakEwma.DefaultDecay)),
        ("first", new PolicySettings.First()),
        ("source-ip-hash", DefaultSourceIpHash),
        ("nginx-ip-hash", new PolicySettings.NginxIpHash()),
        ("hash", new PolicySettings.Hash(new KeySource.ClientIp())),
        ("ketama", new PolicySettings.Ketama(new KeySource.ClientIp())),
        ("rendezvous", new PolicySettings.Rendezvous(new KeySource.ClientIp())),
        ("maglev", DefaultMaglev),
        ("jump-hash", new PolicySettings.JumpHash(new KeySource.ClientIp())),
    ];

    /// <summary>The policies that hash, for messages.</summary>
    public static Seq<string> HashNames { get; } = toSeq(Policies).Filter(static policy => policy.Default.IsHash).Map(static policy => policy.Name).Strict();

    public static Validation<ConfigFault, PolicySettings> Read(ConfigNode node) => node switch
    {
        ConfigNode.Map { Entries.Count: 1 } map => Fields.Read(node, MapShape.Policy, _ => WithParameters(map.Entries[0])),
        ConfigNode.Map => Bad<PolicySettings>(node, FaultCode.ConflictingKeys, $"one policy is needed here, as its only key: {string.Join(", ", MapShape.Policy.Keys)}"),
        _ => ChoiceReader.Of([.. Policies])(node),
    };

    private static Validation<ConfigFault, PolicySettings> WithParameters(ConfigEntry policy) => policy.Key switch
    {
        "peak-ewma" => Fields.Read(policy.Value, MapShape.PeakEwma, PeakEwma),
        "source-ip-hash" => Fields.Read(policy.Value, MapShape.SourceIpHash, SourceIpHash),
        "hash" => Fields.Read(policy.Value, MapShape.Hash, Hash),
        "ketama" => Fields.Read(policy.Value, MapShape.Ketama, Ketama),
        "rendezvous" => Fields.Read(policy.Value, MapShape.Keyed, static fields => KeySourceReader.Of(fields).Map(static key => (PolicySettings)new PolicySettings.Rendezvous(key))),
        "maglev" => Fields.Read(policy.Value, MapShape.Maglev, Maglev),
        "jump-hash" => Fields.Read(policy.Value, MapShape.Keyed, static fields => KeySourceReader.Of(fields).Map(static key => (PolicySettings)new PolicySettings.JumpHash(key))),
        _ => Plain(policy),
    };

    private static Validation<ConfigFault, PolicySettings> Plain(ConfigEntry policy)
    {
        foreach (var (name, settings) in Policies)
        {
            if (name == policy.Key)
                return Fields.Read(policy.Value, MapShape.NoParameters, _ => Good(settings));
        }

        return Good(Policies[0].Default);                             // an unknown key, which is a fault already
    }

    private static Validation<ConfigFault, PolicySettings> PeakEwma(Fields fields) => fields
        .Optional("decay", DurationReader.Positive, PolicySettings.PeakEwma.DefaultDecay)
        .Map(static decay => (PolicySettings)new PolicySettings.PeakEwma(decay));

    private static Validation<ConfigFault, PolicySettings> SourceIpHash(Fields fields) =>
        (fields.Optional("ipv4-prefix", NumberReader.Between(0, 32), DefaultSourceIpHash.Ipv4PrefixBits),
         fields.Optional("ipv6-prefix", NumberReader.Between(0, 128), DefaultSourceIpHash.Ipv6PrefixBits))
        .Apply(static (ipv4, ipv6) => (PolicySettings)new PolicySettings.SourceIpHash(ipv4, ipv6));

    private static Validation<ConfigFault, PolicySettings> Hash(Fields fields) =>
        (KeySourceReader.Of(fields),
         fields.Optional("compatible", ChoiceReader.Of(("nginx", ModuloVariant.Nginx), ("pingora", ModuloVariant.Pingora)), ModuloVariant.Own))
        .Apply(static (key, variant) => (PolicySettings)new PolicySettings.Hash(key, variant));

    private static Validation<ConfigFault, PolicySettings> Ketama(Fields fields) =>
        (KeySourceReader.Of(fields),
         fields.Optional("compatible", ChoiceReader.Of(
             ("nginx", RingVariant.Nginx), ("libketama", RingVariant.Libketama), ("envoy", RingVariant.Envoy), ("haproxy", RingVariant.HAProxy)), RingVariant.Nginx))
        .Apply(static (key, variant) => (PolicySettings)new PolicySettings.Ketama(key, variant));

    private static Validation<ConfigFault, PolicySettings> Maglev(Fields fields) =>
        (KeySourceReader.Of(fields), fields.Optional("table-size", TableSizeReader.Read, DefaultMaglev.TableSize))
        .Apply(static (key, size) => (PolicySettings)new PolicySettings.Maglev(key, size));
}
