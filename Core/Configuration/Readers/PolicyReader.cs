using Fairlead.Balancing;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads which policy: its name, or a mapping of the name to its parameters.</summary>
internal static class PolicyReader
{
    private static readonly PolicySettings.SourceIpHash DefaultSourceIpHash = new();

    public static Validation<ConfigFault, PolicySettings> Read(ConfigNode node) => node switch
    {
        ConfigNode.Map { Entries.Count: 1 } map => Fields.Read(node, MapShape.Policy, _ => WithParameters(map.Entries[0])),
        ConfigNode.Map => Bad<PolicySettings>(node, FaultCode.ConflictingKeys, $"one policy is needed here, as its only key: {string.Join(", ", MapShape.Policy.Keys)}"),
        _ => Named(node),
    };

    private static Validation<ConfigFault, PolicySettings> Named(ConfigNode node) => ChoiceReader.Of<PolicySettings>(
        ("round-robin", new PolicySettings.RoundRobin()),
        ("random", new PolicySettings.Random()),
        ("source-ip-hash", DefaultSourceIpHash),
        ("ketama", new PolicySettings.Ketama(new KeySource.ClientIp())))(node);

    private static Validation<ConfigFault, PolicySettings> WithParameters(ConfigEntry policy) => policy.Key switch
    {
        "round-robin" => Plain(policy.Value, new PolicySettings.RoundRobin()),
        "random" => Plain(policy.Value, new PolicySettings.Random()),
        "source-ip-hash" => SourceIpHash(policy.Value),
        "ketama" => Ketama(policy.Value),
        _ => Good<PolicySettings>(new PolicySettings.RoundRobin()),        // an unknown key, which is a fault already
    };

    private static Validation<ConfigFault, PolicySettings> Plain(ConfigNode node, PolicySettings policy) =>
        Fields.Read(node, MapShape.NoParameters, _ => Good(policy));

    private static Validation<ConfigFault, PolicySettings> SourceIpHash(ConfigNode node) => Fields.Read(node, MapShape.SourceIpHash, static fields =>
        (fields.Optional("ipv4-prefix", NumberReader.Between(0, 32), DefaultSourceIpHash.Ipv4PrefixBits),
         fields.Optional("ipv6-prefix", NumberReader.Between(0, 128), DefaultSourceIpHash.Ipv6PrefixBits))
        .Apply(static (ipv4, ipv6) => (PolicySettings)new PolicySettings.SourceIpHash(ipv4, ipv6)));

    private static Validation<ConfigFault, PolicySettings> Ketama(ConfigNode node) => Fields.Read(node, MapShape.Ketama, static fields =>
        fields.Optional("key", Key, new KeySource.ClientIp()).Map(static key => (PolicySettings)new PolicySettings.Ketama(key)));

    private static Validation<ConfigFault, KeySource> Key(ConfigNode node)
    {
        const string wanted = "a key: client-ip, 'header NAME', 'cookie NAME', 'query NAME', path or uri";
        return ScalarReader.Parsed(node, FaultCode.KeySource, wanted, static text => text.Split(' ', 2) switch
        {
            ["client-ip"] => Some<KeySource>(new KeySource.ClientIp()),
            ["path"] => Some<KeySource>(new KeySource.Path()),
            ["uri"] => Some<KeySource>(new KeySource.Uri()),
            ["header", var name] when FieldRules.IsToken(name) => Some<KeySource>(new KeySource.Header(name.ToLowerInvariant())),
            ["cookie", var name] when FieldRules.IsToken(name) => Some<KeySource>(new KeySource.Cookie(name)),
            ["query", var name] when IsQueryName(name) => Some<KeySource>(new KeySource.Query(name)),
            _ => Option<KeySource>.None,
        });
    }

    /// <summary>A name that can stand before the <c>=</c> of a parameter, as sent.</summary>
    private static bool IsQueryName(string name)
    {
        foreach (var c in name)
        {
            if (c is <= ' ' or >= '\x7f' or '&' or '=' or '#')
                return false;
        }

        return name.Length > 0;
    }
}
