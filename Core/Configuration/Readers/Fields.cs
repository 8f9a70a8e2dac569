using System;
using Fairlead.Primitives;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>
/// A mapping being read by its keys. <see cref="Read"/> adds what no single key can tell: keys nobody knows and keys written twice (the first one counts).
/// </summary>
internal sealed class Fields
{
    private readonly MapShape _shape;
    private readonly Seq<ConfigEntry> _entries;

    private Fields(ConfigPosition at, MapShape shape, Seq<ConfigEntry> entries)
    {
        At = at;
        _shape = shape;
        _entries = entries;
    }

    /// <summary>Where the mapping begins.</summary>
    public ConfigPosition At { get; }

    /// <summary>Reads <paramref name="node"/> as a mapping of that shape. Nothing at all is an empty mapping.</summary>
    public static Validation<ConfigFault, T> Read<T>(ConfigNode node, MapShape shape, Func<Fields, Validation<ConfigFault, T>> read) => node switch
    {
        ConfigNode.Map map => read(new Fields(map.At, shape, map.Entries)).With(Unknown(map, shape).Then(Repeated(map))),
        ConfigNode.Scalar { IsNothing: true } => read(new Fields(node.At, shape, Seq<ConfigEntry>())),
        _ => Bad<T>(node, FaultCode.WrongShape, $"{Shapes.NameOf(node)} where keys were expected{KeysOf(shape)}"),
    };

    /// <summary>The node under <paramref name="key"/>.</summary>
    public Option<ConfigNode> Node(string key) => _entries.Find(entry => entry.Key == key).Map(static entry => entry.Value);

    /// <summary>Where <paramref name="key"/> is written, or where the mapping begins.</summary>
    public ConfigPosition AtKey(string key) => _entries.Find(entry => entry.Key == key).Map(static entry => entry.At).IfNone(At);

    public bool Has(string key) => Node(key).IsSome;

    /// <summary>The value of a key that must be there; <paramref name="wanted"/> ends the sentence "… has no 'key'; ".</summary>
    public Validation<ConfigFault, T> Required<T>(string key, Reader<T> read, string wanted) => Node(key).Match(
        Some: node => read(node),
        None: () => Bad<T>(At, FaultCode.MissingKey, $"'{key}' is missing in {_shape.Title}; {wanted}"));

    /// <summary>The value of a key, or <paramref name="absent"/> when it is not there.</summary>
    public Validation<ConfigFault, T> Optional<T>(string key, Reader<T> read, T absent) => Node(key).Match(Some: node => read(node), None: () => Good(absent));

    /// <summary>The value of a key, or none.</summary>
    public Validation<ConfigFault, Option<T>> Optional<T>(string key, Reader<T> read) => Node(key).Match(
        Some: node => read(node).Map(static value => Some(value)),
        None: static () => Good(Option<T>.None));

    /// <summary>Every key that stands there twice.</summary>
    public static Seq<ConfigFault> Repeated(ConfigNode.Map map)
    {
        var seen = HashSet<string>();
        var faults = Seq<ConfigFault>();
        foreach (var entry in map.Entries)
        {
            if (seen.Contains(entry.Key))
                faults = faults.Add(new ConfigFault(entry.At, FaultCode.DuplicateKey, $"'{entry.Key}' is already set above; keep one of them"));
            seen = seen.AddOrUpdate(entry.Key);
        }

        return faults;
    }

    private static Seq<ConfigFault> Unknown(ConfigNode.Map map, MapShape shape) => map.Entries
        .Filter(entry => !shape.Keys.Contains(entry.Key))
        .Map(entry => new ConfigFault(entry.At, FaultCode.UnknownKey,
            $"unknown key '{entry.Key}' in {shape.Title}{DidYouMean.Phrase(entry.Key, shape.Keys, "the keys are")}"))
        .Strict();

    private static string KeysOf(MapShape shape) => shape.Keys.IsEmpty ? "; write {}" : $": {string.Join(", ", shape.Keys)}";
}
