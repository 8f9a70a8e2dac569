using System.Collections.Generic;
using System.Linq;
using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

/// <summary>Gives every key and every value of a tree its own place, in the order of reading: line n, column 1.</summary>
internal static class Numbered
{
    public static ConfigNode Of(ConfigNode node)
    {
        var line = 0;
        return Number(node);

        ConfigPosition Next() => new(++line, 1);

        ConfigNode Number(ConfigNode node) => node switch
        {
            ConfigNode.Scalar scalar => scalar with { At = Next() },
            ConfigNode.List list => new ConfigNode.List(Next(), toSeq(list.Items.Select(Number).ToArray())),
            ConfigNode.Map map => new ConfigNode.Map(Next(), toSeq(map.Entries.Select(Entry).ToArray())),
            _ => node,
        };

        ConfigEntry Entry(ConfigEntry entry) => new(entry.Key, Next(), Number(entry.Value));
    }

    /// <summary>Every place there is.</summary>
    public static IEnumerable<ConfigPosition> PlacesIn(ConfigNode node) => Descendants(node).Select(static n => n.At)
        .Concat(Descendants(node).OfType<ConfigNode.Map>().SelectMany(static map => map.Entries.Select(static entry => entry.At)));

    /// <summary>The node and everything below it, in the order of reading.</summary>
    public static IEnumerable<ConfigNode> Descendants(ConfigNode node) => node switch
    {
        ConfigNode.List list => list.Items.SelectMany(Descendants).Prepend(node),
        ConfigNode.Map map => map.Entries.SelectMany(static entry => Descendants(entry.Value)).Prepend(node),
        _ => [node],
    };

    /// <summary>The tree with some nodes replaced; places stay.</summary>
    public static ConfigNode Replace(ConfigNode node, System.Func<ConfigNode, ConfigNode> replace) => replace(node) switch
    {
        ConfigNode.List list => new ConfigNode.List(list.At, toSeq(list.Items.Select(item => Replace(item, replace)).ToArray())),
        ConfigNode.Map map => new ConfigNode.Map(map.At, toSeq(map.Entries.Select(entry => entry with { Value = Replace(entry.Value, replace) }).ToArray())),
        var other => other,
    };
}
